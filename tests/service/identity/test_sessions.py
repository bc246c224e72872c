"""Signing in, refreshing, signing out, and the back-off, over the real bus and database."""

from datetime import timedelta

import eventlet
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from services.common.kernel import clock
from services.common.kernel.errors import NotFound, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import identity as contracts
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.registry import RegistrationFinalised
from services.identity.models import Account, FailedTry, HeldRole, RefreshToken, SignInSession
from tests.support.actors.identity_factors import enrol_app
from tests.support.actors.identity_sessions import (
    EMAIL,
    PASSWORD,
    account_id,
    add_account,
    refresh,
    refused,
    sign_in,
    signed_in,
    with_one_applicant,
)
from tests.support.waiting import until


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    return with_one_applicant(system)


def make_older(system, table, column, by):
    with system.session("identity") as session:
        session.execute(update(table).values({column: getattr(table, column) - by}))


# ---- signing in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", [EMAIL, " ANA.Tremblay@example.org ", "A-0000007-G", "a0000007g", "a 0000007 g", "A-OOOOOO7-G"])
def test_one_signs_in_by_e_mail_or_application_id_however_typed(identity, login):
    tokens = sign_in(identity, login)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    assert tokens["account"]["email"] == EMAIL
    caller = signed_in(identity, tokens)
    assert caller.roles == {"applicant"}
    assert caller.language == "fr"
    assert identity.call(contracts.accounts.GetMe, caller)["id"] == tokens["account"]["id"] == caller.account_id


def test_the_same_accented_password_typed_on_another_keyboard_signs_in(identity):
    decomposed = PASSWORD.replace("é", "e\u0301")
    assert decomposed != PASSWORD
    assert sign_in(identity, password=decomposed)["account"]["email"] == EMAIL


@pytest.mark.parametrize("login", [EMAIL, "nobody@example.org", "A-0000007-H", "A-0000008-E", "?"])
def test_a_wrong_password_and_an_unknown_login_are_refused_in_the_same_words(identity, login):
    refused(identity, login)


def test_an_account_that_is_not_active_is_refused_in_the_same_words(identity):
    with identity.session("identity") as session:
        add_account(session, "new@example.org", "A-0000009-C", active=False)
    refused(identity, "new@example.org", PASSWORD)


def test_an_unknown_login_costs_the_same_work_as_a_wrong_password(true_passwords, identity, monkeypatch):
    # Counted, not timed: the hash is what takes long, and it is computed for nobody as it is for somebody.
    verified, verify = [], PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda hasher, kept, password: verified.append(kept) or verify(hasher, kept, password)
    )
    refused(identity, EMAIL)
    refused(identity, "nobody@example.org")
    parameters = [kept.rsplit("$", 2)[0] for kept in verified]
    assert len(parameters) == 2
    assert parameters[0] == parameters[1]


def test_a_hash_made_with_older_parameters_is_renewed_at_sign_in(true_passwords, identity):
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with identity.session("identity") as session:
        session.execute(update(Account).values(password_hash=weaker))
    sign_in(identity)
    with identity.session("identity") as session:
        renewed = session.scalars(select(Account.password_hash)).one()
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    sign_in(identity)


def test_of_two_sign_ins_at_once_one_renews_an_older_hash_and_both_are_let_in(identity):
    older = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    with identity.session("identity") as session:
        session.execute(update(Account).values(password_hash=older))
    both = [eventlet.spawn(sign_in, identity) for _ in range(2)]
    assert all(each.wait()["access_token"] for each in both)
    with identity.session("identity") as session:
        assert session.scalars(select(audit.c.action).where(audit.c.action == "password:rehash")).all() == ["password:rehash"]


# ---- back-off ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("logins", [[EMAIL, "A-0000007-G"], ["nobody@example.org", "NOBODY@example.org"]])
def test_after_five_failures_one_waits_also_with_the_right_password_and_also_where_there_is_no_account(identity, logins):
    for number in range(5):
        refused(identity, logins[number % 2])
    with pytest.raises(contracts.errors.TooManyTries) as slowed:
        sign_in(identity, logins[0])
    assert slowed.value.params == {"retry_after_s": 2}


def test_when_the_wait_is_over_one_may_try_again_and_the_next_wait_is_longer(identity):
    for _ in range(5):
        refused(identity)
    make_older(identity, FailedTry, "at", timedelta(seconds=2))
    refused(identity)
    with pytest.raises(contracts.errors.TooManyTries) as slowed:
        sign_in(identity)
    assert slowed.value.params == {"retry_after_s": 4}
    make_older(identity, FailedTry, "at", timedelta(seconds=4))
    sign_in(identity)
    refused(identity)  # the success has set the account's count back


