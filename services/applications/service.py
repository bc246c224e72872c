"""The entry points of applications."""

from nameko.timer import timer

from services.applications import event_handlers, models
from services.applications.documents import documents, scanning, unrecorded_files
from services.applications.form import facts_on_file, form, pages
from services.applications.life import clocks, lifecycle, submission, summaries
from services.applications.privacy import personal_data, retention
from services.applications.review import assignments, decisions, more_time, queue, review
from services.applications.settings import Scanner
from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.deadlines.calls import (
    DeadlineDecision,
    DeadlinesOfOne,
    Extension,
    ResumedClock,
    TakenBack,
    WhoseDeadlines,
)
from services.common.deadlines.sweep import deadline_timer
from services.common.documents.files_provider import Files
from services.common.duties import audit_queries, dead_letters, legal_holds
from services.common.duties.personal_data_calls import PersonalData, WhosePersonalData
from services.common.duties.retention import retention_timer
from services.common.duties.retention_calls import RetentionPreview
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.runtime.service import Service
from services.contracts import applications as contracts
from services.contracts.applications import applicant, shapes
from services.contracts.applications import review as staff
from services.contracts.billing.events import FinalisationReplayed, InvoiceIssued, PaymentReceived
from services.contracts.college_provider import CollegeProfile
from services.contracts.identity.events import (
    AccountActivated,
    AccountDestroyed,
    AccountMigrated,
    AccountOpened,
    ApplicationStarted,
    LegalHoldLifted,
    LegalHoldPlaced,
    OfAccount,
)
from services.contracts.registry import RegistrationFinalised


def scanned(
    service: "ApplicationsService",
    units: UnitOfWorkFactory,
    request: applicant.RecordDocument.Request | staff.RecordReceivedDocument.Request,
) -> None:
    """Looks at an uploaded file before it becomes a document."""
    scanning.scan(units, service.scanner, service.files, request.sha256, request.requirement)


