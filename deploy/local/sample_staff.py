"""Sample staff accounts of a local college, so that a newcomer can sign in: their passwords are made once and kept beside the site."""

import json
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import ProvisioningFailed
from deploy.local.processes import python
from deploy.local.settings import REPOSITORY
from deploy.local.site import Site

SAMPLE_STAFF = {
    "officer@college.example.org": ("registration_officer", "support"),
    "registrar@college.example.org": ("registrar",),
    "billing@college.example.org": ("billing_officer",),
}


@dataclass(frozen=True)
class SignIn:
    """A sample sign-in."""

    login: str
    password: str
    roles: tuple[str, ...]


def sample_staff(site: Site) -> list[SignIn]:
    """Gives the sample staff of a running site, making their accounts when they are not there yet. Raises ProvisioningFailed."""
    file = site.folder / "sample-staff.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    for login, roles in SAMPLE_STAFF.items():
        if login not in known:
            known[login] = secrets.token_urlsafe(15)
            _add(site, login, known[login], roles)
            _keep(file, known)
    return [SignIn(login, known[login], roles) for login, roles in SAMPLE_STAFF.items()]


def _add(site: Site, login: str, password: str, roles: tuple[str, ...]) -> None:
    command = [python(), "-m", "services.identity.staff_accounts", "add", login, "--password-from-stdin"]
    command += [part for role in roles for part in ("--role", role)]
    environment = {"PATH": os.environ.get("PATH", ""), **site.environment("identity")}
    done = subprocess.run(
        command, input=password, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        raise ProvisioningFailed(f"the sample account {login} could not be made:\n{done.stdout}{done.stderr}")


def _keep(file: Path, known: dict[str, str]) -> None:
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(known, indent=1))
    fresh.replace(file)
