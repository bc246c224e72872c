"""Deadlines of applications on a real database: what comes when it is too late, once, and by what it was judged."""

import datetime as dt
from zoneinfo import ZoneInfo

import eventlet
import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from services.applications.life import clocks
from services.applications.models import Application, deadlines
from services.applications.privacy import retention
from services.common.deadlines import keeping
from services.common.deadlines.errors import CannotBePaused, NoSuchClock, PausedAlready
from services.common.deadlines.rules import Rule
from services.common.documents.files import FileStore
from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, NotFound, OwnMatter
from services.common.kernel.ids import new_id
from services.common.persistence import tables
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import applications as contracts
from services.contracts.applications import review
from services.contracts.applications.events import ApplicationLapsed
from services.contracts.college import load_college
from services.contracts.college.deadlines import ACKNOWLEDGEMENT, LAPSE
from tests.support.actors.applications_journey import PAGES, Applicant, Staff, submitted
from tests.support.places import ROOT

COLLEGE = load_college(ROOT / "deploy/colleges/crpo")
RULE = COLLEGE.at(clock.now()).deadline(LAPSE)
RULE_LENGTH = relativedelta(months=18)


@pytest.fixture
def running(system):
    system.start("applications", DEADLINES_INTERVAL_S="86400")
    return system


@pytest.fixture
def units(running):
    database = Database(running.service_url("applications"))
    yield UnitOfWorkFactory(database, Caller)
    database.close()


def sweep(units):
    return clocks.sweep(units, COLLEGE)


def steps(running):
    with running.session("applications") as session:
        return session.execute(select(deadlines.steps).order_by(deadlines.steps.c.taken_at)).all()


def give(units, act, *rest, **more):
    with units.transaction(actor="account/registrar") as work:
        return act(work, deadlines, *rest, **more)


def test_a_draft_left_alone_for_eighteen_months_lapses_with_the_end_of_the_colleges_day(running, units, moved_clock):
    stale, waiting = Applicant(running), submitted(running, "A0000033")
    last_day = clock.now().astimezone(ZoneInfo("America/Toronto")) + RULE_LENGTH
    moved_clock.to(last_day.replace(hour=23, minute=58, second=0))
    fresh = Applicant(running, "A0000025")
    assert sweep(units) == 1  # the college has not answered who waits
    moved_clock.to(last_day.replace(hour=23, minute=59, second=59) + dt.timedelta(seconds=2))
    assert sweep(units) == 1
    assert [person.mine()["state"] for person in (stale, fresh, waiting)] == ["lapsed", "draft", "submitted"]
    assert running.announced(ApplicationLapsed)[0].data["reference"] == "A0000017"
    assert sweep(units) == 0


def test_what_a_lapse_was_judged_by_is_kept_and_stands_in_the_audit_trail(running, units, moved_clock):
    person = Applicant(running)
    reason = "She is in hospital."
    extension = give(units, keeping.extend, RULE, person.id, 10, reason)
    moved_clock.forward(months=18, days=20)
    assert sweep(units) == 1
    (step,) = steps(running)
    assert (step.rule, step.subject_id, step.step) == (LAPSE, person.id, "passed")
    assert step.judged_by["rule"] == {"code": LAPSE, "months": 18, "counts_from": "last_action", "ends_with_day": True}
    assert [(each["id"], each["days"]) for each in step.judged_by["adjustments"]] == [(str(extension), 10)]
    assert step.due_at - step.begins_at > dt.timedelta(days=10 + 540)
    with running.session("applications") as session:
        trail = session.execute(select(tables.audit).where(tables.audit.c.subject == f"deadline/{person.id}")).all()
    assert [entry.action for entry in trail] == ["deadline:extension", "deadline:pass"]
    assert trail[1].after["rule"]["months"] == 18 and trail[0].after["reason"] == reason


def test_two_replicas_at_once_take_each_step_once(running, moved_clock):
    people = [Applicant(running, f"A000{number:04}") for number in range(5)]
    moved_clock.forward(months=19)
    databases = [Database(running.service_url("applications")) for _ in range(3)]
    sweeps = [eventlet.spawn(sweep, UnitOfWorkFactory(database, Caller)) for database in databases]
    taken = sum(each.wait() for each in sweeps)
    taken += sweep(
        UnitOfWorkFactory(databases[0], Caller)
    )  # one that met another at it left the rest to it, and to the next time
    for database in databases:
        database.close()
    assert taken == len(people) == len(steps(running))
    running.announced(ApplicationLapsed, 5)
    running.settle()
    assert len(running.announced(ApplicationLapsed)) == 5


