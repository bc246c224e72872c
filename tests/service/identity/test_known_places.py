"""What strangers try keeps no owner out: where the owner was before, in a running session, and with a mailed link anywhere (B10)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.contracts import identity as contracts
from services.identity.models import Challenge, FailedTry, KnownPlace
from tests.support.actors.identity_factors import asked, complete, enrol_app, forget_steps
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    WRONG,
    add_person,
    caller_of,
    refresh,
    sign_in,
    token_in,
)

HOME, HOME_6, NEW_PLACE = "203.0.113.9", "2001:db8:1:2::9", "198.51.100.7"


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id="A-0000007-G")
    return system


def flood(system, login=EMAIL, tries=12):
    """A stranger's tries from changing addresses, each as soon as it may be: the waits are passed by moving time."""
    for number in range(tries):
        pass_the_wait(system)
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(system, login, WRONG, address=f"192.0.2.{number}")


def pass_the_wait(system):
    with system.session("identity") as session:
        session.execute(update(FailedTry).values(at=FailedTry.at - timedelta(seconds=60)))


def slowed(system, **where):
    with pytest.raises(contracts.errors.TooManyTries) as refusal:
        sign_in(system, **where)
    return refusal.value


@pytest.mark.parametrize(("then", "now"), [(HOME, HOME), (HOME_6, "2001:db8:1:2:ffff::1")])
def test_where_the_owner_has_signed_in_before_strangers_tries_elsewhere_do_not_count(identity, then, now):
    sign_in(identity, address=then)
    flood(identity)
    assert sign_in(identity, address=now)["account"]["email"] == EMAIL
    slowed(identity, address=NEW_PLACE)  # and everywhere else the stranger goes on waiting, also after the owner's success


@pytest.mark.parametrize("elsewhere", ["2001:db8:1:3::9", NEW_PLACE, None])
def test_another_network_is_not_known_and_neither_is_one_that_nobody_states(identity, elsewhere):
    sign_in(identity, address=HOME_6)
    sign_in(identity)
    flood(identity)
    slowed(identity, address=elsewhere)


def test_at_a_known_place_guesses_are_counted_too(identity):
    sign_in(identity, address=HOME)
    for _ in range(5):
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(identity, password=WRONG, address=HOME)
    assert slowed(identity, address=HOME).params == {"retry_after_s": 2}
    pass_the_wait(identity)
    assert sign_in(identity, address=HOME)
    assert sign_in(identity, address=NEW_PLACE)  # nor do they keep the owner out anywhere else


def test_waiting_as_told_lets_the_owner_in_where_the_owner_was_before(identity):
    sign_in(identity, address=HOME)
    for _ in range(6):
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(identity, password=WRONG, address=HOME)
        pass_the_wait(identity)
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity, password=WRONG, address=HOME)
    told = slowed(identity, address=HOME).params["retry_after_s"]
    flood(identity, tries=6)
    with identity.session("identity") as session:
        session.execute(update(FailedTry).values(at=clock.now() - timedelta(seconds=told)))
    assert sign_in(identity, address=HOME)


def test_at_a_new_place_a_mailed_link_lets_the_owner_in_whatever_others_go_on_trying(identity):
    flood(identity)
    told = slowed(identity, address=NEW_PLACE)
    assert "link" in told.say("en")
    owner = Caller(address=NEW_PLACE)
    identity.call(contracts.recovery.RequestUnlock, owner, login=EMAIL)
    for number in range(20):  # the stranger asks for it too, to make the owner's useless
        identity.call(contracts.recovery.RequestUnlock, Caller(address=f"192.0.2.{number}"), login=EMAIL)
    link = token_in(identity, identity.announced(contracts.events.UnlockRequested)[0], "unlock")
    identity.call(contracts.recovery.Unlock, owner, token=link)
    flood(identity)
    assert sign_in(identity, address=NEW_PLACE)["account"]["email"] == EMAIL


def test_whoever_chose_a_password_with_a_mailed_link_gets_in_from_there(identity):
    flood(identity)
    owner = Caller(address=NEW_PLACE)
    identity.call(contracts.recovery.RequestPasswordReset, owner, email=EMAIL)
    link = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    identity.call(contracts.recovery.ResetPassword, owner, token=link, password=NEW_PASSWORD)
    flood(identity)
    assert sign_in(identity, password=NEW_PASSWORD, address=NEW_PLACE)


def test_a_network_that_is_full_of_somebody_s_tries_keeps_out_nobody_who_was_there_before_or_has_the_link(identity):
    sign_in(identity, address=HOME)
    beatrice = "beatrice@example.org"
    add_person(identity, beatrice, application_id="A-0000008-E")
    with identity.session("identity") as session:
        session.add_all(FailedTry(subject=f"address/{HOME}/32", at=clock.now()) for _ in range(40))
    assert sign_in(identity, address=HOME)
    slowed(identity, login=beatrice, address=HOME)
    owner = Caller(address=HOME)
    identity.call(contracts.recovery.RequestUnlock, owner, login=beatrice)
    identity.call(
        contracts.recovery.Unlock,
        owner,
        token=token_in(identity, identity.announced(contracts.events.UnlockRequested)[0], "unlock"),
    )
    assert sign_in(identity, login=beatrice, address=HOME)


