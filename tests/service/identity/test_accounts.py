"""Opening and activating an account, over the real bus and database."""

from datetime import timedelta
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import func, select, update

from services.common.kernel.caller import Caller
from services.common.kernel.errors import Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit, outbox
from services.common.security.encryption import SealedBox
from services.contracts import identity as contracts
from services.identity.accounts import recipient_limits
from services.identity.models import Account, MailedLink
from tests.support.actors.identity_people import add_person

PASSWORD = "les érables rougissent en octobre"
EMAIL = "Ana.Tremblay@example.org"


@pytest.fixture
def identity(system):
    system.start("identity")
    return system


def open_account(system, email=EMAIL, password=PASSWORD, **more):
    return system.call(contracts.accounts.OpenAccount, system.anonymous, email=email, password=password, **more)


def token_in(system, event):
    link = SealedBox(system.keys.sealing_key).open(event.data["sealed_link"])
    address, _, token = link.partition("?token=")
    assert address == "http://college.test/activate"
    return token


def activate(system, token):
    return system.call(contracts.accounts.ActivateAccount, system.anonymous, token=token)


def test_an_opened_account_has_an_application_id_and_is_not_active(true_passwords, identity):
    reply = open_account(identity, language="fr")
    assert reply == {"email": EMAIL, "expires_hours": 48, "advice": None}
    (opened,) = identity.announced(contracts.events.AccountOpened)
    assert opened.data["email"] == EMAIL
    assert opened.data["language"] == "fr"
    assert opened.data["application_id"].startswith("A-0000001-")
    with identity.session("identity") as session:
        account = session.scalars(select(Account)).one()
        assert str(account.id) == opened.data["account_id"]
        assert account.application_id == opened.data["application_id"]
        assert account.activated_at is None
        assert account.roles == ["applicant"]
        assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("email", "language", "words"),
    [
        ("ana@mail.UTORONTO.ca", "en", "address at a school"),
        ("ana@utoronto.ca", "fr", "établissement d’enseignement"),
        ("ana@camh.ca", "fr", "celle d’un employeur"),
        ("ana@notutoronto.ca", "en", None),
    ],
)
def test_an_address_that_may_not_last_is_taken_and_advised_against_in_the_language_of_who_asks(identity, email, language, words):
    reply = identity.call(contracts.accounts.OpenAccount, Caller(language=language), email=email, password=PASSWORD)
    assert (words in reply["advice"]) if words else reply["advice"] is None
    again = identity.call(contracts.accounts.OpenAccount, Caller(language=language), email=email, password=PASSWORD)
    assert again == reply
    assert identity.announced(contracts.events.AccountOpened)[0].data["email"] == email.lower()


def test_an_address_with_unseen_signs_or_other_letters_opens_no_second_account(identity):
    spelled = ["x@people.exam\u00adple.org", "x@peo\u200dple.example.org", "x@people.example.org\u200f", "Ｘ@PEOPLE.ｅxample.org"]
    replies = [open_account(identity, email) for email in ["x@people.example.org", *spelled]]
    assert {reply["email"].lower() for reply in replies} == {"x@people.example.org"}
    with identity.session("identity") as session:
        assert session.scalars(select(Account.email)).all() == ["x@people.example.org"]


def test_the_mailed_link_activates_the_account_once_and_says_the_same_when_pressed_again(identity):
    open_account(identity)
    (opened,) = identity.announced(contracts.events.AccountOpened)
    token = token_in(identity, opened)
    answers = [activate(identity, token) for _ in range(2)]
    assert answers == [{"application_id": opened.data["application_id"]}] * 2
    identity.settle()
    (activated,) = identity.announced(contracts.events.AccountActivated)
    assert activated.data == {"account_id": opened.data["account_id"]}


def test_of_two_who_opened_an_account_with_one_address_neither_gets_in_before_the_owner_chose_a_password(identity):
    open_account(identity, password="ce que quelqu’un d’autre a choisi")
    open_account(identity)  # the owner, to whom all mails go
    activate(identity, token_in(identity, identity.announced(contracts.events.ActivationLinkRenewed)[0]))
    for password in ("ce que quelqu’un d’autre a choisi", PASSWORD):
        with pytest.raises(contracts.errors.SignInRefused):
            identity.call(contracts.sessions.SignIn, identity.anonymous, login=EMAIL, password=password)
    link = SealedBox(identity.keys.sealing_key).open(
        identity.announced(contracts.events.PasswordResetRequested)[0].data["sealed_link"]
    )
    token = link.partition("?token=")[2]
    identity.call(contracts.recovery.ResetPassword, identity.anonymous, token=token, password=f"{PASSWORD} encore")
    assert identity.call(contracts.sessions.SignIn, identity.anonymous, login=EMAIL, password=f"{PASSWORD} encore")[
        "access_token"
    ]


