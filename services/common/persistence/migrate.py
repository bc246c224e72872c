"""Brings a service's database to its newest form, once, as a step: `python -m services.common.persistence.migrate services.billing`.

Runs as the owner of the tables. SERVICE_ROLE names the role that the service signs in with: it is granted what it needs and no more,
so that append-only tables (audit, ledger, history) cannot be changed or emptied by the service itself.
"""

import importlib
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text

from services.common.persistence import advisory_locks
from services.common.persistence.engine import driver_url
from services.common.persistence.tables import floor
from services.common.security import transport
from services.common.settings import setting

LOCK = "migrations"


def migrate(package: str, url: str, role: str | None = None) -> str:
    """Runs the migrations that are missing and grants `role` its rights; gives the revision reached. Two at once take turns."""
    metadata: MetaData = importlib.import_module(f"{package}.models").Base.metadata
    engine = create_engine(driver_url(url), hide_parameters=True)
    config = alembic_config(package)
    with engine.connect() as connection:
        advisory_locks.wait_for_task_of_connection(connection, LOCK)
        connection.execute(text("SET lock_timeout = '5s'; SET statement_timeout = '300s'"))
        connection.commit()
        config.attributes["connection"] = connection
        config.attributes["metadata"] = metadata
        command.upgrade(config, "head")
        if role:
            grant(connection, metadata, role)
        connection.commit()
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return revision or "nothing"


def alembic_config(package: str) -> Config:
    """Gives Alembic's settings for a service, without a file of its own."""
    folder = Path(importlib.import_module(package).__path__[0]) / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    ScriptDirectory.from_config(config)
    return config


def grant(connection: Connection, metadata: MetaData, role: str) -> None:
    """Grants the service's role its rights: all rows of ordinary tables, only reading and adding where a table is append-only.

    What must be done beyond that, a function of the tables' owner does, which the metadata names among its `functions`.
    """
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    for table in [*metadata.tables.values(), *floor.tables.values()]:
        rights = "SELECT, INSERT" if table.info.get("append_only") else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f"REVOKE ALL ON {table.name} FROM {quoted}"))
        connection.execute(text(f"GRANT {rights} ON {table.name} TO {quoted}"))
    for function in metadata.info.get("functions", ()):
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {function} TO {quoted}"))


def run_environment() -> None:
    """Runs the migrations inside Alembic: every service's `migrations/env.py` is this one line."""
    from alembic import context

    attributes = context.config.attributes
    context.configure(connection=attributes["connection"], target_metadata=attributes["metadata"], transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "__main__":
    address = setting(os.environ, "DATABASE_URL")
    transport.check_database(address, transport.plaintext_hosts(os.environ))
    reached = migrate(sys.argv[1], address, os.environ.get("SERVICE_ROLE"))
    print(f"{sys.argv[1]} is at {reached}")
