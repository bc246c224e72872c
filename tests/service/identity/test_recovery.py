"""A forgotten password or ID, and a changed password, over the real bus and database (F7-F9, F18)."""

import hashlib
from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import func, select, update

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence.tables import outbox
from services.common.security.tokens import Delegation
from services.contracts import identity as contracts
from services.identity.models import Challenge, MailedLink
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    WRONG,
    account,
    add_person,
    caller_of,
    count,
    fail,
    kept_hash,
    refresh,
    running_sessions,
    sign_in,
    token_in,
    trail,
)

ID = "A-0000007-G"


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id=ID)
    return system


def ask(system, email=EMAIL, application_id=None):
    return system.call(contracts.recovery.RequestPasswordReset, system.anonymous, email=email, application_id=application_id)


def reset_link(system, which=0):
    return token_in(system, system.announced(contracts.events.PasswordResetRequested, count=which + 1)[which], "reset-password")


def reset(system, token, password=NEW_PASSWORD):
    return system.call(contracts.recovery.ResetPassword, system.anonymous, token=token, password=password)


def change(system, caller, password=PASSWORD, new_password=NEW_PASSWORD):
    return system.call(contracts.recovery.ChangePassword, caller, password=password, new_password=new_password)


# ---- asking for a new password -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("email", "application_id"), [(EMAIL.upper(), None), (EMAIL, ID), (EMAIL, "a0000007g")])
def test_a_forgotten_password_is_answered_by_a_link_for_two_hours(identity, email, application_id):
    assert ask(identity, email, application_id) == {}
    (requested,) = identity.announced(contracts.events.PasswordResetRequested)
    assert requested.data["account_id"] == str(identity.ana)
    assert (requested.data["email"], requested.data["expires_hours"]) == (EMAIL, 2)
    with identity.session("identity") as session:
        link = session.scalars(select(MailedLink)).one()
        assert (link.purpose, link.expires_at - link.issued_at) == ("password", timedelta(hours=2))


@pytest.mark.parametrize(
    ("email", "application_id"), [("nobody@example.org", None), (EMAIL, "A-0000008-E"), (EMAIL, "?"), ("nobody@example.org", ID)]
)
def test_an_unknown_address_or_an_id_of_somebody_else_is_answered_the_same_and_mails_nothing(identity, email, application_id):
    assert ask(identity, email, application_id) == {}
    assert count(identity, contracts.events.PasswordResetRequested) == 0
    (entry,) = trail(identity, "password-reset:request")
    assert entry.after == {"mailed": None}


def test_a_suspended_account_gets_no_link_for_a_password(identity):
    add_person(identity, "gone@example.org", suspended_at=clock.now())
    assert ask(identity, "gone@example.org") == {}
    assert count(identity, contracts.events.PasswordResetRequested) == 0


def test_an_account_that_waits_for_its_activation_gets_that_link_anew(identity):
    add_person(identity, "new@example.org", active=False, application_id="A-0000008-E")
    assert ask(identity, "new@example.org") == {}
    (renewed,) = identity.announced(contracts.events.ActivationLinkRenewed)
    assert token_in(identity, renewed, "activate")
    assert count(identity, contracts.events.PasswordResetRequested) == 0


def test_asking_again_mails_the_same_link_which_works_once(identity):
    ask(identity)
    ask(identity)
    link = reset_link(identity, 1)
    assert reset_link(identity) == link
    reset(identity, link)
    with pytest.raises(contracts.errors.LinkNotValid):
        reset(identity, link, "yet another good phrase")
    assert sign_in(identity, password=NEW_PASSWORD)["account"]["email"] == EMAIL


def test_an_expired_link_a_made_up_one_and_one_for_another_purpose_set_no_password(identity):
    ask(identity)
    token = reset_link(identity)
    with identity.session("identity") as session:
        session.execute(update(MailedLink).values(expires_at=clock.now() - timedelta(seconds=1)))
    for useless in (token, "x" * 43):
        with pytest.raises(contracts.errors.LinkNotValid):
            reset(identity, useless)
    add_person(identity, "new@example.org", active=False, application_id="A-0000008-E")
    identity.call(contracts.accounts.ResendActivation, identity.anonymous, email="new@example.org")
    with pytest.raises(contracts.errors.LinkNotValid):
        reset(identity, token_in(identity, identity.announced(contracts.events.ActivationLinkRenewed)[0], "activate"))
    assert sign_in(identity)["account"]["email"] == EMAIL


