"""Makes each service's database and role where they are missing, gives roles their passwords, and migrates.

`college prepare [SERVICE…]`. ADMIN_DATABASE_URL (or …_FILE) names a user who may make databases; `PASSWORDS` is a folder with a file
for each service. Two at once take turns at the migrations.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.local.engines.database_admin import DatabaseAdmin
from deploy.local.errors import EngineFailed
from deploy.local.urls import with_path
from services.common.settings import setting
from services.contracts.topology import SERVICES

PATIENCE_S = 60.0


def prepare(service: str, url: str, password: str) -> None:
    """Makes one service's role and database where missing, admits only that role, and migrates. Raises CalledProcessError."""
    admin = DatabaseAdmin(url)
    admin.create_role(service, password)
    if not admin.has_database(service):
        admin.create_database(service)
    admin.admit_only(service, service)
    # A process for each: the models of one service must not meet those of another.
    command = [sys.executable, "-m", "services.common.persistence.migrate", f"services.{service}"]
    subprocess.run(command, env={**os.environ, "DATABASE_URL": with_path(url, service), "SERVICE_ROLE": service}, check=True)


def main(services: Sequence[str]) -> int:
    """Waits for the database server up to a minute, then prepares the services; 1 when something failed."""
    url, passwords = setting(os.environ, "ADMIN_DATABASE_URL"), Path(os.environ["PASSWORDS"])
    until = time.monotonic() + PATIENCE_S
    while not DatabaseAdmin(url).is_ready():
        if time.monotonic() > until:
            print("the database server does not take our connection", file=sys.stderr)
            return 1
        time.sleep(0.5)
    try:
        for service in services:
            prepare(service, url, (passwords / service).read_text().strip())
    except (EngineFailed, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or SERVICES))
