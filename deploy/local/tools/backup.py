"""Backup and restore of a site: all its databases and files to one consistent point, while it runs.

    python -m deploy.local.tools.backup make [FOLDER] [--site main]       python -m deploy.local.tools.backup restore FOLDER [--site main]

One point: services tell each other of what happened by events only, and an event is written to the outbox in the transaction that it tells
of. So for as long as no outbox can be written to (some milliseconds), no service can learn of anything that another one's database does
not hold; at that moment a snapshot of every database is taken, and the dumps are made from these. Files are written before the row that
names them and are never changed, so they are copied before and after.

What was on its way through the broker is not backed up: after a restore every event that the outboxes still hold is announced again, and
the inboxes absorb those that were handled. That is why KEEP_SENT_S must be longer than a message may stand in a queue.

What was numbered after the backup is known outside: on paper, at the payment provider. No number is given a second time: after a restore
each count goes on a thousand further.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import errors
from psycopg2.extensions import connection

from deploy.local.college.provisioning import remove_broker
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import MAIN, Site
from deploy.local.engines.engines import Engines
from deploy.local.errors import OperatorError
from deploy.local.urls import for_psycopg

ABOUT, FILES, KEPT = "backup.json", "files", ("keys", "secrets.json", "sample-staff.json")
FORM = 1
# Shorter than the services' own limit of a wait for a lock: they must not fail for us. A writer may hold an outbox for longer than this.
LOCK_WAIT_MS, TRIES = 1_000, 60
SKIPPED = 1_000  # more numbers than are given between two backups
_NUMBERS = """
SELECT setval(s.oid::regclass, coalesce(pg_sequence_last_value(s.oid::regclass), 0) + %s) FROM pg_class s
WHERE s.relkind = 'S' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = s.oid AND d.deptype IN ('a', 'i'))
"""
_say = partial(print, flush=True)


class BackupFailed(OperatorError):
    """The backup could not be made, or not be restored."""


def make(site: Site, folder: Path) -> dict[str, Any]:
    """Backs a running or stopped site up into a new folder; gives what is told of it. Raises BackupFailed."""
    services = [service.name for service in site.components.values() if service.migration is not None]
    if not (site.folder / "secrets.json").exists():
        raise BackupFailed(f"There is no site {site.name} to back up.")
    folder.mkdir(mode=0o700, parents=True)
    copied = _copy_files(site.folder / FILES, folder / FILES)
    with _one_point(site, services) as (snapshots, at, held_ms):
        for service in services:
            target = str(folder / f"{service}.dump")
            _run(site, "pg_dump", "-Fc", "-Z1", f"--snapshot={snapshots[service]}", "-f", target, service=service)
    copied += _copy_files(site.folder / FILES, folder / FILES)
    for name in KEPT:
        kept = site.folder / name
        if kept.is_dir():
            shutil.copytree(kept, folder / name)
        elif kept.exists():
            shutil.copy2(kept, folder / name)
    about = {"form": FORM, "site": site.name, "at": at, "services": services, "files": copied, "writers_held_ms": held_ms}
    # Written last: a folder without it is no backup.
    (folder / ABOUT).write_text(json.dumps(about, indent=1))
    return about


def restore(site: Site, folder: Path) -> dict[str, int]:
    """Puts a stopped site back to where the backup was made, whatever is left of it; gives how many events it announces again.

    The site is ready to be started then. Raises BackupFailed.
    """
    if not (folder / ABOUT).exists():
        raise BackupFailed(f"{folder} holds no whole backup.")
    about = json.loads((folder / ABOUT).read_text())
    if about["form"] != FORM or about["site"] != site.name:
        raise BackupFailed(f"{folder} is a backup of the site {about['site']} (form {about['form']}), not of {site.name}.")
    if site.running():
        raise BackupFailed(f"Site {site.name} runs: stop it first (`make down`).")
    site.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in KEPT:
        _put_back(folder / name, site.folder / name)
    site.prepare()
    # What stands in queues may tell of what came after the backup.
    remove_broker(site.engines, site.settings, site.vhost)
    for service in about["services"]:
        name = site.settings.database_name(service)
        site.engines.create_role(name, site.settings.password(service))
        site.engines.drop_database(name)
        site.engines.create_database(name)
        _run(site, "pg_restore", "--exit-on-error", "-d", name, str(folder / f"{service}.dump"), service=service)
    _copy_files(folder / FILES, site.folder / FILES)
    again = {service: _go_on(site, service) for service in about["services"]}
    site.provision()
    return again


@contextmanager
def _one_point(site: Site, services: list[str]) -> Iterator[tuple[dict[str, str], str, float]]:
    """Gives a snapshot of each database, all of one moment, good as long as the context lasts; and for how long writers waited."""
    with ExitStack() as stack:
        readers = {service: stack.enter_context(_connected(site, service)) for service in services}
        for attempt in range(TRIES):
            try:
                found = _snapshots(site, readers)
            except errors.LockNotAvailable:
                for reader in readers.values():
                    reader.rollback()
                time.sleep(0.1 * min(attempt, 10))
                continue
            yield found
            return
        raise BackupFailed("Somebody has been writing without a pause: no moment was found at which to take the snapshots.")


def _snapshots(site: Site, readers: dict[str, connection]) -> tuple[dict[str, str], str, float]:
    with ExitStack() as stack:
        began = time.monotonic()
        for service in readers:
            holder = stack.enter_context(_connected(site, service))
            _ask(holder, f"SET lock_timeout = {LOCK_WAIT_MS}")
            _ask(holder, "LOCK TABLE outbox IN SHARE MODE")
        taken = {}
        for service, reader in readers.items():
            reader.set_session(isolation_level="REPEATABLE READ", readonly=True)
            taken[service] = str(_ask(reader, "SELECT pg_export_snapshot()"))
        at = datetime.now(UTC).isoformat()
    return taken, at, round((time.monotonic() - began) * 1000, 1)


def _go_on(site: Site, service: str) -> int:
    """Announces again what the outbox holds, and skips numbers; gives how many events that are."""
    with _connected(site, service) as link, link.cursor() as cursor:
        cursor.execute(_NUMBERS, (SKIPPED,))
        cursor.execute("UPDATE outbox SET sent_at = NULL")
        found = cursor.rowcount
        link.commit()
        return found


@contextmanager
def _connected(site: Site, service: str) -> Iterator[connection]:
    link = psycopg2.connect(
        for_psycopg(site.engines.admin_database_url(site.settings.database_name(service))), connect_timeout=10
    )
    try:
        yield link
    finally:
        link.close()


def _ask(link: connection, command: str) -> Any:
    with link.cursor() as cursor:
        cursor.execute(command)
        return cursor.fetchone()[0] if cursor.description else None


def _run(site: Site, program: str, *arguments: str, service: str) -> None:
    """Runs one of PostgreSQL's programs on a service's database; the password goes by the environment, which only we can read."""
    url = for_psycopg(site.engines.admin_database_url(site.settings.database_name(service)))
    parts = psycopg2.extensions.parse_dsn(url)
    shown = {"PGHOST": parts["host"], "PGPORT": parts.get("port", "5432"), "PGUSER": parts["user"]}
    shown |= {"PGPASSWORD": parts.get("password", ""), "PGDATABASE": parts["dbname"]}
    programs = site.engines.programs
    done = subprocess.run(
        [str(programs.path(program)), *arguments],
        env=programs.environment("postgresql") | shown,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(f"{program} of {service} failed:\n{done.stderr[-2000:]}")


def _copy_files(source: Path, target: Path) -> int:
    """Copies the files that the target does not have yet, each whole or not at all; gives how many. What is still coming in is left out."""
    count = 0
    for file in sorted(path for path in source.rglob("*") if path.is_file() and "incoming" not in path.relative_to(source).parts):
        place = target / file.relative_to(source)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_suffix(".new")
            try:
                shutil.copy2(file, fresh)
            except FileNotFoundError:  # removed meanwhile, as its time had come
                continue
            fresh.replace(place)
            count += 1
    return count


def _put_back(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy2(source, target)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it succeeded, 1 with the reason on standard error when it did not."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.tools.backup", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("step", choices=("make", "restore"))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--site", default=MAIN)
    parser.add_argument("--run-dir", type=Path, default=REPOSITORY / ".run")
    options = parser.parse_args(arguments)
    engines = Engines(options.run_dir, _say)
    site = Site(engines, options.site)
    try:
        engines.start()
        if options.step == "make":
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
            folder = options.folder or options.run_dir / "backups" / f"{options.site}-{stamp}"
            about = make(site, folder)
            _say(f"{folder}: {len(about['services'])} databases as of {about['at']}, {about['files']} files")
            _say(f"writers waited for {about['writers_held_ms']} ms")
        elif options.folder is None:
            raise BackupFailed("Say which backup: the folder that `make backup` named.")
        else:
            again = restore(site, options.folder)
            _say(
                f"site {site.name} is as it was then; {sum(again.values())} events are announced again when it starts (`make up`)"
            )
        return 0
    except (OperatorError, OSError, psycopg2.Error) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        engines.stop()


if __name__ == "__main__":
    sys.exit(main())
