"""Changing the address of an account, over the real bus and database (F16, F61)."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import func, select, update

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.errors import Unauthenticated
from services.contracts import identity as contracts
from services.identity.models import Account, MailedLink
from tests.support.actors.identity_people import EMAIL, account, add_person, count, sign_in, token_in, trail

NEW = "Ana@personal.example"


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant, who is signed in."""
    system.start("identity")
    system.ana = add_person(system, application_id="A-0000007-G")
    system.owner = system.caller("applicant", account_id=system.ana)
    return system


def ask(system, email=NEW, caller=None):
    return system.call(contracts.recovery.RequestEmailChange, caller or system.owner, email=email)


def link(system, which=0):
    return token_in(system, system.announced(contracts.events.EmailChangeRequested, count=which + 1)[which], "confirm-email")


def confirm(system, token):
    return system.call(contracts.recovery.ConfirmEmailChange, system.anonymous, token=token)


def test_the_new_address_counts_once_its_link_was_opened_and_the_old_one_is_told(identity):
    assert ask(identity) == {"email": NEW, "expires_hours": 24}
    (requested,) = identity.announced(contracts.events.EmailChangeRequested)
    assert (requested.data["account_id"], requested.data["new_email"]) == (str(identity.ana), NEW)
    assert account(identity, identity.ana).email == EMAIL
    assert sign_in(identity)
    assert confirm(identity, link(identity)) == {"email": NEW}
    (changed,) = identity.announced(contracts.events.EmailChanged)
    assert changed.data == {"account_id": str(identity.ana), "old_email": EMAIL, "new_email": NEW, "by_support": False}
    (contact,) = identity.announced(contracts.events.ContactChanged)
    assert contact.data == {"account_id": str(identity.ana), "email": NEW, "language": "fr"}
    assert sign_in(identity, NEW.upper())["account"]["email"] == NEW
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity)


def test_the_trail_shows_what_was_asked_and_both_addresses(identity):
    ask(identity)
    token = link(identity)
    confirm(identity, token)
    assert [entry.after for entry in trail(identity, "email-change:request")] == [{"email": NEW}]
    (entry,) = trail(identity, "account:change-email")
    assert (entry.subject, entry.before, entry.after) == (f"account/{identity.ana}", {"email": EMAIL}, {"email": NEW})
    assert token not in repr(trail(identity))


def test_a_link_works_once_and_only_the_newest_and_within_a_day(identity):
    ask(identity)
    older = link(identity)
    ask(identity, "ana@other.example")
    newer = link(identity, 1)
    with pytest.raises(contracts.errors.LinkNotValid):
        confirm(identity, older)
    assert confirm(identity, newer) == {"email": "ana@other.example"}
    for used in (newer, "x" * 43):
        with pytest.raises(contracts.errors.LinkNotValid):
            confirm(identity, used)
    ask(identity)
    with identity.session("identity") as session:
        session.execute(update(MailedLink).values(expires_at=clock.now() - timedelta(seconds=1)))
    with pytest.raises(contracts.errors.LinkNotValid):
        confirm(identity, link(identity, 2))


def test_links_mailed_to_the_old_address_stop_working(identity):
    ask(identity)
    identity.call(contracts.recovery.RequestPasswordReset, identity.anonymous, email=EMAIL)
    to_the_old = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    confirm(identity, link(identity))
    with pytest.raises(contracts.errors.LinkNotValid):
        identity.call(
            contracts.recovery.ResetPassword, identity.anonymous, token=to_the_old, password="a phrase of somebody else"
        )


def test_only_the_writing_of_the_address_may_change(identity):
    local, domain = EMAIL.split("@")
    ask(identity, EMAIL.title())
    assert confirm(identity, link(identity)) == {"email": f"{local.title()}@{domain}"}  # a domain has one writing


def test_an_address_that_has_an_account_is_answered_the_same_and_its_owner_is_told(identity):
    other = add_person(identity, "zoe@example.org", application_id="A-0000008-E")
    free = ask(identity)
    assert ask(identity, "ZOE@example.org") == {**free, "email": "ZOE@example.org"}
    (told,) = identity.announced(contracts.events.AccountOpeningRepeated)
    assert told.data == {"account_id": str(other)}
    assert count(identity, contracts.events.EmailChangeRequested) == 1


def test_an_address_that_was_taken_meanwhile_is_refused_and_nothing_changes(identity):
    ask(identity)
    add_person(identity, NEW.lower(), application_id="A-0000008-E")
    with pytest.raises(contracts.errors.AddressTaken):
        confirm(identity, link(identity))
    assert account(identity, identity.ana).email == EMAIL
    assert count(identity, contracts.events.EmailChanged) == 0


def test_of_two_people_who_confirm_one_address_at_once_one_gets_it(identity):
    others = [add_person(identity, f"other{number}@example.org") for number in range(3)]
    for person in (identity.ana, *others):
        ask(identity, caller=identity.caller("applicant", account_id=person))
    tokens = [link(identity, which) for which in range(4)]

    def attempt(token):
        try:
            return confirm(identity, token)
        except contracts.errors.AddressTaken:
            return None

    answers = [thread.wait() for thread in [eventlet.spawn(attempt, token) for token in tokens]]
    assert [answer for answer in answers if answer] == [{"email": NEW}]
    assert count(identity, contracts.events.EmailChanged) == 1
    with identity.session("identity") as session:
        assert session.scalar(select(func.count()).select_from(Account).where(Account.email_key == NEW.lower())) == 1


def test_an_applicant_who_has_submitted_keeps_the_address(identity):
    ask(identity)
    token = link(identity)
    with identity.session("identity") as session:
        session.execute(update(Account).values(email_frozen_at=clock.now()))
    with pytest.raises(contracts.errors.EmailFrozen):
        ask(identity)
    with pytest.raises(contracts.errors.EmailFrozen):  # nor does a link asked for before change it
        confirm(identity, token)
    assert account(identity, identity.ana).email == EMAIL


def test_a_registrant_changes_the_address_at_any_time(identity):
    registrant = add_person(identity, "zoe@example.org", "applicant", "registrant", email_frozen_at=clock.now())
    ask(identity, "zoe@personal.example", identity.caller("applicant", "registrant", account_id=registrant))
    assert confirm(identity, link(identity)) == {"email": "zoe@personal.example"}


def test_a_change_asks_for_a_sign_in_and_a_fresh_proof(identity):
    with pytest.raises(Unauthenticated):
        ask(identity, caller=identity.anonymous)
    an_hour_ago = int(clock.now().timestamp()) - 3600
    token = identity.keys.signer.sign(identity.ana, ["applicant"], identity.owner.session_id, "en", proved_at=an_hour_ago)
    with pytest.raises(StepUpRequired):
        ask(identity, caller=identity.keys.verifier.caller(token, None, None, None))
