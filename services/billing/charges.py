"""What a fact causes to be charged: the invoices of `charges.yaml`, each issued once for its purpose and subject (F20, R8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from services.billing import invoices, ledger
from services.billing.fees_due import charge_due, college_day
from services.billing.models import Invoice
from services.common.observability.logs import get_logger
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import terms
from services.contracts.applications.events import ApplicationApproved, ApplicationSubmitted
from services.contracts.billing.events import InvoiceIssued
from services.contracts.billing.purposes import APPLICATION, Subject
from services.contracts.college import College
from services.contracts.college.charges import COMPLETES_SUBMISSION, FINALISES_REGISTRATION, Charge
from services.contracts.terms import StatedTerm

log = get_logger("billing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What happened, as far as a charge asks: about what and whom, when, and what the invoice and its message say of it."""

    event: str
    subject: Subject
    account_id: UUID
    at: datetime
    bill_to: str
    reference: str
    category: str
    terms: list[StatedTerm] | None = None
    conditions: tuple[str, ...] = ()
    completed_by: str | None = None


def of_approval(college: College, event: ApplicationApproved.Data) -> Cause:
    """Gives an approval as a cause of charges."""
    return Cause(
        event=ApplicationApproved.type,
        subject=Subject(type=APPLICATION, id=event.application_id),
        account_id=event.account_id,
        at=event.approved_at,
        bill_to=event.legal_name,
        reference=event.reference,
        category=event.category,
        terms=terms.stated(terms.of(college, event.terms, event.conditions)),
        conditions=tuple(event.conditions),
    )


def of_submission(event: ApplicationSubmitted.Data) -> Cause:
    """Gives a submission as a cause of charges."""
    return Cause(
        event=ApplicationSubmitted.type,
        subject=Subject(type=APPLICATION, id=event.application_id),
        account_id=event.account_id,
        at=event.submitted_at,
        bill_to=event.applicant_name,
        reference=event.reference,
        category=event.category,
        completed_by=event.charge,
    )


def issue_caused(work: UnitOfWork, college: College, cause: Cause) -> None:
    """Issues the invoices that a fact causes; a fact that is told again issues none again.

    What a submission must have paid before it counts as complete, applications says, which waits for it: `completed_by` is that charge.
    Raises NotInProfile or FeeNotInForce when the profile cannot say what a charge costs: a person must complete it.
    """
    caused = college.charges.caused_by(cause.event, cause.category, college_day(college, cause.at))
    asked = [charge for charge in caused if college.purpose(charge.purpose).effect != COMPLETES_SUBMISSION]
    if cause.completed_by is not None:
        asked.append(college.charge(cause.completed_by))
    for charge in asked:
        issue(work, college, charge, cause)


def issue(work: UnitOfWork, college: College, charge: Charge, cause: Cause) -> None:
    """Issues the invoice of one charge unless there is one for this purpose and subject.

    Raises NotInProfile or FeeNotInForce when the profile names no fee for the category on the day of the fact.
    """
    # The same fact may be handled twice at once: the second waits here, then sees the first one's invoice.
    advisory_locks.wait_for_thing(work.session, f"invoice/{charge.purpose}/{cause.subject.type}/{cause.subject.id}")
    if (earlier := _earlier(work, charge, cause.subject)) is not None:
        log.info("invoice-issued-before", invoice=earlier, purpose=charge.purpose, subject_id=str(cause.subject.id))
        return
    invoice = _invoice(work, college, charge, cause)
    ledger.post_invoice(work, invoice)
    work.audit("invoice:issue", f"invoice/{invoice.number}", after=invoices.audited(invoice))
    work.announce(InvoiceIssued, _issued(invoice, cause))
    log.info("invoice-issued", invoice=invoice.number, purpose=invoice.purpose, total=invoice.total.amount)


def _earlier(work: UnitOfWork, charge: Charge, subject: Subject) -> str | None:
    # `application_id`: what the release before issues while both run, which knows no other subject.
    about = (Invoice.subject_type == subject.type) & ((Invoice.subject_id == subject.id) | (Invoice.application_id == subject.id))
    found: str | None = work.session.scalar(select(Invoice.number).where(Invoice.purpose == charge.purpose, about))
    return found


def _invoice(work: UnitOfWork, college: College, charge: Charge, cause: Cause) -> Invoice:
    issued_on = college_day(college, work.now)
    effect = college.purpose(charge.purpose).effect
    return invoices.store(
        work,
        college,
        charge_due(college, charge, cause.category, cause.at),
        account_id=cause.account_id,
        purpose=charge.purpose,
        subject_type=cause.subject.type,
        subject_id=cause.subject.id,
        effect=effect,
        # One application has one registration invoice: the key that the release before holds, too.
        application_id=cause.subject.id if effect == FINALISES_REGISTRATION else None,
        application_reference=cause.reference,
        bill_to=cause.bill_to,
        category=cause.category,
        issued_at=work.now,
        issued_on=issued_on,
        may_be_paid_in_parts=charge.may_be_paid_in_parts,
        due_on=None if charge.due_days is None else issued_on + timedelta(days=charge.due_days),
    )


def _issued(invoice: Invoice, cause: Cause) -> InvoiceIssued.Data:
    return InvoiceIssued.Data(
        invoice_number=invoice.number,
        account_id=invoice.account_id,
        purpose=invoice.purpose,
        subject=invoice.subject,
        effect=invoice.effect,
        application_id=invoice.about_application,
        category=invoice.category,
        terms=cause.terms,
        conditions=list(cause.conditions),
        total=invoice.total,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
    )
