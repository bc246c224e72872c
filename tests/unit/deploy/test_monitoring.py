"""The rules and dashboards speak of metrics that there are, and each alarm says what to do."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.local.college.settings import REPOSITORY
from deploy.monitoring.dashboards import DASHBOARDS, FOLDER, text
from tests.support.waiting import PATIENCE_S

WATCHING = REPOSITORY / "deploy/monitoring"
RULES = [rule for group in yaml.safe_load((WATCHING / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]
_METRIC = re.compile(r"\b(?:college|rabbitmq|pg|cnpg|probe|process)_[a-z0-9_]+|\bup\b")
_SUFFIXES = ("_total", "_bucket", "_sum", "_count")


def _expressions():
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for name in DASHBOARDS:
        for panel in json.loads((FOLDER / f"{name}.json").read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{name}: {panel['title']}", target["expr"]


def _ours():
    """The metrics that our code makes, by their names in it."""
    found = set()
    for folder in ("services", "gateway"):
        for file in (REPOSITORY / folder).rglob("*.py"):
            found |= set(re.findall(r'"(college_[a-z_]+)"', file.read_text()))
    return found


def _known():
    others = yaml.safe_load((WATCHING / "others.yaml").read_text())
    return {name + suffix for name in _ours() for suffix in ("", *_SUFFIXES)} | {
        name for names in others.values() for name in names
    }


@pytest.mark.parametrize(("where", "expression"), list(_expressions()))
def test_every_metric_that_is_named_exists(where, expression):
    named = set(_METRIC.findall(expression))
    assert named and named <= _known(), f"{where} names {sorted(named - _known())}"


def test_what_is_told_of_others_is_used():
    others = {name for names in yaml.safe_load((WATCHING / "others.yaml").read_text()).values() for name in names}
    named = {metric for _, expression in _expressions() for metric in _METRIC.findall(expression)}
    assert {name for name in others if name not in named} <= {"process_start_time_seconds"}


def test_every_metric_of_ours_is_on_a_dashboard_or_wakes_somebody():
    shown = {metric for _, expression in _expressions() for metric in _METRIC.findall(expression)}
    bare = {name.removesuffix(suffix) for name in shown for suffix in ("", *_SUFFIXES)}
    assert _ours() - bare == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alarm_says_how_urgent_it_is_and_what_to_do(rule):
    assert rule["labels"]["severity"] in {"page", "ticket"} and rule["annotations"]["summary"].endswith(".")
    headings = re.findall(r"^#+ (.+)$", (REPOSITORY / "deploy/README.md").read_text(), re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert rule["annotations"]["runbook"] in anchors


def test_what_the_floor_calls_worth_an_alarm_is_one():
    told = (REPOSITORY / "services/common/README.md").read_text()
    worth = re.search(r"Worth an alarm:(.+?)\n\n", told, re.S)[1]
    named = {metric for rule in RULES for metric in _METRIC.findall(rule["expr"])}
    assert set(re.findall(r"college_[a-z_]+", worth)) <= named


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_as_its_list_of_panels_says(name):
    assert (FOLDER / f"{name}.json").read_text() == text(name)


def _promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if not program:
        pytest.skip("no promtool here (PROMTOOL=path names one)")
    return subprocess.run([program, *arguments], cwd=WATCHING, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_promtool_takes_the_rules():
    done = _promtool("check", "rules", "alerts.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_takes_what_is_collected():
    done = _promtool("check", "config", "prometheus.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_takes_every_expression_of_the_dashboards(tmp_path):
    records = [{"record": f"panel:number:{place}", "expr": expression} for place, (_, expression) in enumerate(_expressions())]
    file = Path(tmp_path / "panels.yaml")
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": records}]}))
    done = _promtool("check", "rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_call_when_they_should_and_not_before():
    done = _promtool("test", "rules", "alerts_test.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
