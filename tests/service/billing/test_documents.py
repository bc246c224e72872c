"""Invoices and receipts as PDF, in both languages."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from services.billing.models import RenderedDocument
from services.common.documents.files import FileStore
from services.common.kernel.errors import Forbidden, NotFound
from services.contracts import billing as contracts
from tests.support.actors.billing_journey import Journey


def _text(system, stored):
    content = FileStore(system.folder / "files").read(stored["sha256"])
    assert len(content) == stored["size"]
    assert stored["media_type"] == "application/pdf"
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_an_invoice_is_read_in_both_languages_and_says_paid_once_it_is(system):
    journey = Journey(system)
    number = journey.invoiced()
    english = system.call(contracts.invoices.ReadInvoice, journey.payer, number=number)
    french = system.call(contracts.invoices.ReadInvoice, journey.payer, number=number, language="fr")
    assert english["file_name"] == f"Invoice-{number}.pdf"
    assert french["file_name"] == f"Facture-{number}.pdf"
    words = _text(system, english)
    for part in (number, "Zoë Nguyễn-Tremblay", "APP-000001-X", "$321.00", "$41.73", "$362.73", "13%", "00000 0000 RT0001"):
        assert part in words
    assert f"http://college.test/fees/{number}" in words.replace(" ", "") or f"/fees/{number}" in words
    assert "PAID" not in words
    assert "Payment due" in words and "On receipt" in words  # and no date that is the one of issue
    words = _text(system, french)
    for part in ("Facture", "Droits d’inscription", "362,73 $", "13 %", "TVH"):
        assert part in words
    assert "PAYÉE" not in words and "Paiement exigible" in words and "Dès réception" in words
    journey.notify(journey.payment(number))
    assert "PAID on November 23, 2026" in _text(system, system.call(contracts.invoices.ReadInvoice, journey.payer, number=number))
    paid = system.call(contracts.invoices.ReadInvoice, journey.payer, number=number, language="fr")
    assert "PAYÉE le 23 novembre 2026" in _text(system, paid)


def test_a_paper_is_made_once(system):
    journey = Journey(system)
    number = journey.invoiced()
    first = system.call(contracts.invoices.ReadInvoice, journey.payer, number=number)
    assert system.call(contracts.invoices.ReadInvoice, journey.payer, number=number) == first
    with system.session("billing") as session:
        assert session.scalar(select(func.count()).select_from(RenderedDocument)) == 1


def test_a_receipt_is_read_in_both_languages_by_the_one_who_paid_only(system):
    journey = Journey(system)
    number = journey.invoiced()
    journey.notify(journey.payment(number))
    receipt = journey.invoice()["receipt_number"]
    english = _text(system, system.call(contracts.invoices.ReadReceipt, journey.payer, number=receipt))
    for part in ("Receipt", receipt, number, "Visa", "4242", "$362.73", "November 23, 2026"):
        assert part in english
    stored = system.call(contracts.invoices.ReadReceipt, journey.payer, number=receipt, language="fr")
    assert stored["file_name"] == f"Reçu-{receipt}.pdf"
    assert "Visa se terminant par 4242" in _text(system, stored)
    with pytest.raises(NotFound):
        system.call(contracts.invoices.ReadReceipt, system.caller("applicant"), number=receipt)
    with pytest.raises(NotFound):
        system.call(contracts.invoices.ReadReceipt, journey.payer, number=number)
    with pytest.raises(Forbidden):
        system.call(contracts.invoices.ReadReceipt, journey.staff, number=receipt)


def test_a_payment_without_a_known_card_has_a_receipt_too(system):
    journey = Journey(system)
    journey.notify(journey.payment(journey.invoiced(), method=None))
    receipt = journey.invoice()["receipt_number"]
    assert receipt in _text(system, system.call(contracts.invoices.ReadReceipt, journey.payer, number=receipt, language="fr"))
