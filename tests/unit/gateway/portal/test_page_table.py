"""The table of pages: up to date, with every address."""

from pathlib import Path

from gateway.app import addresses
from gateway.portal import page_table
from gateway.portal.routes import PAGES

ROOT = Path(__file__).resolve().parents[4]


def test_the_committed_table_is_up_to_date():
    assert (ROOT / "docs" / "pages.md").read_text() == page_table.table(), "run `make generate`"


def test_every_address_of_the_portal_has_a_row():
    answered = {rule.rule for rule in addresses().iter_rules() if "GET" in rule.methods or "POST" in rule.methods}
    shown = {page.path for page in PAGES}
    assert len(shown) > 100 and shown < answered
    elsewhere = ("/api/", "/session", "/.well-known/", "/assets/")
    assert not [path for path in answered - shown if not path.startswith(elsewhere)]
