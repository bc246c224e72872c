"""Invoices in numbers, as the college will have after years, for tests of how they are found; put right into the database."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# Every tenth one is open; names are of twelve letters and all differ; some are issued on the same day; one in a thousand is for an exam.
_INVOICES = """
INSERT INTO invoices (id, number, account_id, application_id, application_reference, bill_to, category, state, currency,
    subtotal_cents, total_cents, issued_at, issued_on, paid_at, receipt_number, finalised_at, replays)
SELECT gen_random_uuid(), 'INV-' || n, gen_random_uuid(), gen_random_uuid(), 'A' || n,
    initcap(translate(substr(md5(n::text), 1, 5), '0123456789', 'aeioulnrst')) || ' '
        || initcap(translate(substr(md5('x' || n), 1, 7), '0123456789', 'aeioulnrst')),
    'rp_qualifying', CASE WHEN n % 10 = 0 THEN 'open' ELSE 'finalised' END, 'CAD', 32100, 36273 + n % 1000,
    timestamptz '2020-01-01' + n / 50 * interval '1 day', date '2020-01-01' + n / 50,
    CASE WHEN n % 10 > 0 THEN timestamptz '2020-01-02' END, CASE WHEN n % 10 > 0 THEN 'REC-' || n END,
    CASE WHEN n % 10 > 0 THEN timestamptz '2020-01-02' END, 0
FROM generate_series(1, :count) AS n
"""
_LINES = """
INSERT INTO invoice_lines (invoice_id, position, fee, description_en, description_fr, amount_cents, tax_code, tax_cents)
SELECT id, 1, CASE WHEN number LIKE '%777' THEN 'exam' ELSE 'registration_qualifying' END, 'Fee', 'Droits', 32100, 'hst', 4173
FROM invoices
"""


def add_invoices(session: Session, count: int) -> None:
    """Adds so many invoices with their lines, and lets the database count them."""
    session.execute(text(_INVOICES), {"count": count})
    session.execute(text(_LINES))
    session.execute(text("ANALYZE invoices, invoice_lines"))
