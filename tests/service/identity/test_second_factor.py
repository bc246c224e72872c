"""Signing in with an authenticator app or a recovery code, and keeping one's second factors (B10)."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import select, update

from services.common.kernel import clock
from services.common.kernel.errors import Invalid
from services.contracts import identity as contracts
from services.identity.models import Account, Challenge, FailedTry
from services.identity.passwords.passwords import hash_password
from tests.support.actors.identity_factors import (
    asked,
    complete,
    forget_steps,
    not_a_code,
    signed_in_with,
    wrong_code,
)
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    WRONG,
    caller_of,
    fail,
    refresh,
    sign_in,
)

# ---- signing in ----------------------------------------------------------------------------------------------------------


def test_whoever_has_an_app_gets_no_session_for_the_password_alone(identity, app):
    needed = asked(identity)
    assert needed["methods"] == ["totp", "recovery_code"]
    assert needed["passkey"] is None
    assert needed["expires_in"] == 300
    tokens = complete(identity, needed["challenge"], code=app.code())
    assert tokens["second_factor"] is None
    assert not tokens["enrolment_needed"]
    assert identity.call(contracts.accounts.GetMe, caller_of(identity, tokens))["email"] == EMAIL
    refresh(identity, tokens)


def test_a_wrong_password_is_not_told_from_a_right_one_by_the_second_factor(identity, app):
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity, EMAIL, WRONG)


@pytest.mark.parametrize("offset", [-1, 1])
def test_a_telephone_whose_clock_is_half_a_minute_off_signs_in(identity, app, offset):
    for _ in range(3):  # the step may change between making the code and its being read
        try:
            complete(identity, asked(identity)["challenge"], code=app.code(offset))
        except contracts.errors.ProofRefused:
            continue
        return
    raise AssertionError("the code was never taken")


def test_a_code_of_ten_minutes_ago_is_refused(identity, app):
    wrong_code(identity, asked(identity)["challenge"], app.code(-20))


def test_a_code_works_once_and_none_before_it_works_afterwards(identity, app):
    code, earlier = app.code(), app.code(-1)
    complete(identity, asked(identity)["challenge"], code=code)
    again = asked(identity)["challenge"]
    wrong_code(identity, again, code)
    wrong_code(identity, again, earlier)


def test_one_code_shown_twice_at_once_signs_in_once(identity, app):
    challenges, code = [asked(identity)["challenge"] for _ in range(4)], app.code()

    def show(challenge):
        try:
            return bool(complete(identity, challenge, code=code)["access_token"])
        except contracts.errors.ProofRefused:
            return False

    answers = [thread.wait() for thread in [eventlet.spawn(show, challenge) for challenge in challenges]]
    assert sorted(answers) == [False, False, False, True]


def test_a_wrong_code_leaves_the_step_open_and_a_right_one_ends_it(identity, app):
    challenge = asked(identity)["challenge"]
    wrong_code(identity, challenge, not_a_code(app))
    complete(identity, challenge, code=app.code())
    forget_steps(identity)
    with pytest.raises(contracts.errors.ChallengeOver):
        complete(identity, challenge, code=app.code())


def test_a_step_has_run_out_after_five_minutes(identity, app):
    challenge = asked(identity)["challenge"]
    with identity.session("identity") as session:
        session.execute(update(Challenge).values(expires_at=clock.now()))
    with pytest.raises(contracts.errors.ChallengeOver):
        complete(identity, challenge, code=app.code())


def test_a_made_up_step_is_refused(identity):
    with pytest.raises(contracts.errors.ChallengeOver):
        complete(identity, "x" * 43, code="123456")


def test_the_password_is_no_second_factor(identity, app):
    with pytest.raises(contracts.errors.ProofRefused):
        complete(identity, asked(identity)["challenge"], password=PASSWORD)


def test_one_proof_is_shown_at_a_time(identity, app):
    challenge = asked(identity)["challenge"]
    with pytest.raises(Invalid):
        complete(identity, challenge)
    with pytest.raises(Invalid):
        complete(identity, challenge, code=app.code(), password=PASSWORD)
    complete(identity, challenge, code=app.code())


def test_codes_cannot_be_guessed_at_leisure_by_whoever_knows_the_password(identity, app):
    wrong = not_a_code(app)
    for _ in range(5):
        wrong_code(identity, asked(identity)["challenge"], wrong)  # the right password each time gains nothing
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity)
    with identity.session("identity") as session:
        session.execute(update(FailedTry).values(at=FailedTry.at - timedelta(seconds=2)))
    challenge = asked(identity)["challenge"]
    complete(identity, challenge, code=app.code())
    fail(identity, 5)  # the count began anew


def test_passwords_without_the_second_step_are_no_failures(identity, app):
    for _ in range(7):
        asked(identity)


def test_many_codes_at_once_gain_nothing(identity, app):
    challenge, wrong = asked(identity)["challenge"], not_a_code(app)

    def guess():
        try:
            complete(identity, challenge, code=wrong)
        except (contracts.errors.ProofRefused, contracts.errors.TooManyTries) as error:
            return type(error)

    answers = [thread.wait() for thread in [eventlet.spawn(guess) for _ in range(9)]]
    assert (answers.count(contracts.errors.ProofRefused), answers.count(contracts.errors.TooManyTries)) == (5, 4)


def test_wrong_codes_are_counted_for_the_client_address_too(identity, app):
    wrong_code(identity, asked(identity)["challenge"], not_a_code(app), address="203.0.113.9")
    with identity.session("identity") as session:
        assert "address/203.0.113.9/32" in session.scalars(select(FailedTry.subject)).all()


@pytest.mark.parametrize("event", ["suspended", "new password"])
def test_a_step_that_waits_is_over_when_the_account_is(identity, app, event):
    signed_in = signed_in_with(identity, app)
    forget_steps(identity)
    challenge = asked(identity)["challenge"]
    if event == "suspended":
        with identity.session("identity") as session:
            session.execute(update(Account).where(Account.id == identity.ana).values(suspended_at=clock.now()))
    else:
        changing = {"password": PASSWORD, "new_password": NEW_PASSWORD}
        identity.call(contracts.recovery.ChangePassword, caller_of(identity, signed_in), **changing)
    with pytest.raises((contracts.errors.ProofRefused, contracts.errors.ChallengeOver)):
        complete(identity, challenge, code=app.code())


def test_a_new_password_does_not_go_around_the_second_factor(identity, app):
    with identity.session("identity") as session:
        session.execute(update(Account).where(Account.id == identity.ana).values(password_hash=hash_password(NEW_PASSWORD)))
    assert asked(identity, EMAIL, NEW_PASSWORD)["methods"] == ["totp", "recovery_code"]