def test_one_that_somebody_is_working_on_is_passed_over_until_the_next_time(running, units, moved_clock):
    busy, other = Applicant(running), Applicant(running, "A0000025")
    which = busy.id
    moved_clock.forward(months=19)
    with running.session("applications") as session:
        session.get(Application, which, with_for_update=True)
        assert sweep(units) == 1
    assert other.mine()["state"] == "lapsed" and busy.mine()["state"] == "draft"
    assert sweep(units) == 1


def test_more_time_given_holds_for_one_person_and_is_taken_back(running, units, moved_clock):
    helped, other = Applicant(running), Applicant(running, "A0000025")
    extension = give(units, keeping.extend, RULE, helped.id, 60, "Ill.")
    moved_clock.forward(months=18, days=30)
    assert sweep(units) == 1
    assert (helped.mine()["state"], other.mine()["state"]) == ("draft", "lapsed")
    give(units, keeping.take_back, helped.id, extension, "Given by mistake.")
    assert sweep(units) == 1
    assert helped.mine()["state"] == "lapsed"


def test_a_paused_clock_stands_still_until_it_is_resumed(running, units, moved_clock):
    person = Applicant(running)
    which = person.id
    give(units, keeping.pause, RULE, which, "A court decides.")
    with pytest.raises(PausedAlready):
        give(units, keeping.pause, RULE, which, "Again.")
    moved_clock.forward(months=40)
    assert sweep(units) == 0
    give(units, keeping.resume, RULE, which)
    with pytest.raises(NoSuchClock):
        give(units, keeping.resume, RULE, which)
    moved_clock.forward(months=17)
    assert sweep(units) == 0
    moved_clock.forward(months=2)
    assert sweep(units) == 1


def test_a_clock_whose_rule_knows_no_pause_goes_on(running, units):
    strict = Rule(LAPSE, "last_action", days=3)
    with pytest.raises(CannotBePaused):
        give(units, keeping.pause, strict, Applicant(running).id, "Why not.")


def test_an_outage_of_the_college_puts_off_what_falls_due_in_it_for_everybody(running, units, moved_clock):
    person = Applicant(running)
    which = person.id
    last_day = clock.now() + RULE_LENGTH
    away = give(
        units,
        keeping.declare_outage,
        last_day - dt.timedelta(days=2),
        last_day + dt.timedelta(days=5),
        3,
        "The machine room burnt.",
    )
    moved_clock.to(last_day + dt.timedelta(days=7))
    assert sweep(units) == 0
    give(units, keeping.take_back, None, away, "It did not.")
    assert sweep(units) == 1
    assert steps(running)[0].subject_id == which


def test_what_was_decided_about_deadlines_goes_with_the_application(running, units, moved_clock, tmp_path):
    person = Applicant(running)
    which = person.id
    person.save("category_and_route", category="rp_qualifying")
    give(units, keeping.extend, RULE, which, 1, "Ill.")
    moved_clock.forward(months=19)
    sweep(units)
    moved_clock.forward(years=30)
    retention.destroy_due(units, COLLEGE, FileStore(tmp_path))
    assert person.mine()["state"] == "lapsed"
    assert steps(running) == []
    with running.session("applications") as session:
        assert session.execute(select(deadlines.adjustments)).all() == []


# ---- the college's answer (R14) --------------------------------------------------------------------------------------------


def reply_due(person):
    return person.mine()["reply_due_on"]


def days_on(days):
    return clock.local_date(clock.now(), "America/Toronto") + dt.timedelta(days=days)


def test_the_college_answers_within_fifteen_days_and_again_after_each_answer(running, units, moved_clock):
    person, staff = submitted(running), Staff(running)
    assert reply_due(person) == days_on(15)
    moved_clock.forward(days=4)
    staff.step(review.RequestMore, person.id, items=[{"field": "phone", "reason": "A digit is missing."}])
    assert reply_due(person) is None
    moved_clock.forward(days=4)
    person.save("personal_information", **PAGES["personal_information"])
    person.submit()
    assert reply_due(person) == days_on(15)
    moved_clock.forward(days=15)
    assert sweep(units) == 0
    moved_clock.forward(days=1)
    assert reply_due(person) is None  # it is over, and what was promised is no news
    assert sweep(units) == 1 and sweep(units) == 0
    assert [(step.rule, step.step) for step in steps(running)] == [(ACKNOWLEDGEMENT, "passed")]
    assert person.mine()["state"] == "submitted"