# ---- setting it ----------------------------------------------------------------------------------------------------------


def test_a_reset_sets_the_password_ends_all_sessions_and_tells_the_owner(identity):
    phone, laptop = sign_in(identity), sign_in(identity)
    ask(identity)
    reset(identity, reset_link(identity))
    for tokens in (phone, laptop):
        with pytest.raises(contracts.errors.SessionEnded):
            refresh(identity, tokens)
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity)
    assert sign_in(identity, password=NEW_PASSWORD)["account"]["application_id"] == ID
    (changed,) = identity.announced(contracts.events.PasswordChanged)
    assert changed.data == {"account_id": str(identity.ana)}
    assert count(identity, contracts.events.AccountActivated) == 0
    (ended,) = trail(identity, "session:end-all")
    assert ended.after == {"ended": 2, "kept": None}
    assert [entry.subject for entry in trail(identity, "password:reset")] == [f"account/{identity.ana}"]


@pytest.mark.parametrize("weak", ["short", "motdepasse123", EMAIL.upper()])
def test_a_weak_password_is_refused_and_leaves_the_link_as_it_was(identity, weak):
    ask(identity)
    token = reset_link(identity)
    with pytest.raises(contracts.errors.PasswordTooWeak):
        reset(identity, token, weak)
    assert account(identity, identity.ana).password_hash == kept_hash(PASSWORD)
    reset(identity, token)
    assert sign_in(identity, password=NEW_PASSWORD)


def test_of_two_uses_of_one_link_at_once_one_sets_the_password(identity):
    ask(identity)
    token = reset_link(identity)
    phrases = [f"{NEW_PASSWORD} {number}" for number in range(4)]

    def use(phrase):
        try:
            reset(identity, token, phrase)
        except contracts.errors.LinkNotValid:
            return None
        return phrase

    done = [thread.wait() for thread in [eventlet.spawn(use, phrase) for phrase in phrases]]
    (winner,) = [phrase for phrase in done if phrase]
    assert sign_in(identity, password=winner)
    assert count(identity, contracts.events.PasswordChanged) == 1


def test_a_reset_voids_every_other_link_and_every_step_that_waits_for_a_proof(identity):
    caller = caller_of(identity, sign_in(identity))
    identity.call(contracts.recovery.RequestEmailChange, caller, email="ana@new.example")
    mailed = token_in(identity, identity.announced(contracts.events.EmailChangeRequested)[0], "confirm-email")
    with identity.session("identity") as session:  # somebody has shown the old password and is asked for a second factor
        waits = {"purpose": "sign_in", "account_id": identity.ana, "expires_at": clock.now() + timedelta(minutes=5)}
        session.add(Challenge(token_digest=b"d" * 32, **waits))
    ask(identity)
    reset(identity, reset_link(identity))
    with pytest.raises(contracts.errors.LinkNotValid):
        identity.call(contracts.recovery.ConfirmEmailChange, identity.anonymous, token=mailed)
    with identity.session("identity") as session:
        for table in (MailedLink, Challenge):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_reset_ends_the_waiting_between_tries(identity):
    fail(identity, 5)
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity)
    ask(identity)
    reset(identity, reset_link(identity))
    assert sign_in(identity, password=NEW_PASSWORD)


# ---- changing it ---------------------------------------------------------------------------------------------------------


def test_a_changed_password_keeps_this_session_and_ends_the_others(identity):
    here, elsewhere = sign_in(identity), sign_in(identity)
    change(identity, caller_of(identity, here))
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, elsewhere)
    assert refresh(identity, here)["account"]["email"] == EMAIL
    assert sign_in(identity, password=NEW_PASSWORD)
    assert identity.announced(contracts.events.PasswordChanged)[0].data == {"account_id": str(identity.ana)}
    assert [entry.actor for entry in trail(identity, "password:change")] == [f"account/{identity.ana}"]


def test_a_changed_password_voids_a_link_for_another_one(identity):
    ask(identity)
    token = reset_link(identity)
    change(identity, caller_of(identity, sign_in(identity)))
    with pytest.raises(contracts.errors.LinkNotValid):
        reset(identity, token, "a phrase of somebody else")


