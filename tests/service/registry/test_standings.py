"""A registrant's status changes: today, from a day to come, late; is previewed, taken back, announced; and its history stays."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.common.kernel import clock
from services.common.kernel.clock import local_date
from services.common.kernel.errors import Forbidden, Invalid, NotFound, OwnMatter
from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.common.persistence import audit_trail
from services.contracts import registry as contracts
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import PaymentReceived
from services.contracts.registry import standing
from services.contracts.registry.standing import StandingChanged
from services.contracts.terms import StatedTerm
from services.registry import carrying_over, daily
from services.registry.facts.kinds import KINDS, Status
from services.registry.models import RegisterEntry, Registrant
from tests.support.actors.registry_journey import SUPERVISION
from tests.support.actors.retention_desk import college

REASON = {"reason_en": "Fees not paid.", "reason_fr": "Droits impayés."}
EARLIEST, LATEST = ZoneInfo("Pacific/Pago_Pago"), ZoneInfo("Pacific/Kiritimati")  # 25 hours apart: a midnight lies between


def of_zone(zone):
    return replace(college(), time_zone=zone)


@pytest.fixture
def registry(use_cases):
    return use_cases("registry", college=of_zone(EARLIEST))


@pytest.fixture
def number(registry):
    """Somebody who was registered three months ago, by registration number."""
    application_id, account_id, paid_at = new_id(), new_id(), clock.now() - timedelta(days=90)
    registry.hear(
        ApplicationApproved,
        application_id=application_id,
        account_id=account_id,
        reference="APP-000001-X",
        category="rp_qualifying",
        legal_name="Ana Côté",
        first_name="Ana",
        last_name="Côté",
        commonly_used_name=None,
        languages_of_care=["fr"],
        terms=[StatedTerm(**SUPERVISION)],
        conditions=["Practise with supervision."],
        approved_at=paid_at,
    )
    registry.hear(
        PaymentReceived,
        payment_id=new_id(),
        invoice_number="INV-0000001-A",
        receipt_number="REC-0000001-A",
        account_id=account_id,
        application_id=application_id,
        amount=Money(36273, "CAD"),
        paid_at=paid_at,
    )
    with registry.session("registry") as session:
        return session.scalars(select(Registrant.registration_number)).one()


@pytest.fixture
def registrar(registry):
    return registry.caller("registrar")


def today():
    return local_date(clock.now(), EARLIEST.key)


def looked_up(registry, number):
    return registry.call(contracts.LookUpRegistrant, registry.caller(), number=number)


def change(registry, caller, number, status="suspended", since=None, **reason):
    return registry.call(
        standing.ChangeStatus, caller, number=number, status=status, effective_from=since or today(), **(reason or REASON)
    )


def statuses(file):
    return [
        (fact["says"]["en"], fact["state"], fact["effective_from"], fact["effective_until"], fact["backdated"])
        for fact in file["facts"]
        if fact["kind"] == "status"
    ]


def test_what_was_approved_is_kept_as_facts_from_the_day_of_registration(registry, registrar, number):
    file = registry.call(standing.GetRegistrantFile, registrar, number=number)
    first = file["registrant"]["first_registered_on"]
    assert {(fact["kind"], fact["says"]["en"], fact["says"]["fr"]) for fact in file["facts"]} == {
        ("legal_name", "Ana Côté", "Ana Côté"),
        ("category", "Registered Psychotherapist (Qualifying)", "Psychothérapeute autorisé (stagiaire)"),
        ("status", "Active", "Active"),
        ("term", "Practise with supervision.", "Exerce sous supervision."),
        ("language_of_care", "French", "Français"),
    }
    assert {(fact["state"], fact["effective_from"], fact["effective_until"], fact["source"]) for fact in file["facts"]} == {
        ("in_force", first, None, "application")
    }


def test_a_status_of_today_is_on_the_register_at_once_and_announced_with_its_reason(registry, registrar, number):
    file = change(registry, registrar, number)
    entry = looked_up(registry, number)
    assert entry["status"] == "suspended" and entry["status_since"] == today()
    assert entry["status_reason"] == {"en": "Fees not paid.", "fr": "Droits impayés."}
    assert [(words, state) for words, state, *_ in statuses(file)] == [
        ("Suspended (Fees not paid.)", "in_force"),
        ("Active", "past"),
        ("Active", "superseded"),
    ]
    (told,) = registry.announced(StandingChanged)
    assert (told.data["status"], told.data["previous_status"]) == ("suspended", "active")
    assert told.data["status_reason"]["fr"] == "Droits impayés." and told.data["terms"] == [SUPERVISION]
    with registry.session("registry") as session:
        then, now = session.scalars(select(RegisterEntry).order_by(RegisterEntry.recorded_at)).all()
        assert (then.status, then.valid.upper) == ("active", now.valid.lower) and now.valid.upper is None
        assert audit_trail.first_broken_link(session) is None


def test_a_planned_status_is_shown_to_nobody_before_its_day_and_comes_into_force_by_itself(registry, registrar, number):
    file = change(registry, registrar, number, "resigned", today() + timedelta(days=1))
    assert statuses(file)[1][:2] == ("Resigned (Fees not paid.)", "planned")
    assert daily.compose_due(registry.units, of_zone(EARLIEST)) == 0
    assert looked_up(registry, number)["status"] == "active" and registry.heard[1:] == []
    assert daily.compose_due(registry.units, of_zone(LATEST)) == 1  # where it is that day already
    assert looked_up(registry, number)["status"] == "resigned"
    assert len(registry.announced(StandingChanged)) == 1
    daily.compose_due(registry.units, of_zone(LATEST))
    assert len(registry.announced(StandingChanged)) == 1


def test_a_day_that_nothing_ran_is_made_up_for(registry, registrar, number):
    tomorrow = today() + timedelta(days=1)
    change(registry, registrar, number, "resigned", tomorrow)
    with registry.session("registry") as session:
        session.execute(
            text("INSERT INTO composed_days VALUES (:day, :day + interval '1 day')"), {"day": today() - timedelta(days=9)}
        )
    assert daily.compose_due(registry.units, of_zone(LATEST)) == 1
    assert looked_up(registry, number)["status"] == "resigned"


def test_a_status_entered_late_is_marked_and_holds_until_the_next_change_that_was_known(registry, registrar, number):
    change(registry, registrar, number, "suspended", today() - timedelta(days=10))
    file = change(registry, registrar, number, "late", today() - timedelta(days=30))
    in_force, late, *_ = statuses(file)
    assert in_force == ("Suspended (Fees not paid.)", "in_force", today() - timedelta(days=10), None, True)
    assert late == ("Late (Fees not paid.)", "past", today() - timedelta(days=30), today() - timedelta(days=10), True)
    assert looked_up(registry, number)["status"] == "suspended"
    assert len(registry.announced(StandingChanged)) == 1  # what was entered last changes nothing today


def test_what_the_public_would_see_is_shown_before_it_is_saved(registry, registrar, number):
    day = today() + timedelta(days=20)
    shown = registry.call(standing.PreviewStatus, registrar, number=number, status="suspended", effective_from=day, **REASON)
    assert (shown["before"]["status"], shown["after"]["status"]) == ("active", "suspended")
    assert shown["after"]["status_since"] == day
    assert shown["before"] | {"status": 1, "status_words": 1, "status_since": 1, "status_reason": 1} == shown["after"] | {
        "status": 1, "status_words": 1, "status_since": 1, "status_reason": 1
    }  # fmt: skip
    assert len(registry.call(standing.GetRegistrantFile, registrar, number=number)["facts"]) == 5


def test_a_mistake_is_taken_back_and_stays_on_file(registry, registrar, number):
    file = change(registry, registrar, number, "revoked")
    fact = next(fact for fact in file["facts"] if fact["says"]["en"].startswith("Revoked"))
    assert fact["may_be_taken_back"]
    file = registry.call(standing.TakeBackFact, registrar, number=number, fact_id=fact["id"], note="Another person.")
    assert looked_up(registry, number)["status"] == "active"
    first = looked_up(registry, number)["first_registered_on"]
    assert statuses(file)[0] == ("Active", "in_force", first, None, True)
    assert ("Revoked (Fees not paid.)", "superseded", today(), None, False) in statuses(file)
    assert [told.data["status"] for told in registry.announced(StandingChanged, 2)] == ["revoked", "active"]
    with pytest.raises(standing.NotToBeTakenBack):
        registry.call(standing.TakeBackFact, registrar, number=number, fact_id=fact["id"], note="Again.")
    with pytest.raises(standing.NotToBeTakenBack):  # the only one left: every registrant has a status
        registry.call(standing.TakeBackFact, registrar, number=number, fact_id=file["facts"][0]["id"], note="All.")
    with pytest.raises(NotFound):
        registry.call(standing.TakeBackFact, registrar, number=number, fact_id=new_id(), note="None.")


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"effective_from": date(2020, 1, 1)}, "effective_from", "unlikely_year"),
        ({"effective_from": date(2199, 1, 1)}, "effective_from", "unlikely_year"),
        ({"reason_en": "Only this."}, "reason_fr", "french_missing"),
        ({"reason_fr": "Seulement ceci."}, "reason_en", "english_missing"),
        ({"status": "happy"}, "status", "not_a_choice"),
    ],
)
def test_a_status_that_cannot_be_is_refused_by_field(registry, registrar, number, asked, field, code):
    with pytest.raises(Invalid) as refused:
        registry.call(
            standing.ChangeStatus, registrar, **{"number": number, "status": "late", "effective_from": today(), **asked}
        )
    assert [(fault["field"], fault["code"].split()[0]) for fault in refused.value.params["errors"]] == [(field, code)]


def test_who_may_not_and_what_changes_nothing_is_refused(registry, registrar, number):
    with pytest.raises(standing.StandingUnchanged):
        change(registry, registrar, number, "active", reason_en=None)
    for role in ("registration_officer", "support", "billing_officer", "registrant"):
        with pytest.raises(Forbidden):
            change(registry, registry.caller(role), number)
    account_id = looked_up_by_staff(registry, number)["account_id"]
    for contract, more in (
        (standing.ChangeStatus, {"status": "late", "effective_from": today()}),
        (standing.GetRegistrantFile, {}),
    ):
        with pytest.raises(OwnMatter):
            registry.call(contract, registry.caller("registrar", account_id=account_id), number=number, **more)
    with pytest.raises(NotFound):
        change(registry, registrar, "10000X")
    assert registry.heard[1:] == []


def looked_up_by_staff(registry, number):
    return registry.call(contracts.LookUpRegistrant, registry.caller("support"), number=number)


def test_no_fact_is_ever_changed_or_deleted_whoever_tries(registry, number):
    for statement in (
        "UPDATE statuses SET status = 'revoked'",
        "DELETE FROM statuses",
        "UPDATE statuses SET effective = '[2020-01-01,)'",
    ):
        with pytest.raises(DBAPIError, match="never changed or deleted"), registry.session("registry") as session:
            session.execute(text(statement))


def test_two_facts_of_one_thing_never_hold_on_one_day(registry, number):
    with pytest.raises(DBAPIError, match="one_at_a_time"), registry.session("registry") as session:
        session.execute(
            text(
                "INSERT INTO statuses SELECT :id, registrant_id, effective, now(), NULL, source, NULL, 'x', 'late' FROM statuses"
            ),
            {"id": new_id()},
        )


def test_registrants_of_an_earlier_release_are_carried_over_once_and_the_register_says_the_same(registry, registrar, number):
    before = looked_up(registry, number)
    with registry.session("registry") as session:  # as the release before leaves it
        session.execute(text("SET session_replication_role = replica"))
        for kind in KINDS:
            session.execute(text(f"DELETE FROM {kind.__tablename__}"))  # noqa: S608 - our own words
        session.execute(text("UPDATE register_entries SET document = NULL"))
    assert looked_up(registry, number) == before | {"status_since": None}
    assert carrying_over.sweep(registry.units, of_zone(EARLIEST)) == 1
    assert carrying_over.sweep(registry.units, of_zone(EARLIEST)) == 0
    with registry.session("registry") as session:
        assert [kind.__tablename__ for kind in KINDS if session.scalars(select(kind)).all()] == [
            "legal_names", "held_categories", "statuses", "imposed_terms", "languages_of_care"
        ]  # fmt: skip
    change(registry, registrar, number)
    changed = looked_up(registry, number)
    same = ("name", "category", "categories", "terms", "languages_of_care", "first_registered_on")
    assert {name: changed[name] for name in same} == {name: before[name] for name in same}


def test_somebody_whom_nothing_carried_over_yet_is_when_their_status_changes(registry, registrar, number):
    with registry.session("registry") as session:
        session.execute(text("SET session_replication_role = replica"))
        for kind in KINDS:
            session.execute(text(f"DELETE FROM {kind.__tablename__}"))  # noqa: S608 - our own words
    change(registry, registrar, number, "late")
    with registry.session("registry") as session:
        held = session.scalars(select(Status.status).where(Status.superseded_at.is_(None))).all()
    assert sorted(held) == ["active", "late"]