def test_the_queue_and_the_file_show_the_clock_that_runs(running, units, moved_clock):
    drafting, person, staff = Applicant(running, "A0000025"), submitted(running), Staff(running)
    due_on = days_on(15)
    moved_clock.forward(days=10)
    listed = {
        each["reference"]: each["deadline"] for each in running.call(review.ListApplications, staff.officer)["applications"]
    }
    assert (listed["A0000017"]["last_day"], listed["A0000017"]["days_left"], listed["A0000017"]["late"]) == (due_on, 6, False)
    assert listed["A0000025"]["rule"] == LAPSE
    moved_clock.forward(days=6)
    clock_shown = running.call(review.GetApplication, staff.officer, application_id=person.id)["deadline"]
    assert (clock_shown["late"], clock_shown["days_left"], clock_shown["paused"]) == (True, 0, False)
    staff.step(review.MarkComplete, person.id)
    assert running.call(review.GetApplication, staff.officer, application_id=person.id)["deadline"] is None
    assert drafting.mine()["reply_due_on"] is None


# ---- more time, given by staff ---------------------------------------------------------------------------------------------


def test_staff_give_more_days_and_take_them_back_with_a_reason(running):
    person, staff = submitted(running), Staff(running)
    whose = {"subject_id": person.id}
    more = running.call(
        contracts.deadlines.ExtendDeadline,
        staff.officer,
        **whose,
        rule=ACKNOWLEDGEMENT,
        days=10,
        reason="The office was flooded.",
    )
    (clock_shown,) = more["deadlines"]
    assert clock_shown["last_day"] == reply_due(person) == days_on(25)
    (given,) = clock_shown["adjustments"]
    assert (given["kind"], given["days"], given["reason"]) == ("extension", 10, "The office was flooded.")
    assert given["given_by"] == f"account/{staff.officer.account_id}"
    taken = {**whose, "adjustment_id": given["id"], "reason": "It was not."}
    for _ in range(2):
        after = running.call(contracts.deadlines.TakeBackAdjustment, staff.officer, **taken)
        assert (after["deadlines"][0]["adjustments"], reply_due(person)) == ([], days_on(15))


def test_staff_stop_a_clock_and_let_it_go_on(running, moved_clock):
    person, staff = submitted(running), Staff(running)
    which = {"subject_id": person.id, "rule": ACKNOWLEDGEMENT}
    paused = running.call(contracts.deadlines.PauseDeadline, staff.officer, **which, reason="We wait for the court.")
    assert (paused["deadlines"][0]["paused"], paused["deadlines"][0]["last_day"], reply_due(person)) == (True, None, None)
    moved_clock.forward(days=30)
    going_on = running.call(contracts.deadlines.ResumeDeadline, staff.officer, **which)
    assert going_on["deadlines"][0]["last_day"] == reply_due(person) == days_on(15)
    with pytest.raises(NoSuchClock):
        running.call(contracts.deadlines.ResumeDeadline, staff.officer, **which)
    assert running.call(contracts.deadlines.GetDeadlines, staff.officer, subject_id=person.id) == going_on


def test_no_time_is_given_to_a_clock_that_does_not_run_nor_to_oneself_nor_by_others_than_reviewers(running):
    person, staff = submitted(running), Staff(running)
    given = {"subject_id": person.id, "rule": LAPSE, "days": 3, "reason": "Please."}
    with pytest.raises(NoSuchClock):
        running.call(contracts.deadlines.ExtendDeadline, staff.officer, **given)
    oneself = running.caller("registration_officer", account_id=person.account_id)
    with pytest.raises(OwnMatter):
        running.call(contracts.deadlines.ExtendDeadline, oneself, **given | {"rule": ACKNOWLEDGEMENT})
    with pytest.raises(Forbidden):
        running.call(contracts.deadlines.ExtendDeadline, running.caller("support"), **given)
    with pytest.raises(NotFound):
        running.call(contracts.deadlines.GetDeadlines, staff.officer, subject_id=new_id())