def test_a_wrong_present_password_changes_nothing_and_is_slowed_down_like_a_sign_in(identity):
    caller = caller_of(identity, sign_in(identity))
    for _ in range(5):
        with pytest.raises(contracts.errors.ProofRefused):
            change(identity, caller, WRONG)
    with pytest.raises(contracts.errors.TooManyTries):
        change(identity, caller)
    with pytest.raises(contracts.errors.TooManyTries):  # the same count: one cannot go on at the other door
        sign_in(identity)
    assert account(identity, identity.ana).password_hash == kept_hash(PASSWORD)
    assert len(trail(identity, "password:refuse")) == 5
    assert count(identity, contracts.events.PasswordChanged) == 0


def test_a_weak_new_password_is_refused_and_counts_as_no_try(identity):
    caller = caller_of(identity, sign_in(identity))
    for _ in range(6):
        with pytest.raises(contracts.errors.PasswordTooWeak):
            change(identity, caller, new_password="short")
    change(identity, caller)


def test_of_two_changes_at_once_one_is_made(identity):
    caller = caller_of(identity, sign_in(identity))

    def attempt(number):
        try:
            change(identity, caller, new_password=f"{NEW_PASSWORD} {number}")
        except contracts.errors.ProofRefused:
            return False
        return True

    assert sum(thread.wait() for thread in [eventlet.spawn(attempt, number) for number in range(3)]) == 1
    assert count(identity, contracts.events.PasswordChanged) == 1


def test_nobody_else_changes_a_password(identity):
    with pytest.raises(Unauthenticated):
        change(identity, identity.anonymous)
    acting = Delegation(delegate_id=new_id(), pages=frozenset({"application"}))
    token = identity.keys.signer.sign(identity.ana, ["applicant"], new_id(), "en", delegation=acting)
    with pytest.raises(Forbidden):
        change(identity, identity.keys.verifier.caller(token, None, None, None))


# ---- a forgotten ID ------------------------------------------------------------------------------------------------------


def test_a_forgotten_id_is_mailed_to_its_address_only(identity):
    add_person(identity, "staff@example.org", "support")
    add_person(identity, "gone@example.org", application_id="A-0000008-E", suspended_at=clock.now())
    for email in (EMAIL.upper(), "nobody@example.org", "staff@example.org", "gone@example.org"):
        assert identity.call(contracts.recovery.RequestApplicationId, identity.anonymous, email=email) == {}
    assert count(identity, contracts.events.ApplicationIdRequested) == 1
    (requested,) = identity.announced(contracts.events.ApplicationIdRequested)
    assert requested.data == {"account_id": str(identity.ana), "application_id": ID}


# ---- what is kept of it --------------------------------------------------------------------------------------------------


def test_no_password_and_no_link_is_in_the_trail_or_in_an_event(identity):
    ask(identity)
    token = reset_link(identity)
    reset(identity, token)
    fail(identity, 1)
    identity.call(contracts.recovery.RequestUnlock, identity.anonymous, login=EMAIL)
    unlocked = token_in(identity, identity.announced(contracts.events.UnlockRequested)[0], "unlock")
    identity.call(contracts.recovery.Unlock, identity.anonymous, token=unlocked)
    change(identity, caller_of(identity, sign_in(identity, password=NEW_PASSWORD)), NEW_PASSWORD, PASSWORD)
    identity.settle()
    with identity.session("identity") as session:
        places = repr([trail(identity), session.execute(select(outbox)).all(), identity.heard])
    assert "PasswordChanged" in places
    for secret in (PASSWORD, NEW_PASSWORD, WRONG, token, unlocked):
        assert secret not in places
    assert running_sessions(identity, identity.ana) == 1


# ---- passwords that are no secret ----------------------------------------------------------------------------------------


def test_a_new_password_that_names_the_college_or_was_breached_is_refused_everywhere(system, tmp_path):
    file = tmp_path / "pwned.txt"
    file.write_text(f"{hashlib.sha1(NEW_PASSWORD.encode(), usedforsecurity=False).hexdigest().upper()}:5\r\n")
    system.start("identity", BREACHED_PASSWORDS_FILE=str(file))
    add_person(system, application_id=ID)
    caller = caller_of(system, sign_in(system))
    ask(system)
    token = reset_link(system)
    for password, refusal in (
        (NEW_PASSWORD, contracts.errors.PasswordBreached),
        ("my crpo password", contracts.errors.PasswordNamesCollege),
    ):
        with pytest.raises(refusal):
            system.call(contracts.accounts.OpenAccount, system.anonymous, email="new@example.org", password=password)
        with pytest.raises(refusal):
            reset(system, token, password)
        with pytest.raises(refusal):
            change(system, caller, new_password=password)
    reset(system, token, "a breach knows nothing of this")
