"""Invoices and receipts as PDF, in both languages."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from services.billing.models import Paper
from services.common.documents.files import FileStore
from services.common.kernel.errors import Forbidden, NotFound
from services.contracts import billing as contracts
from tests.support.actors.billing_journey import Walk


def _text(house, stored):
    content = FileStore(house.folder / "files").read(stored["sha256"])
    assert len(content) == stored["size"]
    assert stored["media_type"] == "application/pdf"
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_an_invoice_is_read_in_both_languages_and_says_paid_once_it_is(house):
    walk = Walk(house)
    number = walk.invoiced()
    english = house.call(contracts.ReadInvoice, walk.payer, number=number)
    french = house.call(contracts.ReadInvoice, walk.payer, number=number, language="fr")
    assert english["file_name"] == f"Invoice-{number}.pdf"
    assert french["file_name"] == f"Facture-{number}.pdf"
    words = _text(house, english)
    for part in (number, "Zoë Nguyễn-Tremblay", "APP-000001-X", "$321.00", "$41.73", "$362.73", "13%", "00000 0000 RT0001"):
        assert part in words
    assert f"http://college.test/fees/{number}" in words.replace(" ", "") or f"/fees/{number}" in words
    assert "PAID" not in words
    assert "Payment due" in words and "On receipt" in words  # and no date that is the one of issue
    words = _text(house, french)
    for part in ("Facture", "Droits d’inscription", "362,73 $", "13 %", "TVH"):
        assert part in words
    assert "PAYÉE" not in words and "Paiement exigible" in words and "Dès réception" in words
    walk.notify(walk.payment(number))
    assert "PAID on November 23, 2026" in _text(house, house.call(contracts.ReadInvoice, walk.payer, number=number))
    paid = house.call(contracts.ReadInvoice, walk.payer, number=number, language="fr")
    assert "PAYÉE le 23 novembre 2026" in _text(house, paid)


def test_a_paper_is_made_once(house):
    walk = Walk(house)
    number = walk.invoiced()
    first = house.call(contracts.ReadInvoice, walk.payer, number=number)
    assert house.call(contracts.ReadInvoice, walk.payer, number=number) == first
    with house.session("billing") as session:
        assert session.scalar(select(func.count()).select_from(Paper)) == 1


def test_a_receipt_is_read_in_both_languages_by_the_one_who_paid_only(house):
    walk = Walk(house)
    number = walk.invoiced()
    walk.notify(walk.payment(number))
    receipt = walk.invoice()["receipt_number"]
    english = _text(house, house.call(contracts.ReadReceipt, walk.payer, number=receipt))
    for part in ("Receipt", receipt, number, "Visa", "4242", "$362.73", "November 23, 2026"):
        assert part in english
    stored = house.call(contracts.ReadReceipt, walk.payer, number=receipt, language="fr")
    assert stored["file_name"] == f"Reçu-{receipt}.pdf"
    assert "Visa se terminant par 4242" in _text(house, stored)
    with pytest.raises(NotFound):
        house.call(contracts.ReadReceipt, house.caller("applicant"), number=receipt)
    with pytest.raises(NotFound):
        house.call(contracts.ReadReceipt, walk.payer, number=number)
    with pytest.raises(Forbidden):
        house.call(contracts.ReadReceipt, walk.staff, number=receipt)


def test_a_payment_without_a_known_card_has_a_receipt_too(house):
    walk = Walk(house)
    walk.notify(walk.payment(walk.invoiced(), method=None))
    receipt = walk.invoice()["receipt_number"]
    assert receipt in _text(house, house.call(contracts.ReadReceipt, walk.payer, number=receipt, language="fr"))
