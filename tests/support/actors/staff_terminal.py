"""A member of staff at a terminal, as the tests of the staff tools need one."""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from click.testing import CliRunner, Result
from eventlet.green import subprocess

from services.identity.staff_accounts import main as staff_accounts
from staff.__main__ import staff
from staff.terminal.client import system_of
from staff.terminal.session import Session, SessionStore

ROOT = Path(__file__).resolve().parents[3]


class Terminal:
    """Runs `python -m staff` against a house, in this process or as a real one, with a session file of its own."""

    def __init__(self, system: Any, language: str = "en") -> None:
        self.system, self.file = system, system.folder / "staff" / "session.json"
        self.store = SessionStore(self.file)
        self.environment = {"AMQP_URI": system.amqp_uri, "STAFF_SESSION": str(self.file), "TZ": "UTC", "COLUMNS": "240"}
        self.environment |= {"LC_ALL": f"{language}_CA.UTF-8"}

    def run(self, *arguments: object, given: str | None = None) -> Result:
        """Runs a command line in this process."""
        with _quiet_services():
            return CliRunner(env=self.environment).invoke(staff, [str(one) for one in arguments], input=given)

    def done(self, *arguments: object, given: str | None = None) -> str:
        """Runs a command line that must succeed, and gives what it wrote."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def data(self, *arguments: object, given: str | None = None) -> Any:
        """Runs a command line with --json, and gives what it wrote as data."""
        return json.loads(self.done(*arguments, "--json", given=given))

    def refused(self, *arguments: object, code: str, given: str | None = None) -> str:
        """Runs a command line that must be refused with this code, and gives its last words."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == 1, result.output
        assert result.stdout == ""
        assert f"[{code}]" in result.stderr
        return result.stderr

    def process(self, *arguments: object, stdin: int = subprocess.DEVNULL, **environment: str) -> "subprocess.Popen[str]":
        """Starts a command line as a real process."""
        return subprocess.Popen(
            [sys.executable, "-m", "staff", *(str(one) for one in arguments)],
            cwd=ROOT,
            env={**os.environ, **self.environment, **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def signed_in_as(self, *roles: str, language: str = "en") -> "Terminal":
        """Puts a session into the file, as a sign-in would; its refresh token is worth nothing."""
        token = self.system.caller(*roles, language=language).token
        account = {"id": "-", "email": "-", "application_id": None, "language": language, "roles": list(roles)}
        self.store.save(Session(system_of(self.system.amqp_uri), token, "worth nothing", time.time() + 500, account))
        return self

    def open_account(self, email: str, *roles: str, language: str = "en") -> str:
        """Makes a staff account as the operator does, and gives its password."""
        options = [option for role in roles for option in ("--role", role)]
        with _quiet_services():
            result = CliRunner(env={"DATABASE_URL": self.system.service_url("identity")}).invoke(
                staff_accounts, ["add", email, *options, "--language", language]
            )
        assert result.exit_code == 0, result.output
        return result.output.rpartition(": ")[2].strip()


@contextmanager
def _quiet_services() -> Iterator[None]:
    # The services of the house log to this process's standard output, which a runner takes for the command's.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.reset_defaults()
