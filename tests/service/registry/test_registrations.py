"""Registry on the real bus: people are registered once, and their history stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from deploy.local.tools.keys import Keys
from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.common.persistence import audit_trail
from services.contracts import registry as contracts
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing import FinalisationReplayed, PaymentReceived
from services.contracts.terms import carried
from services.registry.models import Certificate, PendingRegistration, RegisterEntry, Registrant
from tests.support.waiting import until

PAID_AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def start_registry(house):
    keys = Keys(house.folder)
    keys.make([])
    house.start("registry", SEAL_CERTIFICATE_FILE=str(keys.seal_certificate), SEAL_KEY_FILE=str(keys.seal_key))
    return keys


SUPERVISION = {"code": None, "en": "Practise with supervision.", "fr": "Exerce sous supervision."}


def approve(house, **changes):
    application = {
        "application_id": new_id(),
        "account_id": new_id(),
        "reference": "APP-000001-X",
        "category": "rp_qualifying",
        "legal_name": "Élise Marie Côté-D’Amour",
        "first_name": "Élise Marie",
        "last_name": "Côté-D’Amour",
        "commonly_used_name": "Lili",
        "languages_of_care": ["fr", "en"],
        **carried([SUPERVISION]),
        "approved_at": PAID_AT - timedelta(days=3),
        **changes,
    }
    house.publish(ApplicationApproved, **application)
    return application


def pay(house, application, event=PaymentReceived, **changes):
    payment = {
        "payment_id": new_id(),
        "invoice_number": "INV-0000001-A",
        "receipt_number": "REC-0000001-A",
        "account_id": application["account_id"],
        "application_id": application["application_id"],
        "amount": Money(36273, "CAD"),
        "paid_at": PAID_AT,
        **changes,
    }
    return house.publish(event, **payment)


def register_someone(house, count=1, paid_at=PAID_AT, **changes):
    """Approves and pays, and gives the application and what registry announced."""
    application = approve(house, **changes)
    pay(house, application, paid_at=paid_at)
    facts = house.announced(contracts.RegistrationFinalised, count=count)
    return application, next(fact for fact in facts if fact.data["application_id"] == str(application["application_id"]))


def rows(house, model):
    with house.session("registry") as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_payment_registers_the_approved_person(house):
    start_registry(house)
    application, fact = register_someone(house)
    assert fact.data["account_id"] == str(application["account_id"])
    assert fact.data["name"] == application["legal_name"]
    assert fact.data["registered_on"] == "2026-11-23"
    assert fact.data["invoice_number"] == "INV-0000001-A"
    assert fact.data["certificate_number"].startswith("CERT-0000001-")
    entry = house.call(contracts.LookUpRegistrant, house.anonymous, number=fact.data["registration_number"])
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


def test_the_registration_day_is_the_colleges_day_of_the_payment(house):
    start_registry(house)
    _, fact = register_someone(house, paid_at=datetime(2027, 1, 1, 4, 30, tzinfo=UTC))  # 23:30 on 31 December in Toronto
    assert fact.data["registered_on"] == "2026-12-31"


def test_twenty_payments_at_once_for_one_application_register_one_person(house):
    start_registry(house)
    application = approve(house)
    envelopes = [pay(house, application) for _ in range(20)]
    for envelope in envelopes[:5]:
        house.publish_again(envelope, times=2)
    house.announced(contracts.RegistrationFinalised)
    house.settle()
    assert len(house.announced(contracts.RegistrationFinalised)) == 1
    assert [rows(house, model) for model in (Registrant, RegisterEntry, Certificate)] == [1, 1, 1]
    assert house.dead_letters("registry") == []


def test_two_replicas_register_each_person_once_under_numbers_of_their_own(house):
    start_registry(house)
    first = house.containers.pop("registry")
    start_registry(house)
    applications = [approve(house) for _ in range(10)]
    for application in applications:
        for _ in range(3):
            pay(house, application)
    facts = house.announced(contracts.RegistrationFinalised, count=10)
    house.settle()
    assert len(house.announced(contracts.RegistrationFinalised)) == 10
    assert len({fact.data["registration_number"] for fact in facts}) == 10
    assert len({fact.data["certificate_number"] for fact in facts}) == 10
    first.stop()


def test_a_payment_that_comes_before_its_approval_waits_for_it(house):
    start_registry(house)
    application = {"account_id": new_id(), "application_id": new_id()}
    pay(house, application)
    house.tried_in_vain(PaymentReceived)
    assert rows(house, Registrant) == 0
    approve(house, **application)
    [fact] = house.announced(contracts.RegistrationFinalised)
    assert fact.data["application_id"] == str(application["application_id"])
    assert house.dead_letters("registry") == []


def test_a_payment_whose_approval_never_comes_is_parked_for_a_person_to_look(house):
    start_registry(house)
    pay(house, {"account_id": new_id(), "application_id": new_id()})
    parked = until(lambda: house.dead_letters("registry"), "a parked event")
    assert "NotYet" in str(parked[0].headers)


def test_a_second_approval_of_an_application_does_not_change_what_is_kept(house):
    start_registry(house)
    application = approve(house)
    house.settle()  # events are handled side by side: the second must not come first
    approve(house, **{**application, "last_name": "Other"})
    house.settle()
    with house.session("registry") as session:
        assert session.scalars(select(PendingRegistration.last_name)).all() == ["Côté-D’Amour"]


def test_a_replay_announces_the_same_facts_again_and_doubles_nothing(house):
    start_registry(house)
    application, fact = register_someone(house)
    pay(house, application, FinalisationReplayed)
    first, second = house.announced(contracts.RegistrationFinalised, count=2)
    assert second.data == first.data == fact.data
    assert second.id != first.id
    house.settle()
    assert [rows(house, model) for model in (Registrant, RegisterEntry, Certificate)] == [1, 1, 1]


def test_a_replay_of_a_payment_that_was_lost_registers_the_person(house):
    start_registry(house)
    pay(house, approve(house), FinalisationReplayed)
    assert len(house.announced(contracts.RegistrationFinalised)) == 1
    assert rows(house, Registrant) == 1


def test_a_second_registration_of_one_account_is_parked_and_registers_nobody(house):
    start_registry(house)
    application, _ = register_someone(house)
    pay(house, approve(house, account_id=application["account_id"]))
    parked = until(lambda: house.dead_letters("registry"), "a parked event")
    assert "RegisteredUnderAnotherApplication" in str(parked[0].headers)
    assert rows(house, Registrant) == 1


def test_the_registration_leaves_a_trace_in_the_audit_trail(house):
    start_registry(house)
    _, fact = register_someone(house)
    house.settle()
    with house.session("registry") as session:
        actions = session.execute(text("SELECT action, correlation_id FROM audit ORDER BY position")).all()
        assert audit_trail.first_broken_link(session) is None
    assert [action for action, _ in actions[:2]] == ["registration:await", "registration:finalise"]
    assert actions[1].correlation_id == fact.correlation_id


@pytest.mark.parametrize("number", ["{}", " {} ", "{0:.3}-{0[3]}{0[4]}", "{0:.2} {0[2]}{0[3]} {0[4]}"])
def test_a_registration_number_is_read_in_any_spacing(house, number):
    start_registry(house)
    _, fact = register_someone(house)
    written = number.format(fact.data["registration_number"])
    entry = house.call(contracts.LookUpRegistrant, house.anonymous, number=written)
    assert entry["registration_number"] == fact.data["registration_number"]


def test_numbers_with_a_slip_and_numbers_of_nobody_are_not_found(house):
    start_registry(house)
    _, fact = register_someone(house)
    good = fact.data["registration_number"]
    slip = good[:-1] + str((int(good[-1]) + 1) % 10)
    for number in (slip, "10016", "abc", "' OR 1=1 --", "%"):
        with pytest.raises(NotFound):
            house.call(contracts.LookUpRegistrant, house.anonymous, number=number)


def change_category(house, registrant_id, at, category):
    """Closes the present entry and opens another, as later changes of the register will."""
    with house.session("registry") as session:
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


def test_a_past_date_can_be_shown_after_a_change(house):
    start_registry(house)
    _, fact = register_someone(house)
    changed_at = PAID_AT + timedelta(days=400)
    change_category(house, fact.data["registrant_id"], changed_at, "rp")
    entry = house.call(contracts.LookUpRegistrant, house.anonymous, number=fact.data["registration_number"])
    assert entry["category"] == "rp"
    assert entry["conditions"] == []
    assert [(period["category"], period["since"], period["until"]) for period in entry["categories"]] == [
        ("rp_qualifying", date(2026, 11, 23), date(2027, 12, 28)),
        ("rp", date(2027, 12, 28), None),
    ]
    with house.session("registry") as session:
        for at, category in ((PAID_AT, "rp_qualifying"), (changed_at, "rp")):
            found = session.scalars(select(RegisterEntry.category).where(RegisterEntry.valid.contains(at))).all()
            assert found == [category]
    [listed] = house.call(contracts.SearchRegister, house.anonymous, name="cote")["registrants"]
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
def test_the_service_itself_cannot_change_or_delete_history(house, statement):
    start_registry(house)
    register_someone(house)
    with (
        pytest.raises(DBAPIError, match=r"never changed or deleted|permission denied"),
        house.session("registry", as_service=True) as session,
    ):
        session.execute(text(statement))


def test_two_entries_of_one_registrant_cannot_hold_at_once(house):
    start_registry(house)
    register_someone(house)
    with pytest.raises(DBAPIError, match="one_at_a_time"), house.session("registry") as session:
        session.execute(
            text(
                "INSERT INTO register_entries (id, registrant_id, valid, legal_name, first_name, last_name, category, status,"
                " conditions, languages_of_care, recorded_at) SELECT gen_random_uuid(), registrant_id, valid, 'A', 'A', 'A', 'rp',"
                " 'active', '[]', '[]', now() FROM register_entries"
            )
        )


def test_the_registration_page_is_for_registrants_and_shows_ones_own_only(house):
    start_registry(house)
    application, fact = register_someone(house)
    mine = house.call(contracts.GetMyRegistration, house.caller("registrant", account_id=application["account_id"]))
    assert mine["registration_number"] == fact.data["registration_number"]
    assert len(mine["verification_code"]) >= 22
    with pytest.raises(NotFound):
        house.call(contracts.GetMyRegistration, house.caller("registrant"))
    with pytest.raises(Forbidden):
        house.call(contracts.GetMyRegistration, house.caller("applicant", account_id=application["account_id"]))
