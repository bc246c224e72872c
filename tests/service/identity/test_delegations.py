"""Delegates over the real bus and databases (B11): invited, let in, acting on the pages given, and out again."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import select

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.tables import audit, outbox
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import billing, correspondence
from services.contracts import identity as contracts
from services.contracts.applications import applicant
from services.contracts.pages import APPLICATION_FORM, FEES
from services.contracts.registry import GetMyRegistration
from services.contracts.roles import STAFF_ROLES
from services.identity.models import Delegation, HeldRole
from services.identity.privacy import pruning
from tests.support.actors.applications_journey import PAGES, Applicant
from tests.support.actors.delegates_journey import (
    ASSISTANT,
    accept,
    act,
    acting,
    change,
    end,
    invite,
    let_in,
    link,
    listed,
    signed_in,
    suspend,
    two_people,
)
from tests.support.actors.identity_people import EMAIL, add_person, count, trail


@pytest.fixture
def identity(system):
    """A running identity service: Ana, an applicant, and Sam, who is to be her assistant; both are signed in."""
    return two_people(system)


@pytest.fixture
def database(system):
    """The service's database with the rights that the service has, as another replica would open it."""
    database = Database(system.service_url("identity"))
    yield database
    database.close()


# ---- inviting ------------------------------------------------------------------------------------------------------------


def test_an_invitation_goes_out_with_a_link_for_a_fortnight_of_which_only_the_digest_is_kept(identity):
    shown = invite(identity, pages=(FEES, APPLICATION_FORM, FEES))
    assert (shown["person"], shown["name"], shown["state"], shown["pages"]) == (
        ASSISTANT,
        "Sam",
        "invited",
        [APPLICATION_FORM, FEES],
    )
    (fact,) = identity.announced(contracts.events.DelegateInvited)
    token = link(identity)
    assert (fact.data["account_id"], fact.data["delegate_email"]) == (str(identity.ana), ASSISTANT)
    assert (fact.data["language"], fact.data["expires_hours"]) == ("fr", 14 * 24)
    with identity.session("identity") as session:
        kept = repr(session.execute(select(Delegation.__table__)).all()) + repr(session.execute(select(outbox)).all())
    assert token not in kept + repr(trail(identity))


def test_nobody_invites_themselves(identity):
    with pytest.raises(Invalid) as refused:
        invite(identity, email=EMAIL.upper())
    (fault,) = refused.value.params["errors"]
    assert (fault["field"], fault["code"], fault["message"]["fr"]) == ("email", "own_address", "C’est votre propre adresse.")
    assert count(identity, contracts.events.DelegateInvited) == 0


def test_inviting_asks_for_somebody_with_something_to_fill_in_and_a_fresh_proof(identity):
    with pytest.raises(Forbidden):
        invite(identity, caller=signed_in(identity, identity.sam, "support"))
    old = identity.keys.signer.sign(identity.ana, ["applicant"], identity.as_ana.session_id, "en", proved_at=1)
    with pytest.raises(StepUpRequired):
        invite(identity, caller=identity.keys.verifier.caller(old, None, None, None))


def test_a_newer_invitation_to_an_address_voids_the_older_one(identity):
    older = invite(identity)
    invite(identity, email=ASSISTANT.upper(), pages=(FEES,))
    with pytest.raises(contracts.errors.LinkNotValid):
        accept(identity, link(identity))
    assert accept(identity, link(identity, 1))["pages"] == [FEES]
    states = {one["id"]: one["state"] for one in listed(identity, identity.as_ana)["given"]}
    assert states[older["id"]] == "ended"


def test_there_are_at_most_ten_and_an_ended_one_makes_room(identity):
    made = [invite(identity, email=f"helper{number}@office.example")["id"] for number in range(10)]
    with pytest.raises(contracts.errors.TooManyDelegates):
        invite(identity)
    end(identity, made[3])
    assert invite(identity)["state"] == "invited"
    change(identity, made[4], token_expires_at=clock.now() - timedelta(seconds=1))
    assert invite(identity, email="another@office.example")["state"] == "invited"


def test_many_invitations_at_once_are_no_more_than_ten(identity):
    def attempt(number):
        try:
            return invite(identity, email=f"helper{number}@office.example")["state"]
        except contracts.errors.TooManyDelegates:
            return "refused"

    states = [thread.wait() for thread in [eventlet.spawn(attempt, number) for number in range(12)]]
    assert (states.count("invited"), states.count("refused")) == (10, 2)


# ---- accepting -----------------------------------------------------------------------------------------------------------


