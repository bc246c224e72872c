"""Legal holds on the real database (R15)."""

import eventlet
import pytest

from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from tests.support.actors.identity_people import add_person, count, trail


@pytest.fixture
def identity(use_cases):
    """Identity's use cases with one applicant, and the registrar."""
    identity = use_cases("identity")
    identity.ana = add_person(identity)
    identity.registrar = identity.caller("registrar", account_id=new_id())
    return identity


def place(system, account_id=None, reason="Smith v. College, 2026"):
    return system.call(
        contracts.administration.PlaceLegalHold, system.registrar, account_id=account_id or system.ana, reason=reason
    )


def lift(system, hold_id, reason="settled"):
    return system.call(contracts.administration.LiftLegalHold, system.registrar, hold_id=hold_id, reason=reason)


def holds(system, account_id=None):
    return system.call(contracts.administration.ListLegalHolds, system.registrar, account_id=account_id)["holds"]


def test_a_hold_is_announced_when_it_is_placed_and_when_it_is_lifted(identity):
    hold = place(identity)
    assert (hold["account_id"], hold["reason"], hold["lifted_at"]) == (identity.ana, "Smith v. College, 2026", None)
    assert hold["placed_by"] == f"account/{identity.registrar.account_id}"
    told = {"hold_id": str(hold["id"]), "account_id": str(identity.ana)}
    assert identity.announced(contracts.events.LegalHoldPlaced)[0].data == told
    assert lift(identity, hold["id"])["lifted_at"] is not None
    assert identity.announced(contracts.events.LegalHoldLifted)[0].data == told


def test_the_trail_says_who_placed_and_lifted_it_and_why(identity):
    hold = place(identity)
    lift(identity, hold["id"])
    placed, lifted = trail(identity, "legal-hold:place")[0], trail(identity, "legal-hold:lift")[0]
    assert placed.actor == lifted.actor == f"account/{identity.registrar.account_id}"
    assert placed.subject == lifted.subject == f"account/{identity.ana}"
    assert placed.after == {"hold_id": str(hold["id"]), "reason": "Smith v. College, 2026"}
    assert lifted.after == {"hold_id": str(hold["id"]), "reason": "settled"}


def test_two_holds_of_one_account_stand_each_for_itself(identity):
    first, second = place(identity, reason="one case"), place(identity, reason="another case")
    lift(identity, first["id"])
    standing = {hold["id"]: hold["lifted_at"] is None for hold in holds(identity, identity.ana)}
    assert standing == {first["id"]: False, second["id"]: True}
    assert count(identity, contracts.events.LegalHoldPlaced) == 2
    assert count(identity, contracts.events.LegalHoldLifted) == 1


def test_holds_are_listed_newest_first_of_all_or_of_one_person(identity):
    other = add_person(identity, "zoe@example.org")
    made = [place(identity)["id"], place(identity, other)["id"], place(identity)["id"]]
    assert [hold["id"] for hold in holds(identity)] == made[::-1]
    assert [hold["id"] for hold in holds(identity, other)] == [made[1]]
    assert holds(identity, new_id()) == []


def test_nobody_unknown_is_held_and_what_is_not_there_is_not_lifted(identity):
    with pytest.raises(NotFound):
        place(identity, new_id())
    with pytest.raises(NotFound):
        lift(identity, new_id())
    assert count(identity, contracts.events.LegalHoldPlaced) == 0


def test_of_two_who_lift_a_hold_at_once_one_is_told_that_it_is_lifted(identity):
    hold = place(identity)

    def attempt():
        try:
            return lift(identity, hold["id"])["lifted_at"] is not None
        except contracts.errors.WrongState:
            return False

    assert sorted(thread.wait() for thread in [eventlet.spawn(attempt) for _ in range(3)]) == [False, False, True]
    assert count(identity, contracts.events.LegalHoldLifted) == 1


def test_nobody_places_or_lifts_a_hold_on_their_own_account(identity):
    mine = identity.caller("registrar", account_id=identity.ana)
    with pytest.raises(contracts.errors.OwnAccount):
        identity.call(contracts.administration.PlaceLegalHold, mine, account_id=identity.ana, reason="mine")
    hold_id = place(identity)["id"]
    with pytest.raises(contracts.errors.OwnAccount):
        identity.call(contracts.administration.LiftLegalHold, mine, hold_id=hold_id, reason="mine")
    lift(identity, hold_id)
