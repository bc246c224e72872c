"""What only the registry hears of a person becomes facts, whichever is heard first, once; and the public sees nothing of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.contracts import registry as contracts
from services.contracts.applications.events import ApplicantDescribed, ApplicationApproved
from services.contracts.billing.events import PaymentReceived
from services.contracts.registry import standing
from services.registry.facts.kinds import DateOfBirth, HomeAddress, PracticeSite, PreviousName, Telephone
from services.registry.models import PendingDescription, Registrant
from tests.support.actors.retention_desk import college
from tests.support.samples.private_details import PRIVATE

KINDS = (PreviousName, DateOfBirth, HomeAddress, Telephone, PracticeSite)


@pytest.fixture
def registry(use_cases):
    registry = use_cases("registry", college=college())
    registry.person = {"application_id": new_id(), "account_id": new_id(), "reference": "APP-000001-X"}
    return registry


def describe(registry):
    registry.hear(ApplicantDescribed, **registry.person, **PRIVATE)


def register(registry):
    at = clock.now() - timedelta(days=3)
    name = {"legal_name": "Ana Côté", "first_name": "Ana", "last_name": "Côté", "commonly_used_name": None}
    approved = {"category": "rp_qualifying", "languages_of_care": [], "terms": [], "conditions": [], "approved_at": at}
    registry.hear(ApplicationApproved, **registry.person, **name, **approved)
    registry.hear(
        PaymentReceived,
        payment_id=new_id(),
        invoice_number="INV-0000001-A",
        receipt_number="REC-0000001-A",
        account_id=registry.person["account_id"],
        application_id=registry.person["application_id"],
        amount=Money(36273, "CAD"),
        paid_at=at,
    )


def counted(registry):
    with registry.session("registry") as session:
        return [session.scalar(select(func.count()).select_from(kind)) for kind in KINDS]


@pytest.mark.parametrize("order", [(describe, register), (register, describe)], ids=["described first", "registered first"])
def test_what_was_told_becomes_facts_of_the_day_of_registration_whichever_is_heard_first(registry, order):
    for step in (*order, describe):  # the last: told again, under another id
        step(registry)
    assert counted(registry) == [2, 1, 1, 1, 1]
    with registry.session("registry") as session:
        assert session.scalars(select(PendingDescription.said)).all() == [None]
        number, first = session.execute(select(Registrant.registration_number, Registrant.first_registered_on)).one()
    file = registry.call(standing.GetRegistrantFile, registry.caller("registrar"), number=number)
    told = {fact["kind"]: fact["says"]["fr"] for fact in file["facts"] if fact["effective_from"] == first}
    assert told["date_of_birth"] == "3 février 1990" and told["telephone"] == "+14165550123"
    assert told["home_address"] == "1 King St W, Toronto, ON, M5H 1A1, CA"
    assert told["practice_site"] == "Clinique du Nord, 12 Main Street, Sudbury, ON"


def test_nobody_else_is_shown_what_is_private_and_a_look_leaves_a_trace(registry):
    describe(registry)
    register(registry)
    with registry.session("registry") as session:
        number = session.scalars(select(Registrant.registration_number)).one()
    for roles in ((), ("registrant",), ("billing_officer",), ("registrar",)):
        shown = str(registry.call(contracts.LookUpRegistrant, registry.caller(*roles), number=number))
        assert not [word for word in ("1990", "King", "4165550123", "Li Chen", "Clinique") if word in shown]
    registrar = registry.caller("registrar")
    registry.call(standing.GetRegistrantFile, registrar, number=number)
    assert ("registrant:read", registrar.name) in registry.audited()


def test_the_person_is_told_what_waits_and_then_the_facts(registry):
    describe(registry)
    me = registry.caller("registrant", account_id=registry.person["account_id"])
    for step in (lambda _: None, register):
        step(registry)
        sections = {one["code"]: one["rows"] for one in registry.call(contracts.personal_data.GetPersonalData, me)["sections"]}
        held = str(sections["described"]) + str(sections["facts"])
        assert [word for word in ("1990", "King", "4165550123", "Li Chen", "Clinique du Nord") if word not in held] == []
    assert sections["described"] == []