class ApplicationsService(Service):
    """Applications for registration: form, documents, review, decision."""

    name = "applications"
    college = CollegeProfile()
    files = Files()
    scanner = Scanner()

    @rpc(applicant.GetForm)
    def get_form(self, work: UnitOfWork, request: applicant.GetForm.Request) -> applicant.GetForm.Reply:
        return form.get_form(self.college.on(request.day) if request.day else self.college.at(work.now))

    @rpc(applicant.GetMyApplication)
    def get_my_application(self, work: UnitOfWork) -> applicant.GetMyApplication.Reply:
        return summaries.get_mine(work, self.college)

    @rpc(applicant.GetPage)
    def get_page(self, work: UnitOfWork, request: applicant.GetPage.Request) -> applicant.GetPage.Reply:
        return pages.get_page(work, self.college, page=request.page)

    @rpc(applicant.SavePage)
    def save_page(self, work: UnitOfWork, request: applicant.SavePage.Request) -> shapes.SavedPage:
        return pages.save(work, self.college, request)

    @rpc(applicant.MergePage)
    def merge_page(self, work: UnitOfWork, request: applicant.MergePage.Request) -> shapes.SavedPage:
        return pages.merge(work, self.college, request)

    @rpc(applicant.RecordDocument, before=scanned)
    def record_document(self, work: UnitOfWork, request: applicant.RecordDocument.Request) -> shapes.Document:
        return documents.upload(work, self.college, request)

    @rpc(applicant.ListDocuments)
    def list_documents(self, work: UnitOfWork) -> applicant.ListDocuments.Reply:
        return documents.list_mine(work, self.college)

    @rpc(applicant.ReadDocument)
    def read_document(self, work: UnitOfWork, request: applicant.ReadDocument.Request) -> shapes.StoredFile:
        return documents.read(work, document_id=request.document_id)

    @rpc(applicant.RemoveDocument)
    def remove_document(self, work: UnitOfWork, request: applicant.RemoveDocument.Request) -> None:
        documents.remove(work, document_id=request.document_id)

    @rpc(applicant.ListBlockers)
    def list_blockers(self, work: UnitOfWork) -> applicant.ListBlockers.Reply:
        return submission.list_blockers(work, self.college)

    @rpc(applicant.SubmitApplication)
    def submit_application(self, work: UnitOfWork) -> shapes.Summary:
        return submission.submit(work, self.college)

    @rpc(applicant.WithdrawApplication)
    def withdraw_application(self, work: UnitOfWork, request: applicant.WithdrawApplication.Request) -> shapes.Summary:
        return submission.withdraw(work, self.college, reason=request.reason)

    @rpc(applicant.GetTimeline)
    def get_timeline(self, work: UnitOfWork) -> applicant.GetTimeline.Reply:
        return submission.get_timeline(work, self.college)

    @rpc(staff.ListApplications)
    def list_applications(self, work: UnitOfWork, request: staff.ListApplications.Request) -> staff.ListApplications.Reply:
        return queue.list_applications(work, self.college, request)

    @rpc(staff.GetReferences)
    def get_references(self, work: UnitOfWork, request: staff.GetReferences.Request) -> staff.ReferencesWithNames:
        return queue.references(work, application_ids=request.application_ids, account_ids=request.account_ids)

    @rpc(staff.GetApplication)
    def get_application(self, work: UnitOfWork, request: staff.GetApplication.Request) -> staff.GetApplication.Reply:
        return queue.get_application(work, self.college, application_id=request.application_id, since=request.since)

    @rpc(staff.RecordReceivedDocument, before=scanned)
    def record_received_document(self, work: UnitOfWork, request: staff.RecordReceivedDocument.Request) -> shapes.Document:
        return documents.record_received(work, self.college, request)

    @rpc(staff.DecideDocument)
    def decide_document(self, work: UnitOfWork, request: staff.DecideDocument.Request) -> shapes.Document:
        return documents.decide(work, self.college, request)

    @rpc(staff.AssignApplication)
    def assign_application(self, work: UnitOfWork, request: staff.AssignApplication.Request) -> shapes.QueuedSummary:
        return assignments.assign(work, self.college, application_id=request.application_id, mine=request.mine)

    @rpc(staff.AddNote)
    def add_note(self, work: UnitOfWork, request: staff.AddNote.Request) -> shapes.Note:
        return queue.add_note(work, application_id=request.application_id, text=request.text)

    @rpc(staff.MarkComplete)
    def mark_complete(self, work: UnitOfWork, request: staff.Step) -> shapes.Summary:
        return review.take_step(work, self.college, lifecycle.MARK_COMPLETE, request)

    @rpc(staff.RequestMore)
    def request_more(self, work: UnitOfWork, request: staff.RequestMore.Request) -> shapes.Summary:
        return review.request_more(work, self.college, request)

    @rpc(staff.BeginReview)
    def begin_review(self, work: UnitOfWork, request: staff.Step) -> shapes.Summary:
        return review.take_step(work, self.college, lifecycle.BEGIN_REVIEW, request)

    @rpc(staff.ReferToCommittee)
    def refer_to_committee(self, work: UnitOfWork, request: staff.ReferToCommittee.Request) -> shapes.Summary:
        return review.take_step(work, self.college, lifecycle.REFER, request, reasons=request.reasons)

    @rpc(staff.Decide)
    def decide(self, work: UnitOfWork, request: staff.Decide.Request) -> shapes.Summary:
        return decisions.decide(work, self.college, request)

    @rpc(staff.CompareFacts)
    def compare_facts(self, work: UnitOfWork, request: staff.CompareFacts.Request) -> staff.CompareFacts.Reply:
        return facts_on_file.compare(work, self.college, request)

    @rpc(contracts.deadlines.GetDeadlines)
    def get_deadlines(self, work: UnitOfWork, request: WhoseDeadlines) -> DeadlinesOfOne:
        return more_time.read(work, self.college, request.subject_id)

    @rpc(contracts.deadlines.ExtendDeadline)
    def extend_deadline(self, work: UnitOfWork, request: Extension) -> DeadlinesOfOne:
        return more_time.extend(work, self.college, request)

    @rpc(contracts.deadlines.PauseDeadline)
    def pause_deadline(self, work: UnitOfWork, request: DeadlineDecision) -> DeadlinesOfOne:
        return more_time.pause(work, self.college, request)

    @rpc(contracts.deadlines.ResumeDeadline)
    def resume_deadline(self, work: UnitOfWork, request: ResumedClock) -> DeadlinesOfOne:
        return more_time.resume(work, self.college, request)

    @rpc(contracts.deadlines.TakeBackAdjustment)
    def take_back_adjustment(self, work: UnitOfWork, request: TakenBack) -> DeadlinesOfOne:
        return more_time.take_back(work, self.college, request)

    @handles(AccountOpened)
    def open_draft(self, work: UnitOfWork, event: AccountOpened.Data) -> None:
        """Makes the draft of whoever opened the account to apply. Retries until the database takes it; a second delivery changes nothing."""
        if event.applying:
            event_handlers.open_draft(work, event)

    @handles(ApplicationStarted)
    def open_draft_later(self, work: UnitOfWork, event: ApplicationStarted.Data) -> None:
        """Makes the draft. Retries until the database takes it; a second delivery changes nothing."""
        event_handlers.open_draft(work, event)

    @handles(AccountMigrated)
    def open_migrated_draft(self, work: UnitOfWork, event: AccountMigrated.Data) -> None:
        """Makes the draft of somebody from an earlier system. Retries until the database takes it; a second delivery changes nothing."""
        event_handlers.open_migrated_draft(work, event)

    @handles(AccountActivated)
    def note_activation(self, work: UnitOfWork, event: OfAccount) -> None:
        """Notes it in the timeline. Retries until the draft is there; a second delivery changes nothing."""
        event_handlers.note_activation(work, event)

    @handles(InvoiceIssued)
    def note_invoice(self, work: UnitOfWork, event: InvoiceIssued.Data) -> None:
        """Stores the invoice's number. Retries until the application is there; after the payment it only adds the number."""
        event_handlers.note_invoice(work, event)

    @handles(PaymentReceived)
    def note_payment(self, work: UnitOfWork, event: PaymentReceived.Data) -> None:
        """Shows “being finalised”, or that the application fee is paid. Retries until the application is there.

        Once it is final, only the timeline is added to; a fee is taken up once, however many payments are told.
        """
        event_handlers.note_payment(work, event)

    @handles(FinalisationReplayed)
    def take_up_again(self, work: UnitOfWork, event: PaymentReceived.Data) -> None:
        """Takes up the application fee if that was lost; else announces again that it is. Retries until the application is there."""
        event_handlers.take_up_again(work, event)

    @handles(RegistrationFinalised)
    def finalise(self, work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
        """Closes the file. Retries until the application is approved, then it is dead-lettered; a second delivery changes nothing."""
        event_handlers.finalise(work, event)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> PersonalData:
        return personal_data.read(work, self.college, request.account_id)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work: UnitOfWork) -> RetentionPreview:
        return retention.preview(work, self.college)

    @handles(LegalHoldPlaced)
    def hold(self, work: UnitOfWork, event: LegalHoldPlaced.Data) -> None:
        """Keeps the hold, unless it was heard that it is lifted. Never waits for another fact."""
        legal_holds.handle_placed(work, models.legal_holds, event.hold_id, event.account_id)

    @handles(LegalHoldLifted)
    def lift_hold(self, work: UnitOfWork, event: LegalHoldPlaced.Data) -> None:
        """Lifts the hold, also before it is heard that it was placed. Never waits for another fact."""
        legal_holds.handle_lifted(work, models.legal_holds, event.hold_id, event.account_id)

    @handles(AccountDestroyed)
    def forget_account(self, work: UnitOfWork, event: OfAccount) -> None:
        """Removes the draft. Without one it does nothing; a draft that somebody wrote in is retried, then dead-lettered."""
        retention.forget_account(work, event)

    @retention_timer
    def destroy_what_is_due(self) -> None:
        """Destroys what is past its time (R15), one replica at a time."""
        retention.destroy_due(self.units, self.college, self.files)

    @timer(interval=unrecorded_files.EVERY_S, eager=True)
    def remove_unrecorded_files(self) -> None:
        """Removes uploads that became no document, one replica at a time."""
        unrecorded_files.sweep(self.units, self.files)

    @deadline_timer
    def keep_deadlines(self) -> None:
        """Does what comes of deadlines that have passed (R2, R14), once, one replica at a time."""
        clocks.sweep(self.units, self.college)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_queries.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_queries.entry_point(contracts.audit.VerifyAudit)
