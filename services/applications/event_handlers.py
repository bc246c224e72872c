"""What applications learns from the facts of others. They may come in any order; nothing ever goes back."""

from uuid import UUID

from sqlalchemy import select

from services.applications.dossier import identity_of
from services.applications.life import lifecycle, timeline
from services.applications.models import PAYMENTS, Application
from services.common.bus.events import NotYet
from services.common.kernel.present import present
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.applications.events import SubmissionPaid
from services.contracts.applications.shapes import FEE_PAID
from services.contracts.billing.events import InvoiceIssued, PaymentReceived
from services.contracts.college.charges import COMPLETES_SUBMISSION, FINALISES_REGISTRATION
from services.contracts.identity.events import AccountMigrated, AccountOpened, ApplicationStarted, OfAccount
from services.contracts.registry import RegistrationFinalised


def open_draft(work: UnitOfWork, event: AccountMigrated.Data | AccountOpened.Data | ApplicationStarted.Data) -> None:
    """Makes the draft application of an account that has none, under the application ID that the applicant signs in with."""
    if work.session.scalars(select(Application.id).filter_by(account_id=event.account_id)).first():
        return
    application = Application(
        account_id=event.account_id,
        reference=event.application_id,
        state=states.DRAFT,
        version=1,
        payment="none",
        opened_at=work.now,
        last_action_at=work.now,
        conditions=[],
    )
    work.session.add(application)
    work.session.flush()
    timeline.tell(work, application.id, "opened")
    work.audit(
        "application:open", f"application/{application.id}", None, {"state": states.DRAFT, "reference": application.reference}
    )


def open_migrated_draft(work: UnitOfWork, event: AccountMigrated.Data) -> None:
    """Makes the draft application of an applicant of an earlier system, under the ID of there; a registrant has none to make."""
    if not event.registrant:
        open_draft(work, event)


def note_activation(work: UnitOfWork, event: OfAccount) -> None:
    """Notes in the timeline that the applicant confirmed the address. Raises NotYet before the draft is there."""
    application_id = work.session.scalars(select(Application.id).filter_by(account_id=event.account_id)).one_or_none()
    if application_id is None:
        raise NotYet(f"no application of account {event.account_id}")
    timeline.tell(work, application_id, "activated")


def note_invoice(work: UnitOfWork, event: InvoiceIssued.Data) -> None:
    """Stores the number of the invoice of the registration, or of what the application itself costs; others are not kept.

    Raises NotYet before the application is there.
    """
    if event.effect not in (FINALISES_REGISTRATION, COMPLETES_SUBMISSION):
        return
    application = _locked(work, present(event.application_id))
    if event.effect == COMPLETES_SUBMISSION:
        application.fee_invoice_number = event.invoice_number
        timeline.tell(work, application.id, "fee_invoiced", note=event.invoice_number)
        return
    application.invoice_number = event.invoice_number
    _advance(application, "invoiced")
    timeline.tell(work, application.id, "invoice_issued", note=event.invoice_number)


def note_payment(work: UnitOfWork, event: PaymentReceived.Data) -> None:
    """Takes up what the application itself costs; of a registration shows “paid, being finalised” (B1), unless it is final.

    Raises NotYet before the application is there.
    """
    if event.effect == COMPLETES_SUBMISSION:
        take_up_fee(work, event)
    if event.effect != FINALISES_REGISTRATION:
        return
    application = _locked(work, present(event.application_id))
    application.invoice_number = application.invoice_number or event.invoice_number
    _advance(application, "being_finalised")
    timeline.tell(work, application.id, "payment_received", note=event.receipt_number)


def take_up_fee(work: UnitOfWork, event: PaymentReceived.Data, announce_again: bool = False) -> None:
    """Marks what the application itself costs as paid (R8), once, and announces SubmissionPaid; what comes of it is the reviewers'.

    With `announce_again` (B1) a fee that was taken up before is announced once more, as billing did not hear it. Whatever became of the
    application meanwhile, its fee is paid. Raises NotYet before the application is there.
    """
    application = _locked(work, present(event.application_id))
    first = application.fee != FEE_PAID
    if first:
        work.audit("application:pay", f"application/{application.id}", {"fee": application.fee}, {"fee": FEE_PAID})
        application.fee, application.fee_invoice_number = FEE_PAID, event.invoice_number
        timeline.tell(work, application.id, "fee_paid", note=event.receipt_number)
    if first or announce_again:
        told = SubmissionPaid.Data(
            **identity_of(application), invoice_number=present(application.fee_invoice_number), paid_at=event.paid_at
        )
        work.announce(SubmissionPaid, told)


def take_up_again(work: UnitOfWork, event: PaymentReceived.Data) -> None:
    """Takes up a fee whose payment is told again; other payments are not for here. Raises NotYet before the application is there."""
    if event.effect == COMPLETES_SUBMISSION:
        take_up_fee(work, event, announce_again=True)


def finalise(work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
    """Closes the file of a person who is registered. Raises NotYet while the application is not here, or not approved."""
    application = _locked(work, event.application_id)
    if application.state == states.FINALISED:
        return
    if application.state not in states.APPROVALS:
        raise NotYet(f"application {application.reference} is {application.state}")
    application.invoice_number = application.invoice_number or event.invoice_number
    _advance(application, "finalised")
    lifecycle.take(work, application, lifecycle.FINALISE, note=event.registration_number)


def _locked(work: UnitOfWork, application_id: UUID) -> Application:
    application = work.session.get(Application, application_id, with_for_update=True)
    if application is None:
        raise NotYet(f"no application {application_id}")
    return application


def _advance(application: Application, payment: str) -> None:
    application.payment = max(application.payment, payment, key=PAYMENTS.index)
