"""`make lighthouse`: what Lighthouse says of the five main pages, on a phone; needs npm, and a machine with nothing else to do."""

import json
import os
import subprocess

import pytest

from deploy.local.engines.packages import BROWSER, Programs
from deploy.local.places import packages_folder
from tests.portal.npm_tools import installed
from tests.portal.page_catalogue import VIEWS

VERSION = "13.5.0"
MAIN_PAGES = ("home", "register-results", "registrant", "sign-in", "application-filled")
LEAST = {"accessibility": 100, "best-practices": 100, "performance": 95}
_CHROMIUM = "--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-dev-shm-usage"


@pytest.mark.timeout(900)
def test_the_main_pages_are_as_lighthouse_asks(college, people, capsys):
    package = installed("lighthouse", VERSION)
    programs = Programs(packages_folder())
    environment = {**os.environ, **programs.environment("chromium"), "CHROME_PATH": str(programs.path(BROWSER))}
    scores = {}
    for view in (view for view in VIEWS if view.name in MAIN_PAGES):
        headers = {}
        if view.who:
            cookie = people.cookie(view.who)
            headers = {"Cookie": f"{cookie['name']}={cookie['value']}"}
        command = ["node", str(package / "cli" / "index.js"), college.url + view.address(people), "--quiet", "--output=json"]
        command += [f"--chrome-flags={_CHROMIUM}", f"--only-categories={','.join(LEAST)}"]
        command += [f"--extra-headers={json.dumps(headers)}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=True)
        scores[view.name] = _told(json.loads(done.stdout))
    with capsys.disabled():
        for name, (score, faults) in scores.items():
            print(f"\n{name:20}", *(f"{kind} {points}" for kind, points in score.items()), *faults, sep="  ")
    assert set(scores) == set(MAIN_PAGES)
    assert {name: score for name, (score, _) in scores.items() if any(score[kind] < LEAST[kind] for kind in LEAST)} == {}


def _told(report):
    """The points of each category, and what cost some."""
    score = {kind: round(report["categories"][kind]["score"] * 100) for kind in LEAST}
    asked = [one["id"] for kind in LEAST for one in report["categories"][kind]["auditRefs"] if one["weight"]]
    audits = [report["audits"][name] for name in asked]
    return score, [f"{one['id']}: {one['title']}" for one in audits if one["score"] is not None and one["score"] < 0.9]
