"""Nobody floods somebody else's mailbox, and no mail that somebody asks for makes useless what was mailed before."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.errors import ServiceError
from services.contracts import identity as contracts
from services.identity.accounts.recipient_limits import A_DAY, AN_HOUR, OF_ONE_A_DAY
from services.identity.models import CausedMail, MailedLink
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    WRONG,
    add_person,
    choose,
    count,
    fail,
    id_of,
    person,
    sign_in,
    take_over,
    token_in,
)

VICTIM = "victim@example.org"


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id="A-0000007-G")
    return system


def pass_time(system, by):
    """As if so much time had passed since the mails; what links were for still stands."""
    with system.session("identity") as session:
        session.execute(update(CausedMail).values(at=CausedMail.at - by))
        older = {name: getattr(MailedLink, name) - by for name in ("issued_at", "expires_at", "former_expires_at")}
        session.execute(update(MailedLink).values(**older))


def ask(system, call, times=1, **what):
    for number in range(times):
        assert system.call(call, Caller(address=f"192.0.2.{number}"), **what) == {}


MAILS = {
    contracts.recovery.RequestPasswordReset: (contracts.events.PasswordResetRequested, {"email": EMAIL}),
    contracts.recovery.RequestUnlock: (contracts.events.UnlockRequested, {"login": EMAIL}),
    contracts.recovery.RequestApplicationId: (contracts.events.ApplicationIdRequested, {"email": EMAIL}),
    contracts.accounts.ResendActivation: (contracts.events.ActivationLinkRenewed, {"email": EMAIL}),
}


@pytest.mark.parametrize("call", MAILS, ids=lambda call: call.__name__)
def test_whoever_asks_again_and_again_from_everywhere_causes_a_few_mails(identity, call):
    fail(identity, 1)
    fact, what = MAILS[call]
    ask(identity, call, times=12, **what)
    assert count(identity, fact) == AN_HOUR
    for _ in range(2):
        pass_time(identity, timedelta(minutes=61))
        ask(identity, call, times=12, **what)
    assert count(identity, fact) == A_DAY
    pass_time(identity, timedelta(days=1))
    ask(identity, call, times=12, **what)
    assert count(identity, fact) == A_DAY + AN_HOUR


def test_the_link_mailed_first_works_after_all_that_were_asked_for_since_and_no_longer_than_the_last_mail_says(identity):
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    link = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    pass_time(identity, timedelta(minutes=119))
    ask(identity, contracts.recovery.RequestPasswordReset, times=20, email=EMAIL)
    pass_time(identity, timedelta(minutes=119))
    choose(identity, link)
    assert sign_in(identity, password=NEW_PASSWORD)["account"]["email"] == EMAIL


def test_a_link_that_ran_out_is_made_anew_and_mailed_however_many_were_mailed_before(identity):
    for _ in range(4):
        ask(identity, contracts.recovery.RequestPasswordReset, times=20, email=EMAIL)
        pass_time(identity, timedelta(minutes=121))
    before = count(identity, contracts.events.PasswordResetRequested)
    assert before >= A_DAY
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    newest = identity.announced(contracts.events.PasswordResetRequested, count=before + 1)[-1]
    choose(identity, token_in(identity, newest, "reset-password"))


def test_no_link_is_kept_alive_for_ever_and_the_one_before_works_as_long_as_its_mail_said(identity):
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    first = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    for _ in range(12):
        pass_time(identity, timedelta(minutes=119))
        ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    pass_time(identity, timedelta(minutes=15))
    before = count(identity, contracts.events.PasswordResetRequested)
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    (*_, newest) = identity.announced(contracts.events.PasswordResetRequested, count=before + 1)
    assert token_in(identity, newest, "reset-password") != first
    choose(identity, first)
    with pytest.raises(contracts.errors.LinkNotValid):  # and with one of them the other one is used up
        choose(identity, token_in(identity, newest, "reset-password"))


def test_after_a_release_or_a_key_that_did_not_know_the_seed_a_new_link_is_made_and_the_old_one_works(identity):
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    old = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    with identity.session("identity") as session:
        session.execute(update(MailedLink).values(seed=b"another"))
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    new = token_in(identity, identity.announced(contracts.events.PasswordResetRequested, count=2)[1], "reset-password")
    assert new != old
    choose(identity, old)


def test_one_kind_of_mail_uses_up_no_other(identity):
    ask(identity, contracts.recovery.RequestApplicationId, times=20, email=EMAIL)
    ask(identity, contracts.recovery.RequestPasswordReset, email=EMAIL)
    identity.announced(contracts.events.PasswordResetRequested)


def test_the_owner_of_an_address_is_not_told_without_end_that_somebody_opens_an_account_with_it(identity):
    for _ in range(8):
        identity.call(contracts.accounts.OpenAccount, identity.anonymous, email=EMAIL, password=PASSWORD + "!")
    assert count(identity, contracts.events.AccountOpeningRepeated) == AN_HOUR


def test_requests_for_a_way_back_are_all_taken_and_few_are_confirmed_by_mail(identity):
    asked = {"kind": "lost_email", "contact_email": VICTIM, "stated": {"legal_name": "Ana Roy"}}
    references = {identity.call(contracts.support.RequestAccess, identity.anonymous, **asked)["reference"] for _ in range(8)}
    assert len(references) == 8
    assert count(identity, contracts.events.AccessRequestReceived) == AN_HOUR


INVITED = {"email": VICTIM, "name": "Somebody", "pages": ["messages"]}
ASKED_BY_ACCOUNTS = {
    contracts.delegates.InviteDelegate: (contracts.events.DelegateInvited, INVITED),
    contracts.recovery.RequestEmailChange: (contracts.events.EmailChangeRequested, {"email": VICTIM}),
}


@pytest.mark.parametrize("call", ASKED_BY_ACCOUNTS, ids=lambda call: call.__name__)
def test_an_account_has_a_share_of_the_mails_to_an_address_and_is_told_when_nothing_was_mailed(identity, call):
    fact, what = ASKED_BY_ACCOUNTS[call]
    ana = identity.caller("applicant", account_id=identity.ana)
    for _ in range(OF_ONE_A_DAY):
        identity.call(call, ana, **what)
    with pytest.raises(contracts.errors.TooManyMails) as refusal:
        identity.call(call, ana, **what)
    assert refusal.value.params["minutes"] in {1439, 1440}
    assert "1440" in refusal.value.say("fr") or "1439" in refusal.value.say("fr")
    other = identity.caller("applicant", account_id=add_person(identity, "bea@example.org"))
    identity.call(call, other, **what)  # one stranger alone has not used it up for somebody else
    with pytest.raises(contracts.errors.TooManyMails):
        identity.call(call, other, **what)
    assert count(identity, fact) == AN_HOUR


def test_whether_the_new_address_has_an_account_shows_in_no_refusal_either(identity):
    add_person(identity, VICTIM)
    ana, answers = identity.caller("applicant", account_id=identity.ana), {}
    for email in (VICTIM, "nobody@example.org"):
        answers[email] = []
        for _ in range(OF_ONE_A_DAY + 1):
            try:
                answers[email].append(sorted(identity.call(contracts.recovery.RequestEmailChange, ana, email=email)))
            except ServiceError as error:
                answers[email].append(error.code)
    assert answers[VICTIM] == answers["nobody@example.org"]


def test_a_stranger_s_tries_invite_a_migrated_person_once_an_hour_and_staff_may_still_invite(identity):
    take_over(identity, person(VICTIM))
    for _ in range(3):
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(identity, VICTIM, WRONG)
    assert count(identity, contracts.events.AccountInvited) == 1
    support, victim = identity.caller("support"), id_of(identity, VICTIM)
    for _ in range(OF_ONE_A_DAY):
        identity.call(contracts.administration.InviteMigrated, support, account_id=victim)
    with pytest.raises(contracts.errors.TooManyMails):
        identity.call(contracts.administration.InviteMigrated, support, account_id=victim)


def test_a_mail_that_left_long_ago_is_forgotten(identity):
    ask(identity, contracts.recovery.RequestApplicationId, email=EMAIL)
    with identity.session("identity") as session:
        session.execute(update(CausedMail).values(at=clock.now() - timedelta(days=1)))
    service = identity.containers["identity"]
    (pruning,) = [point for point in service.entrypoints if point.method_name == "forget_what_is_over"]
    service.spawn_worker(pruning, (), {})
    identity.settle()
    with identity.session("identity") as session:
        assert session.query(CausedMail).count() == 0
