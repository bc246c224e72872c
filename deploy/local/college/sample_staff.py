"""Sample staff of a local college, so that a newcomer can sign in: passwords and second factors are made once and kept beside the site."""

import json
import os
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pyotp

from deploy.demo.journey.api import CODE_LASTS_S, Api
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import Site
from deploy.local.errors import ProvisioningFailed
from deploy.local.processes import python

SAMPLE_STAFF = {
    "officer@college.example.org": ("registration_officer", "support"),
    "registrar@college.example.org": ("registrar",),
    "billing@college.example.org": ("billing_officer",),
}
NAMES = {
    "officer@college.example.org": "Olive Officer",
    "registrar@college.example.org": "René Registrar",
    "billing@college.example.org": "Bijou Billing",
}


@dataclass(frozen=True)
class SignIn:
    """A sample sign-in: a password, and the key of an authenticator app, which staff need (B10)."""

    login: str
    password: str
    key: str
    roles: tuple[str, ...]

    def code(self, later: int = 0) -> str:
        """Gives the code that an authenticator app with this key shows now, or so many codes later; each works once."""
        return pyotp.TOTP(self.key).at(time.time() + later * CODE_LASTS_S)


def sample_staff(site: Site) -> list[SignIn]:
    """Gives the sample staff of a running site, making their accounts when they are not there yet. Raises ProvisioningFailed."""
    file = site.folder / "sample-staff.json"
    known: dict[str, dict[str, str]] = json.loads(file.read_text()) if file.exists() else {}
    for login, roles in SAMPLE_STAFF.items():
        member = known.setdefault(login, {})
        if "password" not in member:
            password = secrets.token_urlsafe(15)
            _add(site, login, password, roles)
            member["password"] = password
            _keep(file, known)
        if "key" not in member:
            member["key"] = _enrol(site, login, member["password"])
            _keep(file, known)
    return [SignIn(login, known[login]["password"], known[login]["key"], roles) for login, roles in SAMPLE_STAFF.items()]


def _enrol(site: Site, login: str, password: str) -> str:
    api = Api(site.public_url)
    api.sign_in(login, password)
    return api.enrol()


def _add(site: Site, login: str, password: str, roles: tuple[str, ...]) -> None:
    command = [python(), "-m", "services.identity.staff_accounts", "add", login, "--name", NAMES[login], "--password-from-stdin"]
    command += [part for role in roles for part in ("--role", role)]
    environment = {"PATH": os.environ.get("PATH", ""), **site.environment("identity")}
    done = subprocess.run(
        command, input=password, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        raise ProvisioningFailed(f"the sample account {login} could not be made:\n{done.stdout}{done.stderr}")


def _keep(file: Path, known: dict[str, dict[str, str]]) -> None:
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(known, indent=1))
    fresh.replace(file)
