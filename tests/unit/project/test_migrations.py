"""New migrations neither lock a table for long nor break the version that still runs, by what squawk knows of PostgreSQL."""

from deploy import migration_lint
from deploy.locks import ROOT

HEAD = "import sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade() -> None:\n"


def rules(tmp_path, *lines):
    migration = tmp_path / "0011_tried.py"
    migration.write_text(HEAD + "".join(f"    {line}\n" for line in lines))
    return {fault.split(": ")[1] for fault in migration_lint.faults([migration])}


def test_no_new_migration_has_a_fault():
    assert list(migration_lint.faults(migration_lint.new_migrations())) == []


def test_each_service_is_looked_at_from_the_migration_on_that_had_run_before():
    for service, number in migration_lint.LANDED.items():
        assert list((ROOT / "services" / service / "migrations" / "versions").glob(f"{number:04}_*.py")), service
    assert migration_lint.LANDED.keys() == {path.parts[-3] for path in (ROOT / "services").glob("*/migrations/versions")}


def test_a_column_that_older_versions_do_not_fill_in_is_refused(tmp_path):
    assert "adding-required-field" in rules(tmp_path, 'op.add_column("invoices", sa.Column("purpose", sa.Text, nullable=False))')


def test_a_column_or_table_that_the_running_version_may_read_is_not_dropped_or_renamed_unseen(tmp_path):
    assert "ban-drop-column" in rules(tmp_path, 'op.drop_column("invoices", "number")')
    assert "renaming-column" in rules(tmp_path, 'op.alter_column("invoices", "number", new_column_name="reference")')


def test_an_index_is_made_beside_the_work_and_not_instead_of_it(tmp_path):
    assert "require-concurrent-index-creation" in rules(tmp_path, 'op.create_index("by_day", "invoices", ["day"])')
    beside = (
        "with op.get_context().autocommit_block():",
        '    op.create_index("by_day", "t", ["day"], postgresql_concurrently=True)',
    )
    assert rules(tmp_path, *beside) <= {"prefer-robust-stmts"}


def test_a_new_table_and_a_column_that_may_be_empty_are_welcome(tmp_path):
    assert rules(tmp_path, 'op.create_table("charges", sa.Column("id", sa.Uuid, primary_key=True))') == set()
    assert rules(tmp_path, 'op.add_column("invoices", sa.Column("purpose", sa.Text))') == set()
