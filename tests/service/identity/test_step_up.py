"""Showing once more who one is, before a sensitive act (B10)."""

import time

import pytest
from sqlalchemy import update

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.errors import Unauthenticated
from services.contracts import identity as contracts
from services.identity.models import Account, Challenge
from services.identity.passwords import passwords
from tests.support.actors.identity_factors import enrol_app, forget_steps, long_ago, step_up
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    WRONG,
    add_person,
    caller_of,
    refresh,
    sign_in,
    trail,
)


@pytest.fixture
def identity(system):
    """A running identity service with an applicant."""
    system.start("identity")
    system.ana = add_person(system)
    return system


def begin(system, tokens):
    return system.call(contracts.sessions.BeginStepUp, caller_of(system, tokens))


def sensitive_act(system, tokens):
    """A sensitive act."""
    return system.call(contracts.factors.BeginTotp, caller_of(system, tokens))


def stale(system):
    """Tokens of somebody who signed in a while ago."""
    tokens = sign_in(system)
    long_ago(system)
    return refresh(system, tokens)


def test_a_sign_in_counts_as_shown_for_fifteen_minutes_through_refreshes_too(identity):
    tokens = sign_in(identity)
    sensitive_act(identity, refresh(identity, tokens))
    with pytest.raises(StepUpRequired):
        sensitive_act(identity, stale(identity))


def test_the_password_makes_a_session_fresh_where_there_is_no_second_factor(identity):
    tokens = stale(identity)
    begun = begin(identity, tokens)
    assert (begun["methods"], begun["passkey"], begun["expires_in"]) == (["password"], None, 300)
    shown = identity.call(contracts.sessions.StepUp, caller_of(identity, tokens), challenge=begun["challenge"], password=PASSWORD)
    assert (shown["token_type"], shown["expires_in"]) == ("Bearer", 600)
    sensitive_act(identity, shown)
    assert time.time() - caller_of(identity, refresh(identity, tokens)).proved_at < 60  # later tokens of the session know it too


def test_who_has_a_second_factor_shows_that_and_not_the_password(identity):
    app, _ = enrol_app(identity, sign_in(identity))
    needed = sign_in(identity)["second_factor"]
    tokens = identity.call(contracts.sessions.CompleteSignIn, identity.anonymous, challenge=needed["challenge"], code=app.code())
    long_ago(identity)
    tokens = refresh(identity, tokens)
    forget_steps(identity)
    assert begin(identity, tokens)["methods"] == ["totp", "recovery_code"]
    with pytest.raises(contracts.errors.ProofRefused):
        step_up(identity, tokens, password=PASSWORD)
    sensitive_act(identity, step_up(identity, tokens, code=app.code()))
    assert trail(identity, "session:step-up")[-1].after == {"proof": "totp"}


def test_a_wrong_password_is_refused_and_counted_with_the_account(identity):
    tokens = stale(identity)
    for _ in range(5):
        with pytest.raises(contracts.errors.ProofRefused):
            step_up(identity, tokens, password=WRONG)
    with pytest.raises(contracts.errors.TooManyTries):
        step_up(identity, tokens, password=PASSWORD)
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity, EMAIL)
    assert trail(identity, "proof:refuse")[0].after == {"for": "step_up", "proof": "password"}


def test_a_step_belongs_to_the_session_that_began_it(identity):
    mine, other = stale(identity), sign_in(identity)
    begun = begin(identity, mine)
    with pytest.raises(contracts.errors.ChallengeOver):
        identity.call(contracts.sessions.StepUp, caller_of(identity, other), challenge=begun["challenge"], password=PASSWORD)
    with pytest.raises(contracts.errors.ChallengeOver):
        identity.call(contracts.sessions.CompleteSignIn, identity.anonymous, challenge=begun["challenge"], password=PASSWORD)


def test_a_step_works_once_runs_out_and_gives_way_to_a_newer_one(identity):
    tokens = stale(identity)
    first, second = begin(identity, tokens), begin(identity, tokens)

    def finish(begun):
        identity.call(contracts.sessions.StepUp, caller_of(identity, tokens), challenge=begun["challenge"], password=PASSWORD)

    with pytest.raises(contracts.errors.ChallengeOver):
        finish(first)
    finish(second)
    with pytest.raises(contracts.errors.ChallengeOver):
        finish(second)
    third = begin(identity, tokens)
    with identity.session("identity") as session:
        session.execute(update(Challenge).values(expires_at=clock.now()))
    with pytest.raises(contracts.errors.ChallengeOver):
        finish(third)


def test_a_session_that_has_ended_is_not_made_fresh(identity):
    tokens = stale(identity)
    begun = begin(identity, tokens)
    identity.call(contracts.sessions.SignOut, caller_of(identity, tokens))
    with pytest.raises(Unauthenticated):
        begin(identity, tokens)
    with pytest.raises((contracts.errors.ChallengeOver, Unauthenticated)):
        identity.call(contracts.sessions.StepUp, caller_of(identity, tokens), challenge=begun["challenge"], password=PASSWORD)


def test_a_password_that_was_changed_meanwhile_does_not_make_a_session_fresh(identity):
    mine, other = stale(identity), sign_in(identity)
    begin(identity, mine)
    identity.call(contracts.recovery.ChangePassword, caller_of(identity, other), password=PASSWORD, new_password=NEW_PASSWORD)
    with pytest.raises(Unauthenticated):  # a change of the password ends all other sessions
        begin(identity, mine)
    with pytest.raises(contracts.errors.ProofRefused):
        step_up(identity, other, password=PASSWORD)
    step_up(identity, other, password=NEW_PASSWORD)


@pytest.fixture
def set_while_checked(identity, monkeypatch):
    """Has the hash of another password, or another hash of the same one, kept in the moment in which a password is checked."""

    def set_while_checked(kept):
        check = passwords.matches

        def checked(password, kept_hash):
            monkeypatch.setattr(passwords, "matches", check)  # once
            fits = check(password, kept_hash)
            with identity.session("identity") as session:
                session.execute(update(Account).values(password_hash=passwords.hash_password(kept)))
            return fits

        monkeypatch.setattr(passwords, "matches", checked)

    return set_while_checked


def _step_up(identity, tokens):
    step_up(identity, tokens, password=PASSWORD)


def _change(identity, tokens):
    identity.call(contracts.recovery.ChangePassword, caller_of(identity, tokens), password=PASSWORD, new_password=NEW_PASSWORD)


@pytest.mark.parametrize("use", [_step_up, _change])
def test_a_hash_that_is_renewed_while_the_password_is_checked_refuses_nobody(identity, set_while_checked, use):
    tokens = stale(identity)
    set_while_checked(PASSWORD)
    use(identity, tokens)


@pytest.mark.parametrize("use", [_step_up, _change])
def test_a_password_that_is_changed_while_it_is_checked_counts_no_more(identity, set_while_checked, use):
    tokens = stale(identity)
    set_while_checked(WRONG)
    with pytest.raises(contracts.errors.ProofRefused):
        use(identity, tokens)


def test_stepping_up_with_the_password_does_not_count_as_a_second_factor(identity):
    tokens = stale(identity)
    step_up(identity, tokens, password=PASSWORD)
    listed = identity.call(contracts.sessions.ListSessions, caller_of(identity, tokens))["sessions"]
    assert [session["second_factor"] for session in listed] == [False]


def test_nobody_steps_up_without_being_signed_in(identity):
    with pytest.raises(Unauthenticated):
        identity.call(contracts.sessions.BeginStepUp, identity.anonymous)
