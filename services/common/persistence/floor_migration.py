"""The parts of every service's migrations that make the floor's tables, and what was added to them later."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.tables import audit, floor

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

# What replaced it: what nobody sees is nothing (typed_text.signs), as are marks above and below letters; every kind of apostrophe joins; wide
# and narrow letters are the same; of scripts without spaces each sign is a word, so that family and given name are found in any order.
FORGIVING_NAME_KEY = r"""
CREATE OR REPLACE FUNCTION name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(regexp_replace(
        lower(public.unaccent('public.unaccent'::regdictionary, normalize(regexp_replace(
            normalize(translate(name, '''’‘‛ʹʺʻʼʽʾʿ՚׳′‵＇`´', ''), NFKD),
            '[\u00AD\u0300-\u036F\u061C\u0591-\u05BD\u064B-\u0652\u1160\u115F\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E'
            '\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\U000E0000-\U000E0FFF]+', '', 'g'), NFKC))),
        '([\u3005\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\U00020000-\U0003FFFF])', ' \1 ', 'g'),
        '[-\s.,;:!?/\\"«»“”()\[\]{}&|<>*%_+=#@^~$‐‑‒–—…·・]+', ' ', 'g'))
$$
"""
# The letters of a name without anything between them: what is found though it was joined or parted.
NAME_LETTERS = """
CREATE FUNCTION name_letters(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(public.name_key(name), ' ', '')
$$
"""

# The words of a name, and each that is long enough also with any one of its letters left out: two words that are a slip apart (a letter
# more, less or wrong, two swapped) have one of these in common, and an index finds that.
NAME_SLIPS = """
CREATE FUNCTION name_slips(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT slip), '{}')
    FROM unnest(string_to_array(public.name_key(name), ' ')) AS word,
        LATERAL (SELECT overlay(word PLACING '' FROM place FOR 1) FROM generate_series(1, length(word)) AS place WHERE length(word) > 3
            UNION ALL SELECT word) AS slips(slip)
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
    there = {constraint["name"] for constraint in sa.inspect(op.get_bind()).get_check_constraints("audit")}
    if "ck_audit_position" not in there:
        op.create_check_constraint(op.f("ck_audit_position"), "audit", "position >= 1", postgresql_not_valid=True)


def create_name_key() -> None:
    """Creates the function that gives the form in which names are looked for (`name_key`). unaccent is a trusted extension."""
    op.execute(sa.text("CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public"))
    op.execute(sa.text(NAME_KEY.replace(":", r"\:")))


def forgive_names() -> None:
    """Makes `name_key` more forgiving and creates `name_letters`. Whatever was kept of `name_key` is to be made anew after it."""
    for statement in (FORGIVING_NAME_KEY, NAME_LETTERS):
        op.execute(sa.text(statement.replace(":", r"\:")))


def index_letters(index: str, table: str, column: str, kept_key: str) -> None:
    """Creates the index by which people are found however a name is joined or parted, and makes the one of `name_key` anew."""
    forgive_names()
    op.create_index(index, table, [sa.text(f"name_letters({column}) gin_trgm_ops")], postgresql_using="gin")
    op.execute(sa.text(f"REINDEX INDEX {kept_key}"))


def index_slips(index: str, table: str, column: str) -> None:
    """Creates the index by which people are found by a name with a slip in it (`name_search.has_nearly`)."""
    op.execute(sa.text(NAME_SLIPS))
    op.create_index(index, table, [sa.text(f"name_slips({column})")], postgresql_using="gin")


def index_names(index: str, table: str, column: str) -> None:
    """Creates the index by which people are found by a part of their name (`name_search.py`). pg_trgm is a trusted extension."""
    op.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public"))
    op.create_index(index, table, [sa.text(f"name_key({column}) gin_trgm_ops")], postgresql_using="gin")
