"""What billing holds of a person (R15): invoices, payments and other notices of them, visits to the payment page.

See `common/duties/personal_data.py`. The ledger holds nothing beyond them. How staff dealt with a payment that needed them is told by its
date only.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.billing.models import Checkout, Invoice, Payment, PaymentNotice
from services.common.duties import personal_data
from services.common.duties.personal_data import Section
from services.common.duties.personal_data_calls import PersonalData
from services.common.kernel.money import Money
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import billing as contracts

_RECEIPT, _AMOUNT, _STATE = Text("Receipt", "Reçu"), Text("Amount", "Montant"), Text("State", "État")
_WHY, _DEALT_WITH = Text("Why staff looked into it", "Pourquoi le personnel l’a examiné"), Text("Dealt with", "Réglé le")
_INVOICE, _CURRENCY = Text("Invoice", "Facture"), Text("Currency", "Devise")


def read(work: UnitOfWork, account_id: UUID | None) -> PersonalData:
    """Gives it to the person, or to an auditor. Raises Forbidden."""
    return personal_data.answer(work, contracts.personal_data.GetPersonalData, account_id, _gather)


def _gather(work: UnitOfWork, account_id: UUID) -> Iterator[Section]:
    invoices = list(work.session.scalars(select(Invoice).filter_by(account_id=account_id).order_by(Invoice.id)))
    yield _invoices(invoices)
    yield Section(
        "invoice_lines",
        Text("Fees on the invoices", "Droits figurant sur les factures"),
        {
            "invoice": _INVOICE,
            "description": Text("Fee", "Droits"),
            "amount": _AMOUNT,
            "tax": Text("Tax", "Taxe"),
            "currency": _CURRENCY,
        },
        [_line(invoice, line) for invoice in invoices for line in invoice.lines],
    )
    mine = select(Invoice.id).filter_by(account_id=account_id)
    yield _payments(
        work.session.scalars(select(Payment).where(Payment.invoice_id.in_(mine)).order_by(Payment.paid_at, Payment.id))
    )
    yield Section(
        "checkouts",
        Text("Visits to the payment page", "Passages à la page de paiement"),
        {"opened_at": Text("Opened", "Ouverture"), "expires_at": Text("Expires", "Expiration"), "state": _STATE},
        work.session.scalars(select(Checkout).where(Checkout.invoice_id.in_(mine)).order_by(Checkout.opened_at, Checkout.id)),
    )
    yield _notices(
        work.session.scalars(select(PaymentNotice).where(PaymentNotice.invoice_id.in_(mine)).order_by(PaymentNotice.id))
    )


def _notices(notices: Any) -> Section:
    return Section(
        "payment_notices",
        Text("What the payment provider told besides", "Autres avis du fournisseur de paiement"),
        {
            "invoice": _INVOICE,
            "type": Text("What about", "Objet"),
            "amount": _AMOUNT,
            "currency": _CURRENCY,
            "received_at": Text("Received", "Reçu le"),
            "flag": _WHY,
            "said": Text("What it said", "Contenu"),
            "resolved_at": _DEALT_WITH,
        },
        [
            vars(notice) | {"invoice": notice.invoice.number, "amount": notice.amount.amount if notice.amount else None}
            for notice in notices
        ],
    )


def _invoices(invoices: list[Invoice]) -> Section:
    return Section(
        "invoices",
        Text("Invoices", "Factures"),
        {
            "number": Text("Number", "Numéro"),
            "application_reference": Text("Application", "Demande"),
            "bill_to": Text("Made out to", "Établie au nom de"),
            "category": Text("Category", "Catégorie"),
            "state": _STATE,
            "subtotal": Text("Before tax", "Avant taxes"),
            "total": Text("Total", "Total"),
            "currency": _CURRENCY,
            "issued_at": Text("Issued", "Émise le"),
            "paid_at": Text("Paid", "Payée le"),
            "receipt_number": _RECEIPT,
            "finalised_at": Text("Registered on", "Inscription effectuée le"),
        },
        [vars(invoice) | {"subtotal": invoice.subtotal.amount, "total": invoice.total.amount} for invoice in invoices],
    )


def _line(invoice: Invoice, line: Any) -> dict[str, Any]:
    amount, tax = Money(line.amount_cents, invoice.currency), Money(line.tax_cents, invoice.currency)
    words = Text(line.description_en, line.description_fr)
    told = {"invoice": invoice.number, "description": words, "currency": invoice.currency}
    return told | {"amount": amount.amount, "tax": tax.amount}


def _payments(payments: Any) -> Section:
    return Section(
        "payments",
        Text("Payments", "Paiements"),
        {
            "invoice": _INVOICE,
            "amount": _AMOUNT,
            "currency": _CURRENCY,
            "paid_at": Text("Paid", "Payé le"),
            "method_brand": Text("Card", "Carte"),
            "method_last4": Text("Last four digits", "Quatre derniers chiffres"),
            "receipt_number": _RECEIPT,
            "flag": _WHY,
            "resolved_at": _DEALT_WITH,
        },
        [vars(payment) | {"invoice": payment.invoice.number, "amount": payment.amount.amount} for payment in payments],
    )