def test_whoever_opens_an_account_twice_with_one_password_signs_in_with_it(identity):
    open_account(identity)
    open_account(identity)
    activate(identity, token_in(identity, identity.announced(contracts.events.AccountOpened)[0]))
    assert identity.call(contracts.sessions.SignIn, identity.anonymous, login=EMAIL, password=PASSWORD)["access_token"]
    assert identity.announced(contracts.events.PasswordResetRequested, 0) == []


def test_two_clicks_at_once_activate_once(identity):
    open_account(identity)
    token = token_in(identity, identity.announced(contracts.events.AccountOpened)[0])

    answers = [thread.wait() for thread in [eventlet.spawn(activate, identity, token) for _ in range(5)]]
    assert answers == [answers[0]] * 5
    identity.settle()
    assert len(identity.announced(contracts.events.AccountActivated)) == 1


def test_a_made_up_link_does_not_work(identity):
    with pytest.raises(contracts.errors.LinkNotValid):
        activate(identity, "x" * 43)


def test_an_expired_link_does_not_work(identity):
    open_account(identity)
    token = token_in(identity, identity.announced(contracts.events.AccountOpened)[0])
    with identity.session("identity") as session:
        session.execute(update(MailedLink).values(expires_at=MailedLink.expires_at - timedelta(hours=48, seconds=1)))
    with pytest.raises(contracts.errors.LinkNotValid):
        activate(identity, token)


def test_the_operator_sets_how_long_links_live(system):
    system.start("identity", ACTIVATION_LINK_HOURS="2")
    assert open_account(system)["expires_hours"] == 2
    with system.session("identity") as session:
        link = session.scalars(select(MailedLink)).one()
        assert link.expires_at - link.issued_at == timedelta(hours=2)


def test_the_link_that_was_mailed_is_mailed_again(identity):
    open_account(identity)
    mailed = token_in(identity, identity.announced(contracts.events.AccountOpened)[0])
    identity.call(contracts.accounts.ResendActivation, identity.anonymous, email=EMAIL.upper())
    (renewed,) = identity.announced(contracts.events.ActivationLinkRenewed)
    assert token_in(identity, renewed) == mailed
    assert activate(identity, mailed)["application_id"] == renewed.data["application_id"]


def test_an_active_account_gets_its_id_again_without_a_link(identity):
    open_account(identity)
    activate(identity, token_in(identity, identity.announced(contracts.events.AccountOpened)[0]))
    identity.call(contracts.accounts.ResendActivation, identity.anonymous, email=EMAIL)
    (renewed,) = identity.announced(contracts.events.ActivationLinkRenewed)
    assert renewed.data["sealed_link"] is None
    assert renewed.data["application_id"].startswith("A-")


def test_asking_for_the_mail_of_an_unknown_address_is_answered_the_same_and_sends_nothing(identity):
    open_account(identity)
    known = identity.call(contracts.accounts.ResendActivation, identity.anonymous, email=EMAIL)
    identity.announced(contracts.events.ActivationLinkRenewed)
    unknown = identity.call(contracts.accounts.ResendActivation, identity.anonymous, email="nobody@example.org")
    assert unknown == known
    identity.settle()
    assert len(identity.announced(contracts.events.ActivationLinkRenewed)) == 1


def test_opening_an_active_account_again_changes_nothing_and_tells_its_owner(identity):
    first = open_account(identity)
    activate(identity, token_in(identity, identity.announced(contracts.events.AccountOpened)[0]))
    columns = select(Account.id, Account.email, Account.language, Account.password_hash, Account.activated_at)
    with identity.session("identity") as session:
        before = session.execute(columns).one()
    again = open_account(identity, email=EMAIL.lower(), password="une tout autre phrase ici", language="fr")
    assert again == {**first, "email": EMAIL.lower()}
    (told,) = identity.announced(contracts.events.AccountOpeningRepeated)
    assert told.data == {"account_id": str(before.id)}
    with identity.session("identity") as session:
        assert session.execute(columns).one() == before
        assert session.scalars(select(MailedLink.purpose)).all() == ["activation"]  # the one that was mailed, and no other


def test_opening_an_account_that_is_not_active_yet_mails_the_link_again(identity):
    open_account(identity)
    open_account(identity, password="une tout autre phrase ici")
    (renewed,) = identity.announced(contracts.events.ActivationLinkRenewed)
    activate(identity, token_in(identity, renewed))
    with pytest.raises(contracts.errors.SignInRefused):  # who repeats an opening cannot put a password on somebody's account
        identity.call(contracts.sessions.SignIn, identity.anonymous, login=EMAIL, password="une tout autre phrase ici")


