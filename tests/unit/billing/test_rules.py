"""Which payments settle an invoice; how long a late registration is waited for."""

import pytest

from services.billing.finalisation import replay_delay
from services.billing.models import Invoice
from services.billing.payments import flag_for


def _invoice(state="open"):
    return Invoice(state=state, total_cents=36273, currency="CAD")


@pytest.mark.parametrize(
    ("invoice", "cents", "currency", "flag"),
    [
        (_invoice(), 36273, "CAD", None),
        (_invoice(), 36272, "CAD", "amount_mismatch"),
        (_invoice(), 36273, "USD", "currency_mismatch"),
        (_invoice(), 1, "USD", "currency_mismatch"),
        (None, 36273, "CAD", "unknown_invoice"),
        (_invoice("being_finalised"), 36273, "CAD", "already_paid"),
        (_invoice("finalised"), 1, "CAD", "already_paid"),
        (_invoice("void"), 36273, "CAD", "invoice_void"),
    ],
)
def test_only_the_right_amount_on_an_open_invoice_settles_it(invoice, cents, currency, flag):
    assert flag_for(invoice, cents, currency) == flag


def test_a_late_registration_is_asked_for_at_growing_distances():
    waits = [replay_delay(replays, 15.0).total_seconds() for replays in range(7)]
    assert waits == [15, 60, 300, 1800, 3600, 3600, 3600]
