"""The table of who may make which call: up to date, and saying what the contracts say."""

from pathlib import Path

from services.common.kernel.access import ANYONE
from services.contracts import access_table, billing, identity, registry
from services.contracts.access_table import COLUMNS, cells
from services.contracts.applications import applicant
from services.contracts.topology import Plan

ROOT = Path(__file__).resolve().parents[3]


def said(call):
    return dict(zip(COLUMNS, cells(call), strict=True))


def test_the_committed_table_is_up_to_date():
    assert (ROOT / "docs" / "access.md").read_text() == access_table.table(), "run `make generate`"


def test_every_call_has_a_row():
    rows = [line for line in access_table.table().splitlines() if line.startswith("| `")]
    assert len(rows) == len(Plan().calls) > 100


def test_what_anyone_may_all_may():
    assert identity.sessions.SignIn.access == ANYONE
    assert set(said(identity.sessions.SignIn).values()) == {"yes"}


def test_a_role_a_page_a_scope_a_fresh_proof_and_a_view_are_told_apart():
    assert {column: cell for column, cell in said(billing.invoices.GetInvoice).items() if cell} == {
        "applicant": "yes",
        "registrant": "yes",
        "delegate": "fees",
    }
    assert said(applicant.SubmitApplication)["delegate"] == ""
    assert said(identity.factors.BeginTotp) == {
        column: "" if column in ("nobody", "delegate", "program") else "fresh" for column in COLUMNS
    }
    looked_up = said(registry.LookUpRegistrant)
    assert looked_up["registrar"] == "view RegistrantForStaff" and looked_up["program"] == "view CheckedRegistrant"
    assert looked_up["nobody"] == looked_up["applicant"] == looked_up["delegate"] == "yes"