def test_racing_openers_of_one_address_get_one_account_and_all_are_answered(identity):
    emails = [EMAIL, EMAIL.lower(), EMAIL.upper(), EMAIL.title()] * 2
    answers = [thread.wait() for thread in [eventlet.spawn(open_account, identity, email) for email in emails]]
    assert [answer["email"].lower() for answer in answers] == [email.lower() for email in emails]
    identity.settle()
    assert len(identity.announced(contracts.events.AccountOpened)) == 1
    assert len(identity.announced(contracts.events.ActivationLinkRenewed)) == recipient_limits.AN_HOUR - 1
    with identity.session("identity") as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_a_repeated_opening_under_one_idempotency_key_is_one_opening(identity):
    for _ in range(2):
        identity.call(contracts.accounts.OpenAccount, identity.anonymous, _key="k-1", email=EMAIL, password=PASSWORD)
    identity.settle()
    assert len(identity.announced(contracts.events.AccountOpened)) == 1
    with pytest.raises(AssertionError):
        identity.announced(contracts.events.ActivationLinkRenewed, within_s=0)


@pytest.mark.parametrize("password", ["too short", "Password1234", EMAIL.upper()])
def test_a_weak_password_opens_no_account(identity, password):
    with pytest.raises(contracts.errors.PasswordTooWeak) as refusal:
        open_account(identity, password=password)
    assert refusal.value.params == {"shortest": 12}
    assert "12" in refusal.value.say("fr")
    with identity.session("identity") as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


@pytest.mark.parametrize(("field", "value"), [("email", "no-address"), ("password", "x" * 201), ("language", "de")])
def test_what_breaks_the_contract_is_refused_by_field(identity, field, value):
    with pytest.raises(Invalid) as refusal:
        identity.call(contracts.accounts.OpenAccount, identity.anonymous, **{"email": EMAIL, "password": PASSWORD, field: value})
    assert [fault["field"] for fault in refusal.value.params["errors"]] == [field]


def test_a_person_sees_the_own_account_and_sets_its_language(identity):
    open_account(identity)
    (opened,) = identity.announced(contracts.events.AccountOpened)
    with identity.session("identity") as session:
        owner = identity.caller("applicant", account_id=session.scalars(select(Account.id)).one())
    me = identity.call(contracts.accounts.GetMe, owner)
    assert (me["email"], me["language"], me["roles"]) == (EMAIL, "en", ["applicant"])
    assert me["application_id"] == opened.data["application_id"]
    assert identity.call(contracts.accounts.SetLanguage, owner, language="fr")["language"] == "fr"
    identity.call(contracts.accounts.SetLanguage, owner, language="fr")
    identity.settle()
    (changed,) = identity.announced(contracts.events.ContactChanged)
    assert changed.data == {"account_id": str(me["id"]), "email": EMAIL, "language": "fr"}
    assert identity.call(contracts.accounts.GetMe, owner)["language"] == "fr"


def test_a_caller_without_an_account_finds_none(identity):
    with pytest.raises(NotFound):
        identity.call(contracts.accounts.GetMe, identity.caller("applicant", account_id=new_id()))


def test_every_step_of_an_account_leaves_an_audit_entry(identity):
    open_account(identity)
    identity.call(contracts.accounts.ResendActivation, identity.anonymous, email=EMAIL)
    activate(identity, token_in(identity, identity.announced(contracts.events.ActivationLinkRenewed)[0]))
    with identity.session("identity") as session:
        assert session.scalars(select(audit.c.action).order_by(audit.c.position)).all() == [
            "account:open",
            "role:grant",
            "activation-link:renew",
            "activation-link:request",
            "account:activate",
        ]
        assert session.scalar(select(func.count()).select_from(outbox)) == 3


def test_an_account_that_is_opened_to_help_somebody_has_an_id_and_no_application_until_one_is_started(identity):
    open_account(identity, applying=False)
    (opened,) = identity.announced(contracts.events.AccountOpened)
    assert opened.data["applying"] is False and opened.data["application_id"]
    activate(identity, token_in(identity, opened))
    caller = identity.caller(account_id=UUID(opened.data["account_id"]))
    assert identity.call(contracts.accounts.GetMe, caller)["roles"] == []
    for _ in range(2):
        assert identity.call(contracts.accounts.StartApplication, caller)["roles"] == ["applicant"]
    (started,) = identity.announced(contracts.events.ApplicationStarted)
    assert started.data == {"account_id": opened.data["account_id"], "application_id": opened.data["application_id"]}
    identity.settle()
    assert len(identity.announced(contracts.events.ApplicationStarted)) == 1
    with identity.session("identity") as session:
        told = session.execute(select(outbox.c.type).where(outbox.c.type == "AccountActivated")).all()
    assert told == []


@pytest.mark.parametrize(("role", "application_id"), [("registrar", None), ("registrant", "A-0000007-G")])
def test_staff_and_registrants_have_no_application_to_start(identity, role, application_id):
    account_id = add_person(identity, "bea@college.example", role, application_id=application_id)
    with pytest.raises(contracts.errors.NoApplicationToStart):
        identity.call(contracts.accounts.StartApplication, identity.caller(account_id=account_id))
