"""Quality assurance on the real bus: a registration opens one PD cycle, and the dashboard shows it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden
from services.common.kernel.ids import new_id
from services.contracts.qa import GetQaDashboard, QaNotReady
from services.qa.models import PdCycle
from tests.support.actors.registry_journey import finalise


@pytest.fixture
def qa(system):
    system.start("qa")
    return system


def test_a_registration_opens_a_pd_cycle_that_the_dashboard_shows(qa, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 24, 4, 30, tzinfo=UTC))
    caller = qa.caller("registrant")
    finalise(qa, caller.account_id)
    qa.settle()
    dashboard = qa.call(GetQaDashboard, caller)
    assert dashboard["cycle"] == {
        "starts_on": date(2026, 11, 23),
        "ends_on": date(2028, 12, 31),
        "required_hours": 40,
        "attestation_opens_on": date(2028, 11, 1),
        "attestation_due_on": date(2028, 12, 31),
        "self_assessment_due_on": date(2027, 1, 22),
    }
    assert [notice["code"] for notice in dashboard["notices"]] == ["self_assessment_due"]
    assert "22 janvier 2027" in dashboard["notices"][0]["words"]["fr"]
    assert dashboard["qa_address"] == "qa@crpo.ca"


def test_the_dashboards_day_is_the_colleges(qa, monkeypatch):
    caller = qa.caller("registrant")
    finalise(qa, caller.account_id)
    qa.settle()
    shown = {}
    for hour in (4, 5):  # 23:30 on 31 October in Toronto is 3:30 UTC (daylight saving time)
        monkeypatch.setattr(clock, "now", lambda hour=hour: datetime(2028, 11, 1, hour - 1, 30, tzinfo=UTC))
        shown[hour] = [
            notice["code"] for notice in qa.call(GetQaDashboard, qa.caller("registrant", account_id=caller.account_id))["notices"]
        ]
    assert shown == {4: ["self_assessment_overdue"], 5: ["self_assessment_overdue", "attestation_due"]}


def test_a_registration_told_again_opens_no_second_cycle(qa):
    registrant_id, account_id = new_id(), new_id()
    envelope = finalise(qa, account_id, registrant_id=registrant_id)
    qa.publish_again(envelope, times=3)
    finalise(qa, account_id, registrant_id=registrant_id)
    qa.settle()
    with qa.session("qa") as session:
        assert session.execute(select(func.count()).select_from(PdCycle)).scalar_one() == 1
        assert session.execute(text("SELECT action FROM audit")).scalars().all() == ["pd_cycle:open"]


def test_before_the_cycle_is_open_the_dashboard_says_to_try_again(qa):
    with pytest.raises(QaNotReady) as refusal:
        qa.call(GetQaDashboard, qa.caller("registrant"))
    assert refusal.value.status == 503
    assert refusal.value.say("fr") == "Veuillez réessayer dans quelques secondes."


def test_the_dashboard_is_for_registrants(qa):
    with pytest.raises(Forbidden):
        qa.call(GetQaDashboard, qa.caller("applicant"))


@pytest.mark.parametrize(
    "statement", ["DELETE FROM pd_cycles", "UPDATE pd_cycles SET ends_on = ends_on + 1", "TRUNCATE pd_cycles"]
)
def test_the_service_itself_cannot_change_or_delete_a_cycle(qa, statement):
    finalise(qa, new_id())
    qa.settle()
    with pytest.raises(DBAPIError, match="permission denied"), qa.session("qa", as_service=True) as session:
        session.execute(text(statement))
