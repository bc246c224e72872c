"""Names on the register are found however they are joined or parted, and with or without what nobody sees."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import forgive_names

revision = "0005"
down_revision = "0004"

# Beside the words as they stand, those with an apostrophe in their parts, those with a hyphen as one, and each name as one word.
NAME_WORDS = r"""
CREATE OR REPLACE FUNCTION name_words(legal_name text, first_name text, last_name text, commonly_used_name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_remove(string_to_array(concat_ws(' ',
        public.name_key(names), public.name_key(translate(names, '''’‘ʼ`´', '      ')), public.name_key(translate(names, '-‐‑', '')),
        public.name_letters(first_name), public.name_letters(last_name), public.name_letters(commonly_used_name)), ' '), ''))
    FROM concat_ws(' ', legal_name, first_name, last_name, commonly_used_name) AS names
$$
"""
# What is kept of a name is made anew when the name is set, to what it is. Of all others nothing is written.
ANEW = """
UPDATE register_entries SET legal_name = legal_name, first_name = first_name, last_name = last_name, commonly_used_name = commonly_used_name
WHERE last_key <> name_key(last_name) OR first_key <> name_key(first_name)
    OR words <> name_words(legal_name, first_name, last_name, commonly_used_name)
"""


def upgrade() -> None:
    forgive_names()
    op.execute(sa.text(NAME_WORDS.replace(":", r"\:")))
    # The history stays as it is: only how it is looked for is made anew, by the owner of the table, within this transaction.
    op.execute("ALTER TABLE register_entries DISABLE TRIGGER keep_history")
    op.execute(sa.text(ANEW))
    op.execute("ALTER TABLE register_entries ENABLE TRIGGER keep_history")
