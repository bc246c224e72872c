"""What the link of a delegate's invitation tells, to whom, over the real bus and database (B11)."""

from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden
from services.contracts import identity as contracts
from services.contracts.pages import APPLICATION_FORM, FEES
from tests.support.actors.delegates_journey import (
    accept,
    acting,
    change,
    end,
    invite,
    let_in,
    link,
    show,
    signed_in,
    suspend,
    two_people,
)
from tests.support.actors.identity_people import EMAIL, add_person


@pytest.fixture
def identity(system):
    """A running identity service: Ana, an applicant, and Sam, who is to be her assistant; both are signed in."""
    return two_people(system)


def test_an_invitation_is_shown_to_who_may_accept_it_and_to_the_inviter_and_stays_as_it_is(identity):
    invite(identity, pages=(FEES, APPLICATION_FORM))
    token = link(identity)
    shown = show(identity, token)
    assert (shown["person"], shown["pages"], shown["state"], shown["own"]) == (EMAIL, [APPLICATION_FORM, FEES], "invited", False)
    assert shown["expires_at"] > clock.now() + timedelta(days=13)
    assert show(identity, token, identity.as_ana)["own"]
    assert accept(identity, token)["state"] == "active"


def test_who_accepted_is_told_so_by_the_link_as_long_as_it_lasts_and_nobody_else_is_told_anything(identity):
    invite(identity)
    token = link(identity)
    delegation_id = accept(identity, token)["id"]
    assert show(identity, token)["state"] == "active"
    stranger = signed_in(identity, add_person(identity, "zoe@example.org"), "applicant")
    for caller in (stranger, identity.as_sam):
        with pytest.raises(contracts.errors.LinkNotValid):
            accept(identity, token, caller)
    with pytest.raises(contracts.errors.LinkNotValid):
        show(identity, token, stranger)
    end(identity, delegation_id)
    with pytest.raises(contracts.errors.LinkNotValid):
        show(identity, token)


def test_an_invitation_that_is_over_or_never_was_is_shown_to_nobody(identity):
    first = invite(identity)
    change(identity, first["id"], token_expires_at=clock.now() - timedelta(seconds=1))
    end(identity, invite(identity)["id"])
    suspended = invite(identity) and link(identity, 2)
    suspend(identity, identity.ana, clock.now())
    for token in (link(identity), link(identity, 1), suspended, "x" * 43):
        with pytest.raises(contracts.errors.LinkNotValid):
            show(identity, token)


def test_a_member_of_staff_and_a_delegate_at_work_are_shown_none(identity):
    delegation_id = let_in(identity)
    at_work = acting(identity, delegation_id)
    invite(identity, email="another@office.example")
    with pytest.raises(Forbidden):
        show(identity, link(identity, 1), at_work)
    officer = signed_in(identity, add_person(identity, "officer@college.example", "support"), "support")
    with pytest.raises(contracts.errors.StaffAreNoDelegates):
        show(identity, link(identity, 1), officer)
