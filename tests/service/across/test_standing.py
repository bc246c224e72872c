"""The registrant role follows the standing on the register: granted, withdrawn, and never by a fact that is older than another."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.common.bus.events import NotYet
from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts.registry import RegistrationFinalised
from services.contracts.registry.standing import StandingChanged
from services.contracts.registry.words import STATUSES
from services.identity.models import HeldRole, SignInSession
from tests.support.actors.identity_people import add_person, running_sessions, trail

NOW = clock.now()


@pytest.fixture
def identity(use_cases):
    identity = use_cases("identity")
    identity.ana = add_person(identity, "ana@example.org", "applicant", "registrant")
    return identity


def tell(identity, status, minutes=0, account_id=None):
    identity.hear(
        StandingChanged,
        registrant_id=new_id(),
        account_id=account_id or identity.ana,
        registration_number="10007",
        name="Ana Côté",
        category="rp",
        status=status,
        status_reason=None,
        status_since=date(2026, 11, 30),
        terms=[],
        previous_category="rp",
        previous_status="active",
        changed_at=NOW + timedelta(minutes=minutes),
    )


def roles(identity):
    with identity.session("identity") as session:
        return set(session.scalars(select(HeldRole.role).where(HeldRole.account_id == identity.ana)))


@pytest.mark.parametrize("status", STATUSES)
def test_who_is_registered_keeps_the_role_and_who_is_no_more_loses_it(identity, status):
    tell(identity, status)
    still = status in {"active", "late", "suspended"}
    assert roles(identity) == ({"applicant", "registrant"} if still else {"applicant"})


def test_who_loses_the_role_is_signed_out_as_their_tokens_tell_of_it_and_the_trail_says_so(identity):
    with identity.session("identity") as session:
        begun = dict.fromkeys(("begun_at", "rotated_at", "proved_at"), NOW)
        expires_at = NOW + timedelta(days=1)
        session.add(SignInSession(id=new_id(), account_id=identity.ana, generation=1, expires_at=expires_at, **begun))
    assert running_sessions(identity, identity.ana)
    tell(identity, "resigned")
    assert not running_sessions(identity, identity.ana)
    assert [entry.action for entry in trail(identity) if entry.action.startswith("role:")] == ["role:withdraw"]


def test_an_older_standing_that_is_heard_late_changes_nothing(identity):
    tell(identity, "resigned", minutes=5)
    tell(identity, "active", minutes=1)
    assert roles(identity) == {"applicant"}
    tell(identity, "active", minutes=9)  # reinstated
    assert roles(identity) == {"applicant", "registrant"}


def test_a_registration_that_is_announced_again_gives_nothing_back(identity):
    tell(identity, "revoked")
    identity.hear(
        RegistrationFinalised,
        registrant_id=new_id(),
        account_id=identity.ana,
        application_id=new_id(),
        invoice_number="INV-0000001-A",
        registration_number="10007",
        category="rp",
        name="Ana Côté",
        registered_on=date(2026, 4, 1),
        certificate_number="CERT-0000001-A",
    )
    assert roles(identity) == {"applicant"}


def test_a_standing_of_an_account_that_is_not_known_yet_waits(identity):
    with pytest.raises(NotYet):
        tell(identity, "suspended", account_id=new_id())
