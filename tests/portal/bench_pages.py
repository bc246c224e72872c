"""`make bench-pages`: for every page the server's time (p50, p99), its calls and rounds of calls, and its weight as it is sent; TIMES=100."""

import json
import os
import statistics
import uuid

import pytest
import requests

from deploy.demo.journey.api import wait_for
from tests.benchmarks.targets import Figures, Target, verdict
from tests.portal.page_catalogue import VIEWS
from tests.support.waiting import PATIENCE_S

TIMES = int(os.environ.get("TIMES", "100"))
ROUNDS = Target("rounds of calls, the most of any page", 2)  # gateway/portal/README.md
WEIGHT = Target("weight, the heaviest page", 15_000, unit="bytes")
TARGETS = (ROUNDS, WEIGHT)


@pytest.fixture
def verdict_at_the_end(request):
    """The figures, to be entered; what became of each target is said after pytest's own last line."""
    figures = Figures()
    request.config.add_cleanup(lambda: verdict(TARGETS, figures, print))
    return figures


@pytest.mark.timeout(1800)
def test_what_every_page_costs(verdict_at_the_end, college, people, capsys):
    rows, run = [], uuid.uuid4().hex[:8]
    for view in VIEWS:
        with requests.Session() as browser:
            if view.who:
                cookie = people.cookie(view.who)
                browser.cookies.set(cookie["name"], cookie["value"])
            address = college.url + view.address(people)
            weights = [_look(browser, address, f"{run}:{view.name}:{one}") for one in range(TIMES)]
            rows.append((view.name, max(weights), _logged(college.site, f"{run}:{view.name}:")))
    with capsys.disabled():
        print(f"\n{'page':24}{'p50 ms':>8}{'p99 ms':>8}{'calls':>7}{'rounds':>8}{'bytes':>8}")
        for name, weight, lines in rows:
            took = sorted(line["ms"] for line in lines)
            calls, rounds = max(line["calls"] for line in lines), max(line["rounds"] for line in lines)
            print(f"{name:24}{statistics.median(took):8.1f}{took[int(len(took) * 0.99) - 1]:8.1f}{calls:7}{rounds:8}{weight:8}")
    verdict_at_the_end[ROUNDS] = max(line["rounds"] for _, _, lines in rows for line in lines)
    verdict_at_the_end[WEIGHT] = max(weight for _, weight, _ in rows)
    if missed := [target.name for target in TARGETS if not target.met(verdict_at_the_end[target])]:
        pytest.fail(f"missed: {', '.join(missed)}", pytrace=False)


def _look(browser, address, correlation_id):
    answer = browser.get(address, headers={"X-Correlation-Id": correlation_id}, stream=True, timeout=PATIENCE_S)
    return len(answer.raw.read(decode_content=False))


def _logged(site, beginning):
    def look():
        texts = [text for file in (site.folder / "logs").glob("gateway*") for text in file.read_text().splitlines()]
        lines = [line for text in texts if beginning in text and (line := json.loads(text))["event"] == "request"]
        return lines if len(lines) == TIMES else None

    return wait_for("the gateway's log", look)
