"""Registry on the real bus: people are registered once, and their history stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence import audit_trail
from services.contracts import registry as contracts
from services.contracts.billing.events import FinalisationReplayed, PaymentReceived
from services.registry.models import Certificate, PendingRegistration, RegisterEntry, Registrant
from tests.support.actors.registry_journey import PAID_AT, SUPERVISION, approve, pay, register_someone, start_registry
from tests.support.waiting import until


def rows(system, model):
    with system.session("registry") as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_payment_registers_the_approved_person(system):
    start_registry(system)
    application, fact = register_someone(system)
    assert fact.data["account_id"] == str(application["account_id"])
    assert fact.data["name"] == application["legal_name"]
    assert fact.data["registered_on"] == "2026-11-23"
    assert fact.data["invoice_number"] == "INV-0000001-A"
    assert fact.data["certificate_number"].startswith("CERT-0000001-")
    entry = system.call(contracts.LookUpRegistrant, system.anonymous, number=fact.data["registration_number"])
    assert entry == {
        "registration_number": fact.data["registration_number"],
        "name": "Élise Marie Côté-D’Amour",
        "commonly_used_name": "Lili",
        "category": "rp_qualifying",
        "category_name": {
            "en": "Registered Psychotherapist (Qualifying)",
            "fr": "Psychothérapeute autorisé (stagiaire)",
        },
        "status": "active",
        "status_words": {"en": "Active", "fr": "Active"},
        "first_registered_on": date(2026, 11, 23),
        "status_since": date(2026, 11, 23),
        "status_reason": None,
        "categories": [
            {
                "category": "rp_qualifying",
                "category_name": {
                    "en": "Registered Psychotherapist (Qualifying)",
                    "fr": "Psychothérapeute autorisé (stagiaire)",
                },
                "since": date(2026, 11, 23),
                "until": None,
            }
        ],
        "terms": [SUPERVISION],
        "conditions": ["Practise with supervision. / Exerce sous supervision."],
        "languages_of_care": ["fr", "en"],
    }


def test_the_registration_day_is_the_colleges_day_of_the_payment(system):
    start_registry(system)
    _, fact = register_someone(system, paid_at=datetime(2027, 1, 1, 4, 30, tzinfo=UTC))  # 23:30 on 31 December in Toronto
    assert fact.data["registered_on"] == "2026-12-31"


def test_twenty_payments_at_once_for_one_application_register_one_person(system):
    start_registry(system)
    application = approve(system)
    envelopes = [pay(system, application) for _ in range(20)]
    for envelope in envelopes[:5]:
        system.publish_again(envelope, times=2)
    system.announced(contracts.RegistrationFinalised)
    system.settle()
    assert len(system.announced(contracts.RegistrationFinalised)) == 1
    assert [rows(system, model) for model in (Registrant, RegisterEntry, Certificate)] == [1, 1, 1]
    assert system.dead_letters("registry") == []


def test_two_replicas_register_each_person_once_under_numbers_of_their_own(system):
    start_registry(system)
    first = system.containers.pop("registry")
    start_registry(system)
    applications = [approve(system) for _ in range(10)]
    for application in applications:
        for _ in range(3):
            pay(system, application)
    facts = system.announced(contracts.RegistrationFinalised, count=10)
    system.settle()
    assert len(system.announced(contracts.RegistrationFinalised)) == 10
    assert len({fact.data["registration_number"] for fact in facts}) == 10
    assert len({fact.data["certificate_number"] for fact in facts}) == 10
    first.stop()


def test_a_payment_that_comes_before_its_approval_waits_for_it(system):
    start_registry(system)
    application = {"account_id": new_id(), "application_id": new_id()}
    pay(system, application)
    system.tried_in_vain(PaymentReceived)
    assert rows(system, Registrant) == 0
    approve(system, **application)
    [fact] = system.announced(contracts.RegistrationFinalised)
    assert fact.data["application_id"] == str(application["application_id"])
    assert system.dead_letters("registry") == []


def test_a_payment_whose_approval_never_comes_is_parked_for_a_person_to_look(system):
    start_registry(system)
    pay(system, {"account_id": new_id(), "application_id": new_id()})
    parked = until(lambda: system.dead_letters("registry"), "a parked event")
    assert "NotYet" in str(parked[0].headers)


def test_a_second_approval_of_an_application_does_not_change_what_is_kept(system):
    start_registry(system)
    application = approve(system)
    system.settle()  # events are handled side by side: the second must not come first
    approve(system, **{**application, "last_name": "Other"})
    system.settle()
    with system.session("registry") as session:
        assert session.scalars(select(PendingRegistration.last_name)).all() == ["Côté-D’Amour"]


def test_a_replay_announces_the_same_facts_again_and_doubles_nothing(system):
    start_registry(system)
    application, fact = register_someone(system)
    pay(system, application, FinalisationReplayed)
    first, second = system.announced(contracts.RegistrationFinalised, count=2)
    assert second.data == first.data == fact.data
    assert second.id != first.id
    system.settle()
    assert [rows(system, model) for model in (Registrant, RegisterEntry, Certificate)] == [1, 1, 1]


def test_a_replay_of_a_payment_that_was_lost_registers_the_person(system):
    start_registry(system)
    pay(system, approve(system), FinalisationReplayed)
    assert len(system.announced(contracts.RegistrationFinalised)) == 1
    assert rows(system, Registrant) == 1


def test_a_second_registration_of_one_account_is_parked_and_registers_nobody(system):
    start_registry(system)
    application, _ = register_someone(system)
    pay(system, approve(system, account_id=application["account_id"]))
    parked = until(lambda: system.dead_letters("registry"), "a parked event")
    assert "RegisteredUnderAnotherApplication" in str(parked[0].headers)
    assert rows(system, Registrant) == 1


def test_the_registration_leaves_a_trace_in_the_audit_trail(system):
    start_registry(system)
    _, fact = register_someone(system)
    system.settle()
    with system.session("registry") as session:
        actions = session.execute(text("SELECT action, correlation_id FROM audit ORDER BY position")).all()
        assert audit_trail.first_broken_link(session) is None
    assert [action for action, _ in actions[:2]] == ["registration:await", "registration:finalise"]
    assert actions[1].correlation_id == fact.correlation_id


@pytest.mark.parametrize("number", ["{}", " {} ", "{0:.3}-{0[3]}{0[4]}", "{0:.2} {0[2]}{0[3]} {0[4]}"])
def test_a_registration_number_is_read_in_any_spacing(system, number):
    start_registry(system)
    _, fact = register_someone(system)
    written = number.format(fact.data["registration_number"])
    entry = system.call(contracts.LookUpRegistrant, system.anonymous, number=written)
    assert entry["registration_number"] == fact.data["registration_number"]


def test_numbers_with_a_slip_and_numbers_of_nobody_are_not_found(system):
    start_registry(system)
    _, fact = register_someone(system)
    good = fact.data["registration_number"]
    slip = good[:-1] + str((int(good[-1]) + 1) % 10)
    for number in (slip, "10016", "abc", "' OR 1=1 --", "%"):
        with pytest.raises(NotFound):
            system.call(contracts.LookUpRegistrant, system.anonymous, number=number)


def change_category(system, registrant_id, at, category):
    """Closes the present entry and opens another, as later changes of the register will."""
    with system.session("registry") as session:
        session.execute(
            text("UPDATE register_entries SET valid = tstzrange(lower(valid), :at) WHERE upper_inf(valid)"), {"at": at}
        )
        session.execute(
            text(
                "INSERT INTO register_entries (id, registrant_id, valid, legal_name, first_name, last_name, category, status, conditions,"
                " languages_of_care, recorded_at) SELECT gen_random_uuid(), registrant_id, tstzrange(:at, NULL), legal_name, first_name,"
                " last_name, :category, status, '[]', languages_of_care, now() FROM register_entries WHERE registrant_id = :id"
            ),
            {"at": at, "category": category, "id": registrant_id},
        )


def test_a_past_date_can_be_shown_after_a_change(system):
    start_registry(system)
    _, fact = register_someone(system)
    changed_at = PAID_AT + timedelta(days=400)
    change_category(system, fact.data["registrant_id"], changed_at, "rp")
    entry = system.call(contracts.LookUpRegistrant, system.anonymous, number=fact.data["registration_number"])
    assert entry["category"] == "rp"
    assert entry["conditions"] == []
    assert [(period["category"], period["since"], period["until"]) for period in entry["categories"]] == [
        ("rp_qualifying", date(2026, 11, 23), date(2027, 12, 28)),
        ("rp", date(2027, 12, 28), None),
    ]
    with system.session("registry") as session:
        for at, category in ((PAID_AT, "rp_qualifying"), (changed_at, "rp")):
            found = session.scalars(select(RegisterEntry.category).where(RegisterEntry.valid.contains(at))).all()
            assert found == [category]
    [listed] = system.call(contracts.SearchRegister, system.anonymous, name="cote")["registrants"]
    assert listed["category"] == "rp"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM register_entries",
        "UPDATE register_entries SET legal_name = 'Other'",
        "UPDATE register_entries SET valid = tstzrange(lower(valid) + interval '1 day', NULL)",
        "UPDATE register_entries SET valid = tstzrange(lower(valid), now() + interval '9 years'), status = 'revoked'",
        "TRUNCATE register_entries",
        "DELETE FROM registrants",
        "UPDATE registrants SET registration_number = '1'",
        "DELETE FROM certificates",
        "UPDATE certificate_files SET sha256 = ''",
        "DELETE FROM audit",
    ],
)
def test_the_service_itself_cannot_change_or_delete_history(system, statement):
    start_registry(system)
    register_someone(system)
    with (
        pytest.raises(DBAPIError, match=r"never changed or deleted|permission denied"),
        system.session("registry", as_service=True) as session,
    ):
        session.execute(text(statement))


def test_two_entries_of_one_registrant_cannot_hold_at_once(system):
    start_registry(system)
    register_someone(system)
    with pytest.raises(DBAPIError, match="one_at_a_time"), system.session("registry") as session:
        session.execute(
            text(
                "INSERT INTO register_entries (id, registrant_id, valid, legal_name, first_name, last_name, category, status,"
                " conditions, languages_of_care, recorded_at) SELECT gen_random_uuid(), registrant_id, valid, 'A', 'A', 'A', 'rp',"
                " 'active', '[]', '[]', now() FROM register_entries"
            )
        )


def test_the_registration_page_is_for_registrants_and_shows_ones_own_only(system):
    start_registry(system)
    application, fact = register_someone(system)
    mine = system.call(contracts.GetMyRegistration, system.caller("registrant", account_id=application["account_id"]))
    assert mine["registration_number"] == fact.data["registration_number"]
    assert len(mine["verification_code"]) >= 22
    with pytest.raises(NotFound):
        system.call(contracts.GetMyRegistration, system.caller("registrant"))
    with pytest.raises(Forbidden):
        system.call(contracts.GetMyRegistration, system.caller("applicant", account_id=application["account_id"]))
