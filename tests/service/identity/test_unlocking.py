"""The end of a slow-down by a mailed link, over the real bus and database (B10)."""

from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.contracts import identity as contracts
from services.identity.models import FailedTry
from tests.support.actors.identity_people import EMAIL, WRONG, add_person, count, fail, sign_in, token_in, trail

ID = "A-0000007-G"


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id=ID)
    return system


def unlock_request(system, login=EMAIL):
    return system.call(contracts.recovery.RequestUnlock, system.anonymous, login=login)


def unlock_link(system, which=0):
    return token_in(system, system.announced(contracts.events.UnlockRequested, count=which + 1)[which], "unlock")


def unlock(system, token):
    return system.call(contracts.recovery.Unlock, system.anonymous, token=token)


@pytest.mark.parametrize("login", [EMAIL, ID])
def test_a_mailed_link_ends_the_waiting_at_once(identity, login):
    fail(identity, 5)
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity)
    assert unlock_request(identity, login) == {}
    unlock(identity, unlock_link(identity))
    assert sign_in(identity)["account"]["email"] == EMAIL
    assert [entry.subject for entry in trail(identity, "sign-in:unlock")] == [f"account/{identity.ana}"]


def test_after_the_link_the_count_begins_anew_and_the_link_is_used_up(identity):
    fail(identity, 5)
    unlock_request(identity)
    token = unlock_link(identity)
    unlock(identity, token)
    fail(identity, 5)
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity)
    with pytest.raises(contracts.errors.LinkNotValid):
        unlock(identity, token)


def test_whoever_asks_for_a_link_without_getting_it_gains_no_try(identity):
    fail(identity, 5)
    for _ in range(3):
        unlock_request(identity)
    unlock_link(identity, 2)
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity, password=WRONG)


def test_no_link_is_mailed_where_nothing_is_slowed_down_or_nobody_is(identity):
    add_person(identity, "gone@example.org", suspended_at=clock.now())
    with identity.session("identity") as session:  # a failure that does not count any more
        session.add(FailedTry(subject=f"account/{identity.ana}", at=clock.now() - timedelta(minutes=16)))
    for login in (EMAIL, "nobody@example.org", "A-0000008-E", "?", "gone@example.org"):
        assert unlock_request(identity, login) == {}
    assert count(identity, contracts.events.UnlockRequested) == 0


def test_a_client_address_that_tried_too_often_is_not_let_off_by_the_owner_s_link(identity):
    attacker = Caller(address="192.0.2.7")
    with identity.session("identity") as session:
        session.add_all(FailedTry(subject="address/192.0.2.7/32", at=clock.now()) for _ in range(40))
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity, password=WRONG)
    unlock_request(identity)
    unlock(identity, unlock_link(identity))
    with pytest.raises(contracts.errors.TooManyTries):
        identity.call(contracts.sessions.SignIn, attacker, login=EMAIL, password=WRONG)