@pytest.mark.parametrize(("address", "tries"), [("2001:db8:7:7::{:x}", 30), ("2001:db8:7:{:x}::1", 480)])
def test_addresses_of_one_network_of_ipv6_count_as_one_and_a_wider_one_has_a_larger_allowance(identity, address, tries):
    with identity.session("identity") as session:
        session.add_all(FailedTry(subject=f"address/{network}", at=clock.now()) for network in counted(address, tries - 1))
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity, "somebody@example.org", WRONG, address=address.format(0xAAAA))
    slowed(identity, address=address.format(0xBBBB))
    assert sign_in(identity, address="2001:db8:8::1")


def counted(address, tries):
    """The narrowest network that all of these addresses share, as often as they were counted there."""
    return ["2001:db8:7:7::/64" if address.startswith("2001:db8:7:7:") else "2001:db8:7::/48"] * tries


def test_second_steps_at_a_known_place_are_not_kept_waiting_by_whoever_knows_the_password(identity):
    app, added = enrol_app(identity, sign_in(identity, address=HOME))
    for number in range(8):
        pass_the_wait(identity)
        challenge = asked(identity)["challenge"]
        with pytest.raises(contracts.errors.ProofRefused):
            complete(identity, challenge, address=f"192.0.2.{number}", recovery_code="WRONG-WRONG-WRONG-WRONG")
    needed = sign_in(identity, address=HOME)["second_factor"]
    forget_steps(identity)
    assert complete(identity, needed["challenge"], address=HOME, code=app.code())["access_token"]
    needed = sign_in(identity, address=HOME)["second_factor"]
    assert complete(identity, needed["challenge"], address=HOME, recovery_code=added["recovery_codes"][0])["access_token"]
    slowed(identity, address=NEW_PLACE)


def test_in_a_running_session_strangers_tries_keep_nobody_from_stepping_up_or_changing_the_password(identity):
    ana = caller_of(identity, sign_in(identity, address=HOME))  # and then at another place
    flood(identity)
    begun = identity.call(contracts.sessions.BeginStepUp, ana)
    assert identity.call(contracts.sessions.StepUp, ana, challenge=begun["challenge"], password=PASSWORD)["access_token"]
    identity.call(contracts.recovery.ChangePassword, ana, password=PASSWORD, new_password=NEW_PASSWORD)


def test_guesses_in_a_session_are_counted_in_it(identity):
    ana = caller_of(identity, sign_in(identity, address=HOME))
    for _ in range(5):
        with pytest.raises(contracts.errors.ProofRefused):
            identity.call(contracts.recovery.ChangePassword, ana, password=WRONG, new_password=NEW_PASSWORD)
    with pytest.raises(contracts.errors.TooManyTries):
        identity.call(contracts.recovery.ChangePassword, ana, password=PASSWORD, new_password=NEW_PASSWORD)


def test_a_session_that_goes_on_elsewhere_makes_that_place_known(identity):
    tokens = sign_in(identity, address=HOME)
    identity.call(contracts.sessions.RefreshSession, Caller(address=NEW_PLACE), refresh_token=tokens["refresh_token"])
    flood(identity)
    assert sign_in(identity, address=NEW_PLACE)


def test_places_are_kept_unreadable_and_forgotten_after_ninety_days(identity):
    refresh(identity, sign_in(identity, address=HOME))
    with identity.session("identity") as session:
        (place,) = session.scalars(select(KnownPlace)).all()
        assert HOME not in repr(place.place)
        assert len(place.place) == 32
        session.execute(update(KnownPlace).values(seen_at=clock.now() - timedelta(days=90)))
    flood(identity)
    slowed(identity, address=HOME)
    service = identity.containers["identity"]
    (pruning,) = [point for point in service.entrypoints if point.method_name == "forget_what_is_over"]
    service.spawn_worker(pruning, (), {})
    identity.settle()
    with identity.session("identity") as session:
        assert session.scalars(select(KnownPlace)).all() == []


def test_two_accounts_that_were_at_one_place_have_different_digests_of_it(identity):
    add_person(identity, "bea@example.org", application_id="A-0000008-E")
    sign_in(identity, address=HOME)
    sign_in(identity, "bea@example.org", address=HOME)
    with identity.session("identity") as session:
        assert len(set(session.scalars(select(KnownPlace.place)))) == 2


def test_steps_that_anybody_begins_do_not_pile_up_until_the_hour_is_over(identity):
    for _ in range(8):
        identity.call(contracts.sessions.BeginPasskeySignIn, identity.anonymous)
    with identity.session("identity") as session:
        session.execute(update(Challenge).values(expires_at=clock.now()))
    identity.call(contracts.sessions.BeginPasskeySignIn, identity.anonymous)
    with identity.session("identity") as session:
        assert len(session.scalars(select(Challenge)).all()) == 1
