"""Would a migration lock a table for long, or break the version that still runs? `python -m deploy.migration_lint` (part of `make lint`).

Writes the SQL of each migration without a database and has squawk read it; ends with 1 and says what to do instead. So a migration's
statements must not depend on what they find in the tables; what is restated row by row, a function of its own does.
"""

import io
import json
import runpy
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.migration import MigrationContext
from alembic.operations import Operations

from deploy.locks import ROOT

# The last one of each service that had run before this check came. What has run is not changed any more.
LANDED = {"applications": 10, "billing": 6, "correspondence": 9, "identity": 8, "qa": 3, "registry": 7}
# `services/common/persistence/migrate.py` sets both time-outs for all; versions and counts are no ids, and fit into an integer.
_NOT_ASKED = ("require-lock-timeout", "require-statement-timeout", "prefer-bigint-over-int")
_SQUAWK = Path(sys.executable).parent / "squawk"


def new_migrations() -> list[Path]:
    """Gives the migrations that came after this check."""
    found = sorted((ROOT / "services").glob("*/migrations/versions/[0-9]*.py"))
    return [path for path in found if int(path.stem[:4]) > LANDED.get(path.parts[-4], 0)]


def sql_of(migration: Path) -> str:
    """Writes what a migration would run, each statement as PostgreSQL is given it."""
    written = io.StringIO()
    options = {"as_sql": True, "output_buffer": written}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with context.begin_transaction(), Operations.context(context):
        runpy.run_path(str(migration))["upgrade"]()
    return written.getvalue()


def faults(migrations: Iterable[Path]) -> Iterator[str]:
    """Says of each migration what squawk finds wrong with it, and what it would do."""
    with TemporaryDirectory() as folder:
        names = {}
        for number, migration in enumerate(migrations):
            file = Path(folder) / f"{number}.sql"
            file.write_text(sql_of(migration))
            names[str(file)] = migration.name
        if not names:
            return
        options = ["--reporter", "json", "--pg-version", "15", "--exclude", ",".join(_NOT_ASKED)]
        done = subprocess.run([_SQUAWK, *options, *names], capture_output=True, text=True, check=False)
        if not done.stdout:
            raise RuntimeError(f"squawk did not work: {done.stderr}")
        for found in json.loads(done.stdout):
            yield f"{names[found['file']]}: {found['rule_name']}: {found['message']} {found.get('help') or ''}".strip()


def main() -> int:
    """Prints what is wrong."""
    migrations = new_migrations()
    wrong = list(faults(migrations))
    print("\n".join(wrong) if wrong else f"{len(migrations)} new migrations, nothing to object to")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
