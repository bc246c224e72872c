"""The examples of `docs/api-guide.md` do what the guide says, on a real gateway and real services."""

import json
import shutil

import pytest
import requests
from eventlet.green import subprocess

from services.contracts import identity
from services.contracts.registry import GetMyRegistration
from services.contracts.roles import REGISTER_READ
from tests.support.actors.applications_journey import Applicant
from tests.support.actors.identity_people import EMAIL, PASSWORD, add_person
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.gateway_rig import start_gateway
from tests.support.guides import examples
from tests.support.waiting import PATIENCE_S, until

PYTHON, SHELL = examples("api-guide.md", "python"), examples("api-guide.md", "sh")
NAMES = (("Anne", "Côté"), ("Benoît", "Côté"), ("Chloé", "Côté"), ("Denis", "Tremblay"))


@pytest.fixture
def reader(system):
    """What somebody who follows the guide has: a college's address, a program's credentials, an account with a draft, a certificate."""
    start_registry(system)
    for count, (first, last) in enumerate(NAMES, 1):
        application, fact = register_someone(
            system,
            count,
            reference=f"APP-00000{count}-X",
            legal_name=f"{first} {last}",
            first_name=first,
            last_name=last,
            commonly_used_name=None,
        )
    system.start("identity", "applications")
    program = system.call(
        identity.programs.RegisterProgram, system.caller("administrator"), name="Sunnybrook", scopes=[REGISTER_READ]
    )
    holder = system.caller("registrant", account_id=application["account_id"])
    applicant = Applicant(system)
    add_person(system, account_id=applicant.account_id)
    return {
        "COLLEGE": start_gateway(system, RATE_LIMIT_FACTOR="0.5"),
        "CLIENT_ID": program["client_id"],
        "CLIENT_SECRET": program["client_secret"],
        "NUMBER": fact.data["registration_number"],
        "CODE": until(lambda: system.call(GetMyRegistration, holder)["verification_code"]),
        "EMAIL": EMAIL,
        "PASSWORD": PASSWORD,
    }


def follow(names):
    for number, example in enumerate(PYTHON, 1):
        try:
            exec(example, names)  # noqa: S102 - the page is ours
        except Exception as error:
            answered = {name: value.text for name, value in names.items() if isinstance(value, requests.Response)}
            raise AssertionError(f"example {number} of the guide: {error!r}; answered: {answered}") from error


def test_every_example_does_what_the_guide_says(reader, capsys):
    follow(reader)
    shown = capsys.readouterr().out.splitlines()
    assert any(line.startswith("Active 2026-11-23 ") for line in shown)
    assert f"{reader['entry']['registrant_id']} active" in shown


def test_who_asks_too_often_is_told_when_to_come_back_and_the_guide_does(reader):
    exec(PYTHON[0], reader)  # noqa: S102
    while (refused := requests.get(f"{reader['COLLEGE']}/api/v1/register", timeout=PATIENCE_S)).status_code == 200:
        pass
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert reader["ask"]("GET", "/register").status_code == 200


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_every_line_for_curl_does_what_the_guide_says(reader):
    found, checked = (shell(example, reader) for example in SHELL)
    assert [registrant["name"] for registrant in found["registrants"]] == ["Anne Côté"]
    assert found["next_cursor"]
    assert checked["registrant_id"] and checked["registration_number"] == reader["NUMBER"]


def shell(example, names):
    done = subprocess.run(
        ["sh", "-euc", example], env={"PATH": "/usr/bin:/bin", **names}, capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
