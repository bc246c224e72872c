"""The correspondence service."""

from typing import Any

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import legal_holds
from services.common.duties.personal_data_calls import WhosePersonalData
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.runtime.service import Service
from services.contracts import correspondence as contracts
from services.contracts.applications.events import (
    ApplicationApproved,
    ApplicationFoundComplete,
    ApplicationLapsed,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DocumentNotAccepted,
    DocumentReceived,
    InformationReceived,
    MoreInformationRequested,
)
from services.contracts.billing import InvoiceIssued, PaymentFlagged, PaymentReceived
from services.contracts.college_provider import CollegeProfile
from services.contracts.correspondence.mailing_list import MailingText
from services.contracts.identity import (
    AccessRequestReceived,
    AccessRequestRefused,
    AccountDestroyed,
    AccountInvited,
    AccountMigrated,
    AccountOpened,
    AccountOpeningRepeated,
    ActivationLinkRenewed,
    ApplicationIdRequested,
    ContactChanged,
    DelegateInvited,
    DelegationAccepted,
    DelegationEnded,
    EmailChanged,
    EmailChangeRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    PasswordChanged,
    PasswordResetRequested,
    SecondFactorChanged,
    UnlockRequested,
)
from services.contracts.identity.events import OfAccount
from services.contracts.identity.shapes import SealedLink
from services.contracts.registry import CertificateHeldBack, RegistrationFinalised
from services.correspondence import contacts, inbox, log, mailings, models, personal_data, previews, retention, subscriptions
from services.correspondence.compose import LetterContextProvider
from services.correspondence.courier import Courier
from services.correspondence.gauges import CorrespondenceGauges
from services.correspondence.models import Message
from services.correspondence.occasions import (
    account_mails,
    application_mails,
    delegate_mails,
    fee_mails,
    registration_mails,
    security_mails,
    support_mails,
)
from services.correspondence.settings import SealedLinks

RESEALING_S = 3600
MAILING_S = 2


