"""The invoices as staff look for them: by state, fee, person, number and day, in an order, with what they come to (F22).

Each order and each filter has an index; sums read one, not the invoices.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from services.billing import invoices, payments
from services.billing.models import Invoice, InvoiceLine, Payment
from services.common.kernel import paging
from services.common.kernel.errors import NotFound
from services.common.kernel.money import Money
from services.common.kernel.references import InvalidReference
from services.common.persistence import name_search, ordering
from services.common.persistence.ordering import Order
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.billing.issued import IssuedInvoice, IssuedInvoiceInFull, ListIssuedInvoices, StateSum
from services.contracts.college import College

ORDERS = {
    "newest": Order(lambda rows: rows.issued_on, "date", lambda row: row.issued_on, paging.a_day, down=True),
    "oldest": Order(lambda rows: rows.issued_on, "date", lambda row: row.issued_on, paging.a_day),
    "name": Order(lambda rows: rows.bill_to.collate("fr-CA-x-icu"), "text", lambda row: row.bill_to, paging.a_text),
    "total": Order(lambda rows: rows.total_cents, "bigint", lambda row: row.total_cents, paging.a_number, down=True),
}
_FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "state": lambda state: Invoice.state == state,
    "purpose": lambda purpose: Invoice.purpose == purpose,
    "fee": lambda fee: Invoice.id.in_(select(InvoiceLine.invoice_id).where(InvoiceLine.fee == fee)),
    "name": lambda name: name_search.has(Invoice.bill_to, name),
    "number": lambda forms: or_(
        *(column.in_(forms) for column in (Invoice.number, Invoice.receipt_number, Invoice.application_reference))
    ),
    "since": lambda day: Invoice.issued_on >= day,
    "until": lambda day: Invoice.issued_on <= day,
}
_FOUND_FIRST = ("name", "number")  # few fit: they are found, then put in order


def list_all(work: UnitOfWork, college: College, request: ListIssuedInvoices.Request) -> ListIssuedInvoices.Reply:
    """Gives a page of the invoices that are looked for; with `sums` also how many there are in each state and what they come to.

    The sums leave the wanted state aside. Leaves in the trail who looked for what (B8). Raises Invalid for a cursor that is none.
    """
    given = {name: value for name in _FILTERS if (value := getattr(request, name)) is not None}
    wanted = given | ({"number": _forms(college, given["number"])} if "number" in given else {})
    rows: Any = Invoice
    query = select(Invoice).where(*_matching(wanted))
    if not wanted.keys().isdisjoint(_FOUND_FIRST):
        rows, query = ordering.apart(Invoice, query)
    page, next_cursor = ORDERS[request.order].page(work.session, rows, query, request.cursor, request.limit)
    # That a name was asked for, not which: what is erased elsewhere must not live on in the trail.
    said = {name: value if name != "name" else True for name, value in given.items()}
    work.audit("invoice:list", "invoices", after={"asked": said, "shown": [invoice.number for invoice in page]})
    return ListIssuedInvoices.Reply(
        invoices=[_for_staff(college, invoice) for invoice in page],
        next_cursor=next_cursor,
        sums=_sums(work, wanted) if request.sums else [],
    )


def look_at(work: UnitOfWork, college: College, number: str) -> IssuedInvoiceInFull:
    """Gives any invoice with all that was paid on it; leaves in the trail who looked. Raises NotFound."""
    invoice = work.session.scalar(select(Invoice).where(Invoice.number == number))
    if invoice is None:
        raise NotFound()
    work.audit("invoice:read", f"invoice/{invoice.number}")
    paid = work.session.scalars(select(Payment).where(Payment.invoice_id == invoice.id).order_by(Payment.paid_at, Payment.id))
    return IssuedInvoiceInFull(
        **invoices.shown(college, invoice),
        bill_to=invoice.bill_to,
        application_reference=invoice.application_reference,
        category=invoice.category,
        payments=[payments.for_staff(payment) for payment in paid],
    )


def _forms(college: College, typed: str) -> list[str]:
    """The forms in which a number may be on file: as it was typed, and as each kind is written that it can be one of."""
    series = (college.numbering.invoice, college.numbering.receipt, college.numbering.application_id)
    forms = [typed.strip().upper()]
    for numbers in series:
        with suppress(InvalidReference):
            forms.append(numbers.numbering.read(typed))
    return forms


def _matching(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [_FILTERS[name](value) for name, value in wanted.items()]


def _sums(work: UnitOfWork, wanted: Mapping[str, Any]) -> list[StateSum]:
    others = {name: value for name, value in wanted.items() if name != "state"}
    columns = (Invoice.state, Invoice.currency)
    query = (
        select(*columns, func.count(), func.sum(Invoice.total_cents))
        .where(*_matching(others))
        .group_by(*columns)
        .order_by(*columns)
    )
    return [
        StateSum(state=state, count=count, total=Money(int(cents), currency))
        for state, currency, count, cents in work.session.execute(query)
    ]


def _for_staff(college: College, invoice: Invoice) -> IssuedInvoice:
    return IssuedInvoice(
        **invoices.shown(college, invoice),
        bill_to=invoice.bill_to,
        application_reference=invoice.application_reference,
        category=invoice.category,
    )
