"""Databases and roles of a PostgreSQL cluster, through a connection that may make them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import connection

from deploy.local.errors import EngineFailed
from deploy.local.urls import for_psycopg


class DatabaseAdmin:
    """Makes and removes databases and login roles; `url` names a user who may."""

    def __init__(self, url: str) -> None:
        self._url = for_psycopg(url)

    def is_ready(self) -> bool:
        """Whether the database server takes our connection."""
        try:
            psycopg2.connect(self._url, connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True

    def create_database(self, name: str, owner: str | None = None, template: str | None = None) -> None:
        """Make a database, as a copy of `template` when given. Raises EngineFailed when it exists already."""
        with self._connected() as link:
            command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            if owner is not None:
                command += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
            if template is not None:
                command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
                if link.server_version >= 150000:
                    # Copying files beats copying through the log for a small template, by about three times.
                    command += sql.SQL(" STRATEGY file_copy")
            _execute(link, command)

    def drop_database(self, name: str) -> None:
        """Remove a database, breaking its connections off; one that does not exist is no error."""
        with self._connected() as link:
            _execute(link, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def has_database(self, name: str) -> bool:
        """Whether the database exists."""
        with self._connected() as link, link.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            return cursor.fetchone() is not None

    def create_role(self, name: str, password: str) -> None:
        """Make a login role that may do nothing yet; one that exists gets the password."""
        options = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(sql.Literal(password))
        with self._connected() as link:
            try:
                _execute(link, sql.SQL("CREATE ROLE {} ").format(sql.Identifier(name)) + options)
            except errors.DuplicateObject:
                _execute(link, sql.SQL("ALTER ROLE {} ").format(sql.Identifier(name)) + options)

    def drop_role(self, name: str) -> None:
        """Remove a role that owns nothing any more; one that does not exist is no error."""
        with self._connected() as link:
            _execute(link, sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))

    def admit_only(self, database: str, role: str) -> None:
        """Let `role` connect to the database and no other role that is not its owner or a superuser."""
        with self._connected() as link:
            names = {"database": sql.Identifier(database), "role": sql.Identifier(role)}
            _execute(link, sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
            _execute(link, sql.SQL("GRANT CONNECT ON DATABASE {database} TO {role}").format(**names))

    def note(self, database: str) -> str | None:
        """What `set_note` wrote on the database."""
        with self._connected() as link, link.cursor() as cursor:
            cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (database,))
            found = cursor.fetchone()
            return found[0] if found else None

    def set_note(self, database: str, note: str) -> None:
        """Write a note on the database, in place of an earlier one."""
        with self._connected() as link:
            _execute(link, sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(note)))

    @contextmanager
    def _connected(self) -> Iterator[connection]:
        try:
            link = psycopg2.connect(self._url, connect_timeout=10)
        except psycopg2.OperationalError as error:
            raise EngineFailed(f"PostgreSQL does not take our connection: {error}") from error
        try:
            link.autocommit = True
            yield link
        except psycopg2.Error as error:
            raise EngineFailed(f"PostgreSQL refused: {error}") from error
        finally:
            link.close()


def _execute(link: connection, command: Any) -> None:
    with link.cursor() as cursor:
        cursor.execute(command)
