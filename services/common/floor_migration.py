"""The parts of every service's migrations that make the floor's tables, and what was added to them later."""

import sqlalchemy as sa
from alembic import op

from services.common.tables import audit, floor

# unaccent() is only STABLE, as its dictionary could be replaced; with the dictionary named it may stand in an index or a generated
# column. An apostrophe joins (O’Neil is found as "oneil"); all other punctuation separates. Punctuation is listed, as character classes
# would depend on the locale of the database.
NAME_KEY = r"""
CREATE FUNCTION name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        translate(lower(public.unaccent('public.unaccent'::regdictionary, name)), '''’‘ʼ`´', ''),
        '[-\s.,;:!?/\\"«»“”()\[\]{}&|<>*%_+=#@^~$‐‑‒–—…·]+', ' ', 'g'))
$$
"""


def create_floor() -> None:
    """Creates outbox, inbox, audit and idempotency tables."""
    floor.create_all(op.get_bind(), checkfirst=False)


def index_audit() -> None:
    """Creates the audit table's indexes where they are missing: a database that is new has them from the start."""
    for index in audit.indexes:
        index.create(op.get_bind(), checkfirst=True)


def begin_audit_at_one() -> None:
    """Refuses audit entries before the first position; a database that is new does so from the start.

    Entries that are there already stay for `verify` to tell of: a migration that met one would fail, and the trail would be open still.
    """
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_check_constraints("audit")}
    if "ck_audit_position" not in there:
        op.create_check_constraint(op.f("ck_audit_position"), "audit", "position >= 1", postgresql_not_valid=True)


def create_name_key() -> None:
    """Creates the function that gives the form in which names are looked for (`name_key`). unaccent is a trusted extension."""
    op.execute(sa.text("CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public"))
    op.execute(sa.text(NAME_KEY.replace(":", r"\:")))


def index_names(index: str, table: str, column: str) -> None:
    """Creates the index by which people are found by a part of their name (`name_search.py`). pg_trgm is a trusted extension."""
    op.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public"))
    op.create_index(index, table, [sa.text(f"name_key({column}) gin_trgm_ops")], postgresql_using="gin")