def test_whoever_holds_the_link_accepts_it_once_and_the_inviter_is_told(identity):
    invite(identity)
    token = link(identity)
    shown = accept(identity, token)
    assert (shown["state"], shown["person"]) == ("active", EMAIL)
    (fact,) = identity.announced(contracts.events.DelegationAccepted)
    told = {"account_id": str(identity.ana), "delegation_id": str(shown["id"]), "delegate_name": "Sam"}
    assert fact.data == told | {"pages": [APPLICATION_FORM]}
    for used in (token, "x" * 43):
        with pytest.raises(contracts.errors.LinkNotValid):
            accept(identity, used)
    (entry,) = trail(identity, "delegation:accept")
    assert (entry.actor, entry.after["delegate_id"]) == (f"account/{identity.sam}", str(identity.sam))


def test_the_inviter_sees_which_account_accepted(identity):
    invite(identity, email="sam@home.example")
    accept(identity, link(identity))
    assert [one["person"] for one in listed(identity, identity.as_ana)["given"]] == [ASSISTANT]
    assert [one["person"] for one in listed(identity, identity.as_sam)["held"]] == [EMAIL]
    assert listed(identity, identity.as_sam)["given"] == listed(identity, identity.as_ana)["held"] == []


def test_the_inviter_cannot_accept_and_does_not_use_up_the_link(identity):
    invite(identity)
    token = link(identity)
    with pytest.raises(contracts.errors.LinkNotValid):
        accept(identity, token, identity.as_ana)
    assert accept(identity, token)["state"] == "active"


