"""A machine asks the API all that its own description allows, and much that it does not: no accident, no answer beside the description.

`make fuzz` asks much more (FUZZ_EXAMPLES for each operation, with all edge cases of the schemas, and another seed each time).
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import jwt
import pytest
import requests

from gateway.api.routes import ROUTES
from services.common.kernel.ids import new_id
from services.contracts.access_table import NOBODY, caller_of
from services.contracts.roles import APPLICANT, REGISTRANT, STAFF_ROLES
from services.identity.sessions.signing import FileSigner
from tests.support.waiting import PATIENCE_S

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
LONGEST_S = (20 if EXAMPLES else 5) * PATIENCE_S  # many times what it takes
HEADLINE = re.compile(r"^(?:_{3,} \w+ /.*|- ST\d+ .*|\[\d{3}\] .*)$", re.MULTILINE)
ROLES = {NOBODY: (), APPLICANT: (APPLICANT,), REGISTRANT: (APPLICANT, REGISTRANT), "staff": STAFF_ROLES}

pytestmark = pytest.mark.timeout(2 * LONGEST_S)


@pytest.fixture(scope="module")
def tokens(college, site):
    """A token for each, by role: all staff roles in one, so that everything behind them is reached; the applicant's proof is long ago.

    Each token is of a session that nobody has: signing out is among what is asked, and no token works after the end of its session.
    """
    registrant, invoice = college.approved("en")
    registrant.pay(registrant.open_payment_page(invoice["number"]))
    registrant.registration()
    people = {APPLICANT: college.signed_in("en"), REGISTRANT: registrant, "staff": college.staff("registrar")}
    signer = FileSigner(site.keys.signing_key, site.keys.verify_keys)

    def sign(role: str) -> str:
        told = people[role].api.session.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(told, options={"verify_signature": False})
        proved_at = 1 if role == APPLICANT else None
        return signer.sign(UUID(claims["sub"]), ROLES[role], new_id(), "en", proved_at)

    return lambda role: "" if role == NOBODY else sign(role)


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_asked_the_answer_is_one_that_the_description_gives(college, tokens, tmp_path, role):
    report, token = tmp_path / "report.ndjson", tokens(role)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"]
    command += [f"{college.url}/api/v1/openapi.json", "--report", "ndjson", "--report-ndjson-path", str(report)]
    command += ["--continue-on-failure", "--no-shrink", "--suppress-health-check", "all", "--warnings", "off"]
    if EXAMPLES:
        command += ["--phases", "coverage,fuzzing", "-n", EXAMPLES]
    else:
        command += ["--phases", "fuzzing", "-n", "3", "--seed", "7"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    details = done.stdout[done.stdout.find("= FAILURES") :]
    assert done.returncode == 0, "\n".join(HEADLINE.findall(details)) + "\n" + details[:4000] + done.stderr[-2000:]
    if token:  # it let in until the end
        me = requests.get(f"{college.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S)
        assert me.status_code == 200
    answers = answers_in(report)
    assert {(route.method, route.address) for route in ROUTES} == set(answers)
    assert list(seen_though_forbidden(role, answers)) == []


def answers_in(report: Path) -> dict[tuple[str, str], set[int]]:
    """Gives the statuses that each operation was answered with."""
    found: dict[tuple[str, str], set[int]] = {}
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder")
        if recorder:
            method, _, address = recorder["label"].partition(" ")
            statuses = found.setdefault((method, address), set())
            # Other methods are tried at the address too: OPTIONS is answered, and is no answer of the operation.
            statuses |= {
                one["response"]["status_code"]
                for one in recorder["interactions"].values()
                if one["response"] and one["request"]["method"] == method
            }
    return found


def seen_though_forbidden(role: str, answers: dict[tuple[str, str], set[int]]):
    """Lists the operations that gave the role something although its contract does not let it in."""
    for route in ROUTES:
        access = route.contract.access
        callers = [caller_of(one, access) for one in ROLES[role] or (NOBODY,)]
        if not any(access.admits(caller) for caller in callers):
            given = {status for status in answers[(route.method, route.address)] if status < 400}
            if given:
                yield f"{route.method} {route.address}: {sorted(given)}"
