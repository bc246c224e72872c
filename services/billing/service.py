"""Billing's entry points: fees, invoices, payments, receipts, the ledger."""

from services.billing import (
    charges,
    checkouts,
    documents,
    finalisation,
    invoice_list,
    invoices,
    notice_file,
    payments,
    personal_data,
    retention,
)
from services.billing.gauges import BillingGauges
from services.billing.settings import Configuration, Provider, sweep
from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.documents.files_provider import Files
from services.common.duties import audit_queries, dead_letters
from services.common.duties.personal_data_calls import PersonalData, WhosePersonalData
from services.common.duties.retention import retention_timer
from services.common.duties.retention_calls import RetentionPreview
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.runtime.service import Service
from services.contracts import billing as contracts
from services.contracts.applications.events import ApplicationApproved, ApplicationSubmitted, SubmissionPaid
from services.contracts.applications.shapes import StoredFile
from services.contracts.billing.invoices import ByNumber, Invoice, ListInvoices, Pdf
from services.contracts.billing.issued import IssuedInvoiceInFull, ListIssuedInvoices, ListUnfinished
from services.contracts.billing.notices import ListPaymentNotices, PaymentNotice, ResolvePaymentNotice
from services.contracts.billing.payments import ListPayments, Payment, RecordPayment, ResolvePayment, StartCheckout
from services.contracts.college_provider import CollegeProfile
from services.contracts.registry import RegistrationFinalised


class BillingService(Service):
    """Asks for fees, takes payments, and keeps the books."""

    name = "billing"
    college = CollegeProfile()
    files = Files()
    settings = Configuration()
    provider = Provider()
    gauges = BillingGauges()

    @handles(ApplicationApproved)
    def issue_invoice(self, work: UnitOfWork, event: ApplicationApproved.Data) -> None:
        """Issues the registration invoice, once per application however often an approval is told or told anew.

        A category or day without a fee in the profile is retried and then dead-lettered, for a person to complete the profile.
        """
        charges.issue_caused(work, self.college, charges.of_approval(self.college, event))

    @handles(ApplicationSubmitted)
    def charge_submission(self, work: UnitOfWork, event: ApplicationSubmitted.Data) -> None:
        """Issues what a submission costs, once per application. Without a fee in the profile it is retried and then dead-lettered."""
        charges.issue_caused(work, self.college, charges.of_submission(event))

    @handles(RegistrationFinalised)
    def finish_invoice(self, work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
        """Marks the invoice as finalised; told again, changes nothing. Retried while the invoice is not known as paid."""
        finalisation.finish(work, event.invoice_number)

    @handles(SubmissionPaid)
    def finish_submission(self, work: UnitOfWork, event: SubmissionPaid.Data) -> None:
        """The same, for what an application itself costs."""
        finalisation.finish(work, event.invoice_number)

    @sweep
    def repair_finalisations(self) -> None:
        """Tells again of payments that had no effect in time."""
        self.units.persist(lambda: finalisation.sweep(self.units, self.settings))

    @sweep
    def search_lost_notices(self) -> None:
        """Asks the provider about open checkouts whose notice may have been lost."""
        checkouts.search_lost_notices(self.units, self.college, self.settings, self.provider)

    @rpc(contracts.invoices.ListInvoices)
    def list_invoices(self, work: UnitOfWork, request: ListInvoices.Request) -> ListInvoices.Reply:
        return invoices.list_mine(work, self.college, cursor=request.cursor, limit=request.limit)

    @rpc(contracts.invoices.GetInvoice)
    def get_invoice(self, work: UnitOfWork, request: ByNumber) -> Invoice:
        return invoices.get_mine(work, self.college, number=request.number)

    @rpc(contracts.invoices.ReadInvoice)
    def read_invoice(self, work: UnitOfWork, request: Pdf) -> StoredFile:
        return documents.read_invoice(
            work, self.college, self.settings, self.files, number=request.number, language=request.language
        )

    @rpc(contracts.invoices.ReadReceipt)
    def read_receipt(self, work: UnitOfWork, request: Pdf) -> StoredFile:
        return documents.read_receipt(work, self.college, self.files, number=request.number, language=request.language)

    @rpc(contracts.payments.StartCheckout, transaction=False)
    def start_checkout(self, units: UnitOfWorkFactory, request: ByNumber) -> StartCheckout.Reply:
        return checkouts.start(units, self.college, self.settings, self.provider, number=request.number)

    @rpc(contracts.payments.RecordPayment)
    def record_payment(self, work: UnitOfWork, request: RecordPayment.Request) -> RecordPayment.Reply:
        return payments.record_notice(work, self.college, self.settings, request)

    @rpc(contracts.issued.ListIssuedInvoices)
    def list_issued_invoices(self, work: UnitOfWork, request: ListIssuedInvoices.Request) -> ListIssuedInvoices.Reply:
        return invoice_list.list_all(work, self.college, request)

    @rpc(contracts.issued.GetIssuedInvoice)
    def get_issued_invoice(self, work: UnitOfWork, request: ByNumber) -> IssuedInvoiceInFull:
        return invoice_list.look_at(work, self.college, number=request.number)

    @rpc(contracts.payments.ListPayments)
    def list_payments(self, work: UnitOfWork, request: ListPayments.Request) -> ListPayments.Reply:
        return payments.list_all(work, request)

    @rpc(contracts.payments.ResolvePayment)
    def resolve_payment(self, work: UnitOfWork, request: ResolvePayment.Request) -> Payment:
        return payments.resolve(work, payment_id=request.payment_id, note=request.note)

    @rpc(contracts.notices.ListPaymentNotices)
    def list_payment_notices(self, work: UnitOfWork, request: ListPaymentNotices.Request) -> ListPaymentNotices.Reply:
        return notice_file.list_all(work, request)

    @rpc(contracts.notices.ResolvePaymentNotice)
    def resolve_payment_notice(self, work: UnitOfWork, request: ResolvePaymentNotice.Request) -> PaymentNotice:
        return notice_file.resolve(work, notice_id=request.notice_id, note=request.note)

    @rpc(contracts.issued.ListUnfinished)
    def list_unfinished(self, work: UnitOfWork) -> ListUnfinished.Reply:
        return finalisation.list_unfinished(work, self.college)

    @rpc(contracts.issued.ReplayFinalisation)
    def replay_finalisation(self, work: UnitOfWork, request: ByNumber) -> Invoice:
        return finalisation.replay(work, self.college, self.settings, number=request.number)

    @retention_timer
    def destroy_what_is_due(self) -> None:
        """Destroys what is past its time (R15), one replica at a time."""
        retention.destroy_due(self.units, self.college)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work: UnitOfWork) -> RetentionPreview:
        return retention.preview(work, self.college)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> PersonalData:
        return personal_data.read(work, account_id=request.account_id)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_queries.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_queries.entry_point(contracts.audit.VerifyAudit)