def test_an_invitation_that_ran_out_or_was_taken_back_cannot_be_accepted(identity):
    first = invite(identity)
    change(identity, first["id"], token_expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(contracts.errors.LinkNotValid):
        accept(identity, link(identity))
    assert listed(identity, identity.as_ana)["given"][0]["state"] == "ended"
    with pytest.raises(contracts.errors.WrongState):
        end(identity, first["id"])
    end(identity, invite(identity)["id"])
    with pytest.raises(contracts.errors.LinkNotValid):
        accept(identity, link(identity, 1))


def test_pruning_ends_what_ran_out_and_forgets_the_link(identity, database):
    old, young = invite(identity), invite(identity, email="another@office.example")
    change(identity, old["id"], token_expires_at=clock.now() - timedelta(seconds=1))
    with UnitOfWorkFactory(database, Caller).transaction(actor="timer/pruning") as work:
        assert pruning.prune(work)["delegations"] == 1
    with identity.session("identity") as session:
        rows = dict(session.execute(select(Delegation.id, Delegation.token_digest)).tuples().all())
    assert rows[old["id"]] is None
    assert rows[young["id"]] is not None


def test_of_two_who_accept_at_once_one_is_let_in(identity):
    invite(identity)
    token = link(identity)
    others = [signed_in(identity, add_person(identity, f"other{number}@example.org"), "applicant") for number in range(3)]

    def attempt(caller):
        try:
            return accept(identity, token, caller)["state"]
        except contracts.errors.LinkNotValid:
            return "refused"

    states = [thread.wait() for thread in [eventlet.spawn(attempt, caller) for caller in others]]
    assert sorted(states) == ["active", "refused", "refused"]
    assert count(identity, contracts.events.DelegationAccepted) == 1


def test_a_second_agreement_of_the_same_two_people_takes_the_place_of_the_first(identity):
    first = let_in(identity)
    second = let_in(identity, pages=(FEES,))
    states = {one["id"]: one["state"] for one in listed(identity, identity.as_sam)["held"]}
    assert states == {first: "ended", second: "active"}
    with pytest.raises(contracts.errors.WrongState):
        act(identity, first)
    assert count(identity, contracts.events.DelegationEnded) == 1


# ---- ending --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["as_ana", "as_sam"])
def test_either_side_ends_it_once_and_no_new_token_is_given(identity, side):
    delegation_id = let_in(identity)
    assert act(identity, delegation_id)["pages"] == [APPLICATION_FORM]
    assert end(identity, delegation_id, getattr(identity, side))["state"] == "ended"
    with pytest.raises(contracts.errors.WrongState):
        act(identity, delegation_id)
    with pytest.raises(contracts.errors.WrongState):
        end(identity, delegation_id)
    (fact,) = identity.announced(contracts.events.DelegationEnded)
    assert (fact.data["account_id"], fact.data["delegation_id"]) == (str(identity.ana), str(delegation_id))


def test_a_stranger_neither_ends_a_delegation_nor_acts_on_it(identity):
    delegation_id = let_in(identity)
    stranger = signed_in(identity, add_person(identity, "zoe@example.org"), "applicant")
    for attempt in (end, act):
        with pytest.raises(NotFound):
            attempt(identity, delegation_id, stranger)
    with pytest.raises(NotFound):  # nor does the one acted for get a token by it
        act(identity, delegation_id, identity.as_ana)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_member_of_staff_becomes_nobodys_delegate_and_who_becomes_staff_acts_for_nobody(identity, role):
    delegation_id = let_in(identity)
    with identity.session("identity") as session:
        session.add(HeldRole(account_id=identity.sam, role=role, granted_at=clock.now()))
        session.commit()
    with pytest.raises(contracts.errors.StaffAreNoDelegates):
        act(identity, delegation_id)
    invite(identity)
    with pytest.raises(contracts.errors.StaffAreNoDelegates):
        accept(identity, link(identity, 1))


# ---- acting --------------------------------------------------------------------------------------------------------------


def test_the_token_is_for_the_pages_given_and_has_no_role_on_the_staff(identity):
    delegation_id = let_in(identity, pages=(FEES, APPLICATION_FORM))
    answer = act(identity, delegation_id)
    assert (answer["token_type"], answer["expires_in"], answer["pages"]) == ("Bearer", 600, [APPLICATION_FORM, FEES])
    caller = identity.keys.verifier.caller(answer["access_token"], None, None, None)
    assert (caller.account_id, caller.delegate_id, caller.roles) == (identity.ana, identity.sam, {"applicant"})
    assert (caller.pages, caller.proved_at, caller.language) == ({FEES, APPLICATION_FORM}, 0, "en")
    assert caller.session_id == identity.as_sam.session_id
    (entry,) = trail(identity, "delegation:act")
    assert (entry.actor, entry.after["account_id"]) == (f"account/{identity.sam}", str(identity.ana))
    assert answer["access_token"] not in repr(trail(identity))


@pytest.mark.parametrize("who", ["ana", "sam"])
def test_no_token_is_given_while_one_of_the_two_is_suspended(identity, who):
    delegation_id = let_in(identity)
    suspend(identity, getattr(identity, who), clock.now())
    with pytest.raises(contracts.errors.WrongState):
        act(identity, delegation_id)
    suspend(identity, getattr(identity, who), None)
    assert act(identity, delegation_id)


def test_no_token_is_given_for_a_session_that_has_ended(identity):
    delegation_id = let_in(identity)
    identity.call(contracts.sessions.SignOut, identity.as_sam)
    with pytest.raises(contracts.errors.SessionEnded):
        act(identity, delegation_id)


def test_a_delegate_cannot_call_anything_of_the_account(identity):
    caller = acting(identity, let_in(identity))
    requests = {
        contracts.accounts.GetMe: {},
        contracts.accounts.SetLanguage: {"language": "en"},
        contracts.sessions.ListSessions: {},
        contracts.factors.ListFactors: {},
        contracts.delegates.ListDelegations: {},
        contracts.sessions.SignOut: {},
        contracts.recovery.ChangePassword: {"password": "x", "new_password": "y"},
        contracts.recovery.RequestEmailChange: {"email": "sam@evil.example"},
        contracts.delegates.InviteDelegate: {"email": "max@evil.example", "name": "Max", "pages": [FEES]},
        contracts.delegates.ActFor: {"delegation_id": new_id()},
        contracts.administration.ListStaff: {},
    }
    for call, request in requests.items():
        with pytest.raises(Forbidden):
            identity.call(call, caller, **request)


def test_a_delegate_fills_in_a_page_and_the_trail_shows_for_whom_and_submitting_is_not_theirs(identity):
    identity.start("applications")
    ana = Applicant(identity, ready=False)
    ana.account_id, ana.caller = identity.ana, identity.as_ana
    ana.open()
    sam = acting(identity, delegation_id := let_in(identity))
    saved = identity.call(applicant.SavePage, sam, page="education", values=PAGES["education"], version=0)
    assert saved["version"] == 1
    assert ana.call(applicant.GetPage, page="education")["values"] == PAGES["education"]
    ana.change("education", programme_name="Psychothérapie")
    with identity.session("applications") as session:
        ((actor, after),) = session.execute(
            select(audit.c.actor, audit.c.after).where(audit.c.action == "application:fill-in")
        ).all()
    assert actor == f"account/{identity.sam} for account/{identity.ana}"
    assert sorted(after["fields"]) == sorted(PAGES["education"])
    file = {"file_name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": "ab" * 32}
    refused = {
        applicant.SubmitApplication: {},
        applicant.WithdrawApplication: {"reason": "x"},
        applicant.ListDocuments: {},
        applicant.RecordDocument: {"requirement": "transcript", **file},
    }
    for call, request in refused.items():
        with pytest.raises(Forbidden):
            identity.call(call, sam, **request)
    for call in (billing.invoices.ListInvoices, correspondence.messages.ListMessages, GetMyRegistration):  # another page each
        with pytest.raises(Forbidden):
            call.access.check(sam)
    end(identity, delegation_id)
    with pytest.raises(contracts.errors.WrongState):
        act(identity, delegation_id)
