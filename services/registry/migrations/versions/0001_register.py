"""The floor's tables, the register with its history, and certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, TSVECTOR, ExcludeConstraint

from services.common.persistence.floor_migration import create_floor, create_name_key

revision = "0001"
down_revision = None

# A trusted extension: the owner of the database may create it.
BTREE_GIST = "CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public"

# The words of all names; those with an apostrophe also in their parts, so that D’Amour is found as "amour" too.
NAME_WORDS = r"""
CREATE FUNCTION name_words(legal_name text, first_name text, last_name text, commonly_used_name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_remove(string_to_array(
        public.name_key(names) || ' ' || public.name_key(translate(names, '''’‘ʼ`´', '      ')), ' '), ''))
    FROM concat_ws(' ', legal_name, first_name, last_name, commonly_used_name) AS names
$$
"""

# Fires after the change, when generated columns are known; raising undoes it. Holds for the owner of the table too.
KEEP_HISTORY = """
CREATE FUNCTION keep_register_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND upper_inf(OLD.valid) AND NOT upper_inf(NEW.valid) AND lower(NEW.valid) = lower(OLD.valid)
        AND to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the history of the register is never changed or deleted: close the entry and add another'
        USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade() -> None:
    create_floor()
    create_name_key()
    for statement in (BTREE_GIST, NAME_WORDS, KEEP_HISTORY):
        op.execute(sa.text(statement.replace(":", r"\:")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("registration_numbers")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("certificate_numbers")))
    create_pending()
    create_register()
    create_certificates()


def create_pending() -> None:
    op.create_table(
        "pending_registrations",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("legal_name", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("commonly_used_name", sa.Text),
        sa.Column("languages_of_care", JSONB, nullable=False),
        sa.Column("conditions", JSONB, nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
    )


def create_register() -> None:
    op.create_table(
        "registrants",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("application_id", sa.Uuid, sa.ForeignKey("pending_registrations.application_id"), nullable=False, unique=True),
        sa.Column("invoice_number", sa.Text, nullable=False),
        sa.Column("registration_number", sa.Text, nullable=False, unique=True),
        sa.Column("first_registered_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("registrant_id", sa.Uuid, sa.ForeignKey("registrants.id"), nullable=False, index=True),
        sa.Column("valid", TSTZRANGE, nullable=False),
        sa.Column("legal_name", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("commonly_used_name", sa.Text),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("conditions", JSONB, nullable=False),
        sa.Column("languages_of_care", JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_key", sa.Text(collation="C"), sa.Computed("name_key(last_name)", persisted=True), nullable=False),
        sa.Column("first_key", sa.Text(collation="C"), sa.Computed("name_key(first_name)", persisted=True), nullable=False),
        sa.Column(
            "words",
            TSVECTOR,
            sa.Computed("name_words(legal_name, first_name, last_name, commonly_used_name)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("status IN ('active', 'late', 'suspended', 'resigned', 'revoked', 'expired')", name="status"),
        sa.CheckConstraint("NOT isempty(valid)", name="valid"),
        ExcludeConstraint(("registrant_id", "="), ("valid", "&&"), name="ex_register_entries_one_at_a_time", using="gist"),
    )
    present = sa.text("upper_inf(valid)")
    op.create_index(
        "ix_register_entries_by_name", "register_entries", ["last_key", "first_key", "registrant_id"], postgresql_where=present
    )
    op.create_index("ix_register_entries_words", "register_entries", ["words"], postgresql_using="gin", postgresql_where=present)
    op.execute(
        "CREATE TRIGGER keep_history AFTER UPDATE OR DELETE ON register_entries "
        "FOR EACH ROW EXECUTE FUNCTION keep_register_history()"
    )


def create_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("registrant_id", sa.Uuid, sa.ForeignKey("registrants.id"), nullable=False, index=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("verification_code", sa.Text, nullable=False, unique=True),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "certificate_files",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("certificate_id", sa.Uuid, sa.ForeignKey("certificates.id"), nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("certificate_id", "language"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="language"),
    )
