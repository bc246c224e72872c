"""What applications learns from the facts of others. They may come in any order; nothing ever goes back."""

from uuid import UUID

from sqlalchemy import select

from services.applications.life import lifecycle, timeline
from services.applications.models import PAYMENTS, Application
from services.common.bus.events import NotYet
from services.common.kernel.present import present
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.billing.events import InvoiceIssued, PaymentReceived
from services.contracts.college.charges import FINALISES_REGISTRATION
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
    """Stores the number of the registration's invoice; others are not kept. Raises NotYet before the application is there."""
    if event.effect != FINALISES_REGISTRATION:
        return
    application = _locked(work, present(event.application_id))
    application.invoice_number = event.invoice_number
    _advance(application, "invoiced")
    timeline.tell(work, application.id, "invoice_issued", note=event.invoice_number)


def note_payment(work: UnitOfWork, event: PaymentReceived.Data) -> None:
    """Shows “paid, being finalised” (B1), unless the registration is final. Raises NotYet before the application is there."""
    if event.effect != FINALISES_REGISTRATION:
        return
    application = _locked(work, present(event.application_id))
    application.invoice_number = application.invoice_number or event.invoice_number
    _advance(application, "being_finalised")
    timeline.tell(work, application.id, "payment_received", note=event.receipt_number)


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