def test_many_tries_at_once_gain_nothing(identity):
    def guess(number):
        try:
            sign_in(identity, password=f"guess number {number}")
        except (contracts.errors.SignInRefused, contracts.errors.TooManyTries) as error:
            return type(error)

    answers = [thread.wait() for thread in [eventlet.spawn(guess, number) for number in range(12)]]
    assert answers.count(contracts.errors.SignInRefused) == 5
    assert answers.count(contracts.errors.TooManyTries) == 7


def test_an_address_that_fails_at_many_accounts_is_slowed_down_and_others_are_not(identity):
    with identity.session("identity") as session:
        for number in (5, 29):
            add_account(session, f"colleague{number}@example.org", f"A-00000{number:02}-X")
    for number in range(30):
        if number in {5, 29}:  # an office is not kept out by a few errors
            assert sign_in(identity, f"colleague{number}@example.org", address="203.0.113.9")
        refused(identity, f"somebody{number}@example.org", address="203.0.113.9")
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity, address="203.0.113.9")
    assert sign_in(identity, address="203.0.113.10")["account"]["email"] == EMAIL


# ---- sessions ------------------------------------------------------------------------------------------------------------


def test_a_refresh_gives_new_tokens_of_the_same_session(identity):
    first = sign_in(identity)
    second = refresh(identity, first)
    third = refresh(identity, second)
    assert len({tokens["refresh_token"] for tokens in (first, second, third)}) == 3
    assert len({signed_in(identity, tokens).session_id for tokens in (first, second, third)}) == 1


def test_an_old_refresh_token_ends_every_token_of_its_family(identity):
    other = sign_in(identity)
    stolen = sign_in(identity)
    newest = refresh(identity, refresh(identity, stolen))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, stolen)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, newest)
    refresh(identity, other)  # another sign-in of the same person goes on
    with identity.session("identity") as session:
        assert session.scalar(select(func.count()).select_from(audit).where(audit.c.action == "session:reuse")) == 1


def test_a_lost_answer_may_be_asked_for_again_within_ten_seconds(identity):
    first = sign_in(identity)
    lost = refresh(identity, first)
    found = refresh(identity, first)
    newer = refresh(identity, found)
    make_older(identity, SignInSession, "rotated_at", timedelta(seconds=11))
    with pytest.raises(contracts.errors.SessionEnded):  # whoever holds the other one is not the one who went on
        refresh(identity, lost)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, newer)


def test_the_token_before_the_newest_is_a_reuse_after_ten_seconds(identity):
    first = sign_in(identity)
    second = refresh(identity, first)
    make_older(identity, SignInSession, "rotated_at", timedelta(seconds=11))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, first)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, second)


def test_refreshes_at_once_leave_one_generation(identity):
    first = sign_in(identity)
    answers = [thread.wait() for thread in [eventlet.spawn(refresh, identity, first) for _ in range(4)]]
    with identity.session("identity") as session:
        assert session.scalars(select(SignInSession.generation)).one() == 2
    refresh(identity, answers[0])


def test_a_session_that_was_not_used_for_thirty_days_is_over(identity):
    tokens = sign_in(identity)
    make_older(identity, SignInSession, "expires_at", timedelta(days=30))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)


def left_alone(system, by):
    """As if so much time had passed since the sessions were used last."""
    for column in ("last_used_at", "rotated_at", "expires_at"):
        make_older(system, SignInSession, column, by)


def test_a_session_that_a_browser_keeps_ends_when_it_is_left_alone_whatever_the_browser_says_of_its_age(identity):
    tokens = identity.call(contracts.sessions.SignIn, identity.anonymous, login=EMAIL, password=PASSWORD, kept_by_browser=True)
    left_alone(identity, timedelta(minutes=39))  # the ten minutes of the access token, then half an hour
    tokens = refresh(identity, tokens)
    left_alone(identity, timedelta(minutes=40))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)


def test_a_session_of_the_command_line_or_of_before_this_was_known_may_be_left_alone_for_days(identity):
    tokens = sign_in(identity)
    with identity.session("identity") as session:
        session.execute(update(SignInSession).values(last_used_at=None))  # as the release before wrote it
    make_older(identity, SignInSession, "expires_at", timedelta(days=29))
    refresh(identity, tokens)
    with identity.session("identity") as session:
        kept = session.scalars(select(SignInSession)).one()
        assert kept.last_used_at == kept.rotated_at


def test_a_browser_s_session_with_a_second_factor_ends_when_it_is_left_alone_too(identity):
    app, _ = enrol_app(identity, sign_in(identity))
    challenge = sign_in(identity)["second_factor"]["challenge"]
    proof = {"challenge": challenge, "code": app.code(), "kept_by_browser": True}
    tokens = identity.call(contracts.sessions.CompleteSignIn, identity.anonymous, **proof)
    left_alone(identity, timedelta(minutes=40))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)


