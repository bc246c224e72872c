"""Whose matter a payment or a notice is, so that nobody settles their own (`common/oneself.py`)."""

from uuid import UUID

from sqlalchemy import exists, or_, select

from services.billing.models import Checkout, Invoice
from services.common.kernel.errors import OwnMatter
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork


def not_ones_own(work: UnitOfWork, invoice: Invoice | None, provider_checkout_id: str | None, amount_cents: int | None) -> None:
    """Lets pass what is somebody else's. Raises OwnMatter.

    What names no invoice of ours may be anybody's: whoever has an invoice to pay, or one over just this amount, leaves it to a colleague.
    """
    account_id = invoice.account_id if invoice else _by_checkout(work, provider_checkout_id)
    not_oneself(work, account_id)
    if account_id is None and _may_be_theirs(work, amount_cents):
        raise OwnMatter()


def _by_checkout(work: UnitOfWork, provider_checkout_id: str | None) -> UUID | None:
    if provider_checkout_id is None:
        return None
    found = select(Invoice.account_id).join(Checkout, Checkout.invoice_id == Invoice.id)
    return work.session.scalar(found.where(Checkout.provider_checkout_id == provider_checkout_id))


def _may_be_theirs(work: UnitOfWork, amount_cents: int | None) -> bool:
    callers = [account_id for account_id in (work.caller.account_id, work.caller.delegate_id) if account_id]
    fits = or_(Invoice.state == "open", Invoice.total_cents == amount_cents)
    return bool(work.session.scalar(select(exists().where(Invoice.account_id.in_(callers), fits))))
