"""Databases for tests, each used again: to copy one from its template takes longer than most tests do, and than to empty it.

A database is used again only while it is as its template: no table, column, right, trigger, function, index or statistic of the planner
differs. What a test has altered, or filled with very much, is dropped.
"""
# ruff: noqa: S608 - the names are those of the catalogue

from collections import Counter
from contextlib import closing
from functools import partial
from typing import Any

import psycopg2

from deploy.local.engines.engines import Engines
from deploy.local.urls import for_psycopg
from services.common.kernel.ids import new_id
from tests.support.suite.clearing import Clearing
from tests.support.templates import Templates

MOST_TIMES, MOST_BYTES = 25, 2_000_000
_OURS = "relnamespace = 'public'::regnamespace"
# One line for each thing that a test might alter, as one sum over all of them.
_FORM = f"""
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
        SELECT concat_ws(' ', 'class', relname, relkind, relowner, relacl, reloptions, relrowsecurity) AS line FROM pg_class WHERE {_OURS}
        UNION ALL SELECT concat_ws(' ', 'column', relname, attname, atttypid, atttypmod, attnotnull, attisdropped, attacl,
                                   pg_get_expr(adbin, adrelid))
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE {_OURS}
        UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid)
            FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE {_OURS}
        UNION ALL SELECT concat_ws(' ', 'constraint', relname, conname, convalidated, pg_get_constraintdef(pg_constraint.oid))
            FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE {_OURS}
        UNION ALL SELECT concat_ws(' ', 'trigger', relname, tgname, tgenabled, tgtype, tgfoid::regproc, encode(tgargs, 'hex'))
            FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE {_OURS} AND NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'function', proname, proowner, proacl, proconfig, prosecdef, prosrc)
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'statistics', relname, staattnum) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
            WHERE {_OURS}
        UNION ALL SELECT concat_ws(' ', 'version', version_num) FROM alembic_version
        UNION ALL SELECT concat_ws(' ', 'schema', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
        UNION ALL SELECT concat_ws(' ', 'setting', setconfig) FROM pg_db_role_setting
            WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS form
"""
_TABLES = f"SELECT oid::regclass::text FROM pg_class WHERE {_OURS} AND relkind = 'r' AND relname <> 'alembic_version'"
_SEQUENCES = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
_BYTES = f"SELECT max(pg_total_relation_size(oid)) FROM pg_class WHERE {_OURS} AND relkind = 'r'"
_OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Databases:
    """Gives out databases in which nothing is but what the migrations put there; `again` says whether one may have been used before."""

    def __init__(self, engines: Engines, templates: Templates, clearing: Clearing, again: bool = True) -> None:
        self._engines, self._templates, self._clearing, self._again = engines, templates, clearing, again
        self._free: dict[str, list[str]] = {}
        self._forms: dict[str, str] = {}
        self._times: Counter[str] = Counter()

    def take(self, service: str) -> str:
        """Gives the name of one with the service's tables."""
        if free := self._free.get(service):
            return free.pop()
        name = f"t{new_id().hex[-12:]}_{service}"
        self._engines.create_database(name, template=self._templates.of(service))
        if self._again and service not in self._forms:
            self._learn(service, name)
        return name

    def give_back(self, service: str, name: str) -> None:
        """Has it emptied, or dropped, while the next tests run."""
        self._clearing.put_off(partial(self._empty, service, name) if self._again else partial(self._engines.drop_database, name))

    def close(self) -> None:
        """Drops those that nobody has."""
        for free in self._free.values():
            for name in free:
                self._engines.drop_database(name)

    def _learn(self, service: str, name: str) -> None:
        """Notes how the template is; one with rows or numbers of its own is copied each time."""
        with closing(self._connected(name)) as connection, connection.cursor() as cursor:
            untouched = not _filled(cursor) and not _asked(cursor, _SEQUENCES)
            self._forms[service] = _asked(cursor, _FORM)[0] if untouched else "copied each time"

    def _empty(self, service: str, name: str) -> None:
        self._times[name] += 1
        try:
            emptied = self._times[name] < MOST_TIMES and self._emptied(service, name)
        except psycopg2.Error:  # a test has closed it, or somebody will not leave
            emptied = False
        if emptied:
            self._free.setdefault(service, []).append(name)
        else:
            self._engines.drop_database(name)

    def _emptied(self, service: str, name: str) -> bool:
        with closing(self._connected(name)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(_OTHERS_OUT)
            if _asked(cursor, _FORM) != [self._forms[service]] or _asked(cursor, _BYTES)[0] > MOST_BYTES:
                return False
            # The owner's triggers and keys would refuse what no service may do: history is taken back here.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(cursor):
                cursor.execute(f"DELETE FROM {table}")
            for sequence in _asked(cursor, _SEQUENCES):
                cursor.execute(f"ALTER SEQUENCE {sequence} RESTART")
        return True

    def _connected(self, name: str) -> Any:
        return psycopg2.connect(for_psycopg(self._engines.admin_database_url(name)))


def _asked(cursor: Any, query: str) -> list[Any]:
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]


def _filled(cursor: Any) -> list[str]:
    tables = _asked(cursor, _TABLES)
    return _asked(cursor, " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))