@pytest.mark.parametrize(("role", "hours"), [("support", 12), ("registrant", 30 * 24)])
def test_a_session_that_is_refreshed_again_and_again_ends_a_set_time_after_it_began(identity, role, hours):
    with identity.session("identity") as session:
        session.add(HeldRole(account_id=account_id(identity), role=role, granted_at=clock.now()))
    tokens = sign_in(identity)
    make_older(identity, SignInSession, "begun_at", timedelta(hours=hours - 1))
    tokens = refresh(identity, tokens)
    with identity.session("identity") as session:
        begun_at, expires_at = session.execute(select(SignInSession.begun_at, SignInSession.expires_at)).one()
    assert expires_at == begun_at + timedelta(hours=hours)
    make_older(identity, SignInSession, "begun_at", timedelta(hours=1))  # as one begun before there was such an end
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)


def test_a_made_up_refresh_token_is_refused(identity):
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, {"refresh_token": "x" * 43})


def test_after_signing_out_the_refresh_token_does_not_work(identity):
    tokens, elsewhere = sign_in(identity), sign_in(identity)
    identity.call(contracts.sessions.SignOut, signed_in(identity, tokens))
    identity.call(contracts.sessions.SignOut, signed_in(identity, tokens))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)
    refresh(identity, elsewhere)
    with identity.session("identity") as session:
        ended = select(func.count()).select_from(audit).where(audit.c.action == "session:end")
        assert session.scalar(ended) == 1


def test_nobody_signs_out_without_being_signed_in(identity):
    with pytest.raises(Unauthenticated):
        identity.call(contracts.sessions.SignOut, identity.anonymous)
    with pytest.raises(NotFound):
        identity.call(contracts.accounts.SetLanguage, identity.caller("applicant"), language="fr")


def test_the_hourly_pruning_forgets_what_is_over_and_keeps_the_rest(identity):
    sign_in(identity)
    make_older(identity, SignInSession, "expires_at", timedelta(days=30))
    make_older(identity, RefreshToken, "issued_at", timedelta(days=30))
    living = sign_in(identity)
    refused(identity)
    make_older(identity, FailedTry, "at", timedelta(minutes=15))
    refused(identity, "nobody@example.org")
    service = identity.containers["identity"]
    (pruning,) = [point for point in service.entrypoints if point.method_name == "forget_what_is_over"]
    service.spawn_worker(pruning, (), {})
    identity.settle()
    with identity.session("identity") as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (SignInSession, RefreshToken, FailedTry)]
    assert counts == [1, 1, 1]
    refresh(identity, living)


# ---- facts ---------------------------------------------------------------------------------------------------------------


def finalised(system, of):
    return system.publish(
        RegistrationFinalised,
        registrant_id=new_id(),
        account_id=of,
        application_id=new_id(),
        invoice_number="INV-0000001-A",
        registration_number="10007",
        category="RPQ",
        name="Ana Tremblay",
        registered_on=clock.now().date(),
        certificate_number="CERT-0000001-A",
    )


def test_a_registration_grants_the_registrant_role_once_and_a_refresh_shows_it(identity):
    tokens = sign_in(identity)
    envelope = finalised(identity, account_id(identity))
    identity.settle()
    identity.publish_again(envelope)
    finalised(identity, account_id(identity))
    identity.settle()
    with identity.session("identity") as session:
        granted = session.execute(
            select(audit).where(audit.c.action == "role:grant", audit.c.actor == "event/RegistrationFinalised")
        ).all()
    assert [(one.subject, one.after) for one in granted] == [(f"account/{account_id(identity)}", {"role": "registrant"})]
    renewed = refresh(identity, tokens)
    assert signed_in(identity, renewed).roles == {"applicant", "registrant"}
    assert renewed["account"]["roles"] == ["applicant", "registrant"]


def test_a_registration_of_an_unknown_account_is_parked(identity):
    finalised(identity, new_id())
    parked = until(lambda: identity.dead_letters("identity"), "a parked event")
    assert len(parked) == 1


def test_the_first_submission_freezes_the_address(identity):
    def submit():
        identity.publish(
            ApplicationSubmitted,
            application_id=new_id(),
            account_id=account_id(identity),
            reference="APP-000001-A",
            category="RPQ",
            applicant_name="Ana Tremblay",
            submitted_at=clock.now(),
        )
        identity.settle()
        with identity.session("identity") as session:
            return session.scalars(select(Account.email_frozen_at)).one()

    frozen_at = submit()
    assert frozen_at is not None
    assert submit() == frozen_at
