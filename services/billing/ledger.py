"""The books: double entry, append-only; every entry sums to zero in each currency, which the database checks at commit.

Debits are positive cents, credits negative. Nothing is corrected in place: a mistake is answered by a further entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.billing.models import Invoice, LedgerEntry, LedgerPosting, Payment
from services.common.kernel.money import Money
from services.common.persistence.unit_of_work import UnitOfWork

RECEIVABLE = "receivable"
FEE_REVENUE = "fee_revenue"
TAX_PAYABLE = "tax_payable"
CASH = "cash_at_provider"
UNAPPLIED = "unapplied_payments"


class Unbalanced(ArithmeticError):
    """The postings of one entry do not cancel out: a fault of ours, and nothing is written."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry. `detail` names the fee of revenue or the tax that is payable."""

    account: str
    cents: int
    currency: str
    detail: str | None = None


def debit(account: str, amount: Money, detail: str | None = None) -> Posting:
    """Gives the posting that adds `amount` to what the account owns."""
    return Posting(account, amount.cents, amount.currency, detail)


def credit(account: str, amount: Money, detail: str | None = None) -> Posting:
    """Gives the posting that adds `amount` to what the account owes or has earned."""
    return Posting(account, -amount.cents, amount.currency, detail)


def balanced(postings: Sequence[Posting]) -> list[Posting]:
    """Gives the postings that move anything; raises Unbalanced if they do not cancel out in every currency."""
    moving = [posting for posting in postings if posting.cents]
    sums: dict[str, int] = {}
    for posting in moving:
        sums[posting.currency] = sums.get(posting.currency, 0) + posting.cents
    if not moving or any(sums.values()):
        raise Unbalanced(f"the postings leave {sums}")
    return moving


def of_invoice(invoice: Invoice) -> list[Posting]:
    """Gives the postings of an invoice: the payer owes the total; fees are earned, taxes are owed."""
    currency = invoice.currency
    return balanced([
        debit(RECEIVABLE, invoice.total),
        *(credit(FEE_REVENUE, Money(line.amount_cents, currency), line.fee) for line in invoice.lines),
        *(credit(TAX_PAYABLE, Money(tax.amount_cents, currency), tax.code) for tax in invoice.taxes),
    ])  # fmt: skip


def of_payment(payment: Payment) -> list[Posting]:
    """Gives the postings of a payment: money at the provider; owed no more, or, when flagged, held until a person has looked."""
    against = RECEIVABLE if payment.flag is None else UNAPPLIED
    return balanced([debit(CASH, payment.amount), credit(against, payment.amount)])


def post_invoice(work: UnitOfWork, invoice: Invoice) -> None:
    """Enters an issued invoice."""
    _post(work, LedgerEntry(at=work.now, kind="invoice_issued", invoice_id=invoice.id), of_invoice(invoice))


def post_payment(work: UnitOfWork, payment: Payment) -> None:
    """Enters a payment as recorded."""
    kind = "payment_received" if payment.flag is None else "payment_unapplied"
    entry = LedgerEntry(at=work.now, kind=kind, invoice_id=payment.invoice_id, payment_id=payment.id)
    _post(work, entry, of_payment(payment))


def _post(work: UnitOfWork, entry: LedgerEntry, postings: list[Posting]) -> None:
    work.session.add(entry)
    work.session.flush()
    work.session.add_all(
        LedgerPosting(
            entry_id=entry.id,
            position=position,
            account=posting.account,
            detail=posting.detail,
            amount_cents=posting.cents,
            currency=posting.currency,
        )
        for position, posting in enumerate(postings, start=1)
    )
    work.session.flush()