class CorrespondenceService(Service):
    """Writes every message to a person, mails it, and keeps it for the portal's inbox; keeps the mailing list and writes to it.

    Every handler writes at most one message per occasion, so that a second delivery and a second announcement change nothing.
    About an account (or an application) that has not been heard of yet, each is retried: NotYet.
    """

    name = "correspondence"
    college = CollegeProfile()
    desk = LetterContextProvider()
    courier = Courier()
    links = SealedLinks()
    gauges = CorrespondenceGauges()

    @rpc(contracts.ListMessages)
    def list_messages(self, work: UnitOfWork, request: contracts.ListMessages.Request) -> Any:
        return inbox.list_mine(work, cursor=request.cursor, limit=request.limit)

    @rpc(contracts.ReadMessage)
    def read_message(self, work: UnitOfWork, request: contracts.ReadMessage.Request) -> Any:
        return inbox.read_mine(work, self.college, request.message_id)

    @rpc(contracts.ListMessageLog)
    def list_message_log(self, work: UnitOfWork, request: contracts.ListMessageLog.Request) -> Any:
        return log.list_all(work, request)

    @rpc(contracts.GetLoggedMessage)
    def get_logged_message(self, work: UnitOfWork, request: contracts.GetLoggedMessage.Request) -> Any:
        return log.read(work, request.message_id)

    @rpc(contracts.PreviewDecision)
    def preview_decision(self, work: UnitOfWork, request: contracts.PreviewDecision.Request) -> Any:
        return previews.decision(work, self.desk, request)

    @rpc(contracts.ResendMessage)
    def resend_message(self, work: UnitOfWork, request: contracts.ResendMessage.Request) -> Any:
        return log.resend(work, request.message_id)

    @rpc(contracts.Subscribe)
    def subscribe(self, work: UnitOfWork, request: contracts.Subscribe.Request) -> None:
        subscriptions.ask(work, self.desk, self.links, request.email, request.language, request.wording)

    @rpc(contracts.ConfirmSubscription)
    def confirm_subscription(self, work: UnitOfWork, request: contracts.ConfirmSubscription.Request) -> None:
        subscriptions.confirm(work, request.token)

    @rpc(contracts.Unsubscribe)
    def unsubscribe(self, work: UnitOfWork, request: contracts.Unsubscribe.Request) -> None:
        subscriptions.leave(work, request.token)

    @rpc(contracts.SendMailing)
    def send_mailing(self, work: UnitOfWork, request: MailingText) -> Any:
        return mailings.send(work, request)

    @rpc(contracts.ListMailings)
    def list_mailings(self, work: UnitOfWork, request: contracts.ListMailings.Request) -> Any:
        return mailings.list_all(work, cursor=request.cursor, limit=request.limit)

    @rpc(contracts.GetMailing)
    def get_mailing(self, work: UnitOfWork, request: contracts.GetMailing.Request) -> Any:
        return mailings.read(work, request.mailing_id)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> Any:
        return personal_data.read(work, request.account_id)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work: UnitOfWork) -> Any:
        return retention.preview(work, self.college)

    @timer(interval=RESEALING_S, eager=True)
    def seal_anew(self) -> None:
        """Seals anew the links of mails under way that an old SEALING_KEY sealed, at the start and every hour; replicas may do so too."""
        self.units.persist(lambda: reseal_all(self.units, self.links, Message.id, Message.sealed_link))

    @timer(interval=MAILING_S)
    def write_mailings(self) -> None:
        """Writes the mailings that were asked for, a batch at a time; replicas pass over each other's."""
        self.units.persist(lambda: mailings.write_some(self.units, self.desk, self.links))

    @retention_timer
    def destroy_what_is_due(self) -> None:
        """Destroys what is past its time (R15), one replica at a time."""
        retention.destroy_due(self.units, self.college)

    @handles(LegalHoldPlaced)
    def hold(self, work: UnitOfWork, event: LegalHoldPlaced.Data) -> None:
        """Keeps the hold, unless it was heard that it is lifted. Never waits for another fact."""
        legal_holds.hear_placed(work, models.legal_holds, event.hold_id, event.account_id)

    @handles(LegalHoldLifted)
    def lift_hold(self, work: UnitOfWork, event: LegalHoldPlaced.Data) -> None:
        """Lifts the hold, also before it is heard that it was placed. Never waits for another fact."""
        legal_holds.hear_lifted(work, models.legal_holds, event.hold_id, event.account_id)

    @handles(AccountDestroyed)
    def forget_account(self, work: UnitOfWork, event: OfAccount) -> None:
        """Removes contact and messages of an account that is no more. Never waits for another fact; told again, it changes nothing."""
        retention.forget_account(work, event)

    @handles(AccountOpened)
    def welcome(self, work: UnitOfWork, event: AccountOpened.Data) -> None:
        """Keeps the contact and mails ID and link. Never waits for another fact; once per account."""
        account_mails.opened(work, self.desk, event)

    @handles(ContactChanged)
    def change_contact(self, work: UnitOfWork, event: ContactChanged.Data) -> None:
        """Keeps the newest address and language. Never waits for another fact; an older one than is known is dropped."""
        contacts.hear_change(work, event)

    @handles(ActivationLinkRenewed)
    def send_id_again(self, work: UnitOfWork, event: ActivationLinkRenewed.Data) -> None:
        """Mails the ID again, with the new link if there is one. Retries until the account is known; once per event."""
        account_mails.link_renewed(work, self.desk, event)

    @handles(AccountOpeningRepeated)
    def tell_of_account(self, work: UnitOfWork, event: OfAccount) -> None:
        """Mails that there is an account. Retries until it is known; once per event."""
        account_mails.opening_repeated(work, self.desk, event)

    @handles(AccountMigrated)
    def keep_contact(self, work: UnitOfWork, event: AccountMigrated.Data) -> None:
        """Keeps the contact and mails nothing yet. Never waits for another fact."""
        contacts.hear_account(work, event)

    @handles(AccountInvited)
    def invite(self, work: UnitOfWork, event: AccountInvited.Data) -> None:
        """Keeps the contact and mails the link for a password. Never waits for another fact; once per event."""
        account_mails.invited(work, self.desk, event)

    @handles(ApplicationIdRequested)
    def remind_of_id(self, work: UnitOfWork, event: ApplicationIdRequested.Data) -> None:
        """Mails the ID. Retries until the account is known; once per event."""
        account_mails.id_requested(work, self.desk, event)

    @handles(PasswordResetRequested)
    def send_password_link(self, work: UnitOfWork, event: PasswordResetRequested.Data) -> None:
        """Mails the link for a new password. Retries until the account is known; once per event."""
        security_mails.password_reset_requested(work, self.desk, event)

    @handles(PasswordChanged)
    def tell_new_password(self, work: UnitOfWork, event: OfAccount) -> None:
        """Tells that the password changed. Retries until the account is known; once per event."""
        security_mails.password_changed(work, self.desk, event)

    @handles(UnlockRequested)
    def send_unlock_link(self, work: UnitOfWork, event: SealedLink) -> None:
        """Mails the link that ends the waiting. Retries until the account is known; once per event."""
        security_mails.unlock_requested(work, self.desk, event)

    @handles(EmailChangeRequested)
    def send_confirmation_link(self, work: UnitOfWork, event: EmailChangeRequested.Data) -> None:
        """Mails the link to the new address and tells the present one. Retries until the account is known; once per event."""
        security_mails.email_change_requested(work, self.desk, event)

    @handles(EmailChanged)
    def tell_old_address(self, work: UnitOfWork, event: EmailChanged.Data) -> None:
        """Tells the old address. Retries until the account is known; once per event."""
        security_mails.email_changed(work, self.desk, event)

    @handles(SecondFactorChanged)
    def tell_second_factor(self, work: UnitOfWork, event: SecondFactorChanged.Data) -> None:
        """Tells what happened to the second factors. Retries until the account is known; once per event."""
        security_mails.second_factor_changed(work, self.desk, event)

    @handles(AccessRequestReceived)
    def confirm_access_request(self, work: UnitOfWork, event: AccessRequestReceived.Data) -> None:
        """Confirms a request to support. Never waits for another fact; once per request."""
        support_mails.access_request_received(work, self.desk, event)

    @handles(AccessRequestRefused)
    def tell_refused_access(self, work: UnitOfWork, event: AccessRequestRefused.Data) -> None:
        """Tells of a refusal by support. Never waits for another fact; once per request."""
        support_mails.access_request_refused(work, self.desk, event)

    @handles(DelegateInvited)
    def invite_delegate(self, work: UnitOfWork, event: DelegateInvited.Data) -> None:
        """Mails the invitation. Retries until the one acted for is known; once per event."""
        delegate_mails.delegate_invited(work, self.desk, event)

    @handles(DelegationAccepted)
    def tell_accepted_delegation(self, work: UnitOfWork, event: DelegationAccepted.Data) -> None:
        """Tells the one acted for. Retries until the account is known; once per delegation."""
        delegate_mails.delegation_accepted(work, self.desk, event)

    @handles(DelegationEnded)
    def tell_ended_delegation(self, work: UnitOfWork, event: DelegationEnded.Data) -> None:
        """Tells the one acted for. Retries until the account is known; once per delegation."""
        delegate_mails.delegation_ended(work, self.desk, event)

    @handles(ApplicationSubmitted)
    def confirm_submission(self, work: UnitOfWork, event: ApplicationSubmitted.Data) -> None:
        """Confirms the submission. Retries until the account is known; once per application."""
        application_mails.submitted(work, self.desk, event)

    @handles(MoreInformationRequested)
    def ask_for_more(self, work: UnitOfWork, event: MoreInformationRequested.Data) -> None:
        """Asks for more. Retries until the account is known; once per event."""
        application_mails.more_requested(work, self.desk, event)

    @handles(InformationReceived)
    def confirm_information(self, work: UnitOfWork, event: InformationReceived.Data) -> None:
        """Confirms the answer. Retries until the account is known; once per event."""
        application_mails.information_received(work, self.desk, event)

    @handles(ApplicationFoundComplete)
    def acknowledge_complete(self, work: UnitOfWork, event: ApplicationFoundComplete.Data) -> None:
        """Acknowledges that the application is complete. Retries until the account is known; once per event."""
        application_mails.found_complete(work, self.desk, event)

    @handles(DocumentReceived)
    def tell_received_document(self, work: UnitOfWork, event: DocumentReceived.Data) -> None:
        """Tells of a document that came in. Retries until the account is known; once per document."""
        application_mails.document_received(work, self.desk, event)

    @handles(DocumentNotAccepted)
    def tell_refused_document(self, work: UnitOfWork, event: DocumentNotAccepted.Data) -> None:
        """Tells of a document that is not accepted. Retries until the account is known; once per event."""
        application_mails.document_not_accepted(work, self.desk, event)

    @handles(ApplicationApproved)
    def tell_approval(self, work: UnitOfWork, event: ApplicationApproved.Data) -> None:
        """Mails the letter of an approval with conditions. Retries until the account is known; once per application."""
        application_mails.approved(work, self.desk, event)

    @handles(ApplicationRefused)
    def tell_refusal(self, work: UnitOfWork, event: ApplicationRefused.Data) -> None:
        """Mails the letter of a refusal. Retries until the account is known; once per application."""
        application_mails.refused(work, self.desk, event)

    @handles(ApplicationWithdrawn)
    def confirm_withdrawal(self, work: UnitOfWork, event: ApplicationWithdrawn.Data) -> None:
        """Confirms the withdrawal. Retries until the account is known; once per application."""
        application_mails.withdrawn(work, self.desk, event)

    @handles(ApplicationLapsed)
    def tell_lapse(self, work: UnitOfWork, event: ApplicationLapsed.Data) -> None:
        """Tells that the application is closed. Retries until the account is known; once per application."""
        application_mails.lapsed(work, self.desk, event)

    @handles(InvoiceIssued)
    def send_invoice(self, work: UnitOfWork, event: InvoiceIssued.Data) -> None:
        """Mails the pay link. Retries until account and application are known; once per invoice."""
        fee_mails.invoice_issued(work, self.desk, event)

    @handles(PaymentReceived)
    def send_receipt(self, work: UnitOfWork, event: PaymentReceived.Data) -> None:
        """Mails the receipt number. Retries until the account is known; once per receipt."""
        fee_mails.payment_received(work, self.desk, event)

    @handles(PaymentFlagged)
    def tell_of_flagged_payment(self, work: UnitOfWork, event: PaymentFlagged.Data) -> None:
        """Mails that a payment is being looked into. Retries until the account is known; once per payment, and nobody where it is nobody's."""
        fee_mails.payment_flagged(work, self.desk, event)

    @handles(RegistrationFinalised)
    def welcome_registrant(self, work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
        """Mails that the registrant portal is open. Retries until the account is known; once per registrant."""
        registration_mails.finalised(work, self.desk, event)

    @handles(CertificateHeldBack)
    def tell_staff_of_held_certificate(self, work: UnitOfWork, event: CertificateHeldBack.Data) -> None:
        """Mails the college that a certificate waits for a font. Never waits for another fact; once each time that it begins to wait."""
        registration_mails.certificate_held(work, self.desk, event)
