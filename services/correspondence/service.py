"""The correspondence service."""

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import legal_holds
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
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
    def list_messages(self, work, **request):
        return inbox.list_mine(work, **request)

    @rpc(contracts.ReadMessage)
    def read_message(self, work, message_id):
        return inbox.read_mine(work, self.college, message_id)

    @rpc(contracts.ListMessageLog)
    def list_message_log(self, work, **request):
        return log.list_all(work, **request)

    @rpc(contracts.GetLoggedMessage)
    def get_logged_message(self, work, message_id):
        return log.read(work, message_id)

    @rpc(contracts.PreviewDecision)
    def preview_decision(self, work, **request):
        return previews.decision(work, self.desk, **request)

    @rpc(contracts.ResendMessage)
    def resend_message(self, work, message_id):
        return log.resend(work, message_id)

    @rpc(contracts.Subscribe)
    def subscribe(self, work, email, language, consent, wording):
        subscriptions.ask(work, self.desk, self.links, email, language, wording)

    @rpc(contracts.ConfirmSubscription)
    def confirm_subscription(self, work, token):
        subscriptions.confirm(work, token)

    @rpc(contracts.Unsubscribe)
    def unsubscribe(self, work, token):
        subscriptions.leave(work, token)

    @rpc(contracts.SendMailing)
    def send_mailing(self, work, **texts):
        return mailings.send(work, **texts)

    @rpc(contracts.ListMailings)
    def list_mailings(self, work, **request):
        return mailings.list_all(work, **request)

    @rpc(contracts.GetMailing)
    def get_mailing(self, work, mailing_id):
        return mailings.read(work, mailing_id)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work, account_id):
        return personal_data.read(work, account_id)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work):
        return retention.preview(work, self.college)

    @timer(interval=RESEALING_S, eager=True)
    def seal_anew(self):
        """Seals anew the links of mails under way that an old SEALING_KEY sealed, at the start and every hour; replicas may do so too."""
        self.units.persist(lambda: reseal_all(self.units, self.links, Message.id, Message.sealed_link))

    @timer(interval=MAILING_S)
    def write_mailings(self):
        """Writes the mailings that were asked for, a batch at a time; replicas pass over each other's."""
        self.units.persist(lambda: mailings.write_some(self.units, self.desk, self.links))

    @retention_timer
    def destroy_what_is_due(self):
        """Destroys what is past its time (R15), one replica at a time."""
        retention.destroy_due(self.units, self.college)

    @handles(LegalHoldPlaced)
    def hold(self, work, fact):
        """Keeps the hold, unless it was heard that it is lifted. Never waits for another fact."""
        legal_holds.hear_placed(work, models.legal_holds, fact)

    @handles(LegalHoldLifted)
    def lift_hold(self, work, fact):
        """Lifts the hold, also before it is heard that it was placed. Never waits for another fact."""
        legal_holds.hear_lifted(work, models.legal_holds, fact)

    @handles(AccountDestroyed)
    def forget_account(self, work, fact):
        """Removes contact and messages of an account that is no more. Never waits for another fact; told again, it changes nothing."""
        retention.forget_account(work, fact)

    @handles(AccountOpened)
    def welcome(self, work, fact):
        """Keeps the contact and mails ID and link. Never waits for another fact; once per account."""
        account_mails.opened(work, self.desk, fact)

    @handles(ContactChanged)
    def change_contact(self, work, fact):
        """Keeps the newest address and language. Never waits for another fact; an older one than is known is dropped."""
        contacts.hear_change(work, fact)

    @handles(ActivationLinkRenewed)
    def send_id_again(self, work, fact):
        """Mails the ID again, with the new link if there is one. Retries until the account is known; once per event."""
        account_mails.link_renewed(work, self.desk, fact)

    @handles(AccountOpeningRepeated)
    def tell_of_account(self, work, fact):
        """Mails that there is an account. Retries until it is known; once per event."""
        account_mails.opening_repeated(work, self.desk, fact)

    @handles(AccountMigrated)
    def keep_contact(self, work, fact):
        """Keeps the contact and mails nothing yet. Never waits for another fact."""
        contacts.hear_account(work, fact)

    @handles(AccountInvited)
    def invite(self, work, fact):
        """Keeps the contact and mails the link for a password. Never waits for another fact; once per event."""
        account_mails.invited(work, self.desk, fact)

    @handles(ApplicationIdRequested)
    def remind_of_id(self, work, fact):
        """Mails the ID. Retries until the account is known; once per event."""
        account_mails.id_requested(work, self.desk, fact)

    @handles(PasswordResetRequested)
    def send_password_link(self, work, fact):
        """Mails the link for a new password. Retries until the account is known; once per event."""
        security_mails.password_reset_requested(work, self.desk, fact)

    @handles(PasswordChanged)
    def tell_new_password(self, work, fact):
        """Tells that the password changed. Retries until the account is known; once per event."""
        security_mails.password_changed(work, self.desk, fact)

    @handles(UnlockRequested)
    def send_unlock_link(self, work, fact):
        """Mails the link that ends the waiting. Retries until the account is known; once per event."""
        security_mails.unlock_requested(work, self.desk, fact)

    @handles(EmailChangeRequested)
    def send_confirmation_link(self, work, fact):
        """Mails the link to the new address and tells the present one. Retries until the account is known; once per event."""
        security_mails.email_change_requested(work, self.desk, fact)

    @handles(EmailChanged)
    def tell_old_address(self, work, fact):
        """Tells the old address. Retries until the account is known; once per event."""
        security_mails.email_changed(work, self.desk, fact)

    @handles(SecondFactorChanged)
    def tell_second_factor(self, work, fact):
        """Tells what happened to the second factors. Retries until the account is known; once per event."""
        security_mails.second_factor_changed(work, self.desk, fact)

    @handles(AccessRequestReceived)
    def confirm_access_request(self, work, fact):
        """Confirms a request to support. Never waits for another fact; once per request."""
        support_mails.access_request_received(work, self.desk, fact)

    @handles(AccessRequestRefused)
    def tell_refused_access(self, work, fact):
        """Tells of a refusal by support. Never waits for another fact; once per request."""
        support_mails.access_request_refused(work, self.desk, fact)

    @handles(DelegateInvited)
    def invite_delegate(self, work, fact):
        """Mails the invitation. Retries until the one acted for is known; once per event."""
        delegate_mails.delegate_invited(work, self.desk, fact)

    @handles(DelegationAccepted)
    def tell_accepted_delegation(self, work, fact):
        """Tells the one acted for. Retries until the account is known; once per delegation."""
        delegate_mails.delegation_accepted(work, self.desk, fact)

    @handles(DelegationEnded)
    def tell_ended_delegation(self, work, fact):
        """Tells the one acted for. Retries until the account is known; once per delegation."""
        delegate_mails.delegation_ended(work, self.desk, fact)

    @handles(ApplicationSubmitted)
    def confirm_submission(self, work, fact):
        """Confirms the submission. Retries until the account is known; once per application."""
        application_mails.submitted(work, self.desk, fact)

    @handles(MoreInformationRequested)
    def ask_for_more(self, work, fact):
        """Asks for more. Retries until the account is known; once per event."""
        application_mails.more_requested(work, self.desk, fact)

    @handles(InformationReceived)
    def confirm_information(self, work, fact):
        """Confirms the answer. Retries until the account is known; once per event."""
        application_mails.information_received(work, self.desk, fact)

    @handles(ApplicationFoundComplete)
    def acknowledge_complete(self, work, fact):
        """Acknowledges that the application is complete. Retries until the account is known; once per event."""
        application_mails.found_complete(work, self.desk, fact)

    @handles(DocumentReceived)
    def tell_received_document(self, work, fact):
        """Tells of a document that came in. Retries until the account is known; once per document."""
        application_mails.document_received(work, self.desk, fact)

    @handles(DocumentNotAccepted)
    def tell_refused_document(self, work, fact):
        """Tells of a document that is not accepted. Retries until the account is known; once per event."""
        application_mails.document_not_accepted(work, self.desk, fact)

    @handles(ApplicationApproved)
    def tell_approval(self, work, fact):
        """Mails the letter of an approval with conditions. Retries until the account is known; once per application."""
        application_mails.approved(work, self.desk, fact)

    @handles(ApplicationRefused)
    def tell_refusal(self, work, fact):
        """Mails the letter of a refusal. Retries until the account is known; once per application."""
        application_mails.refused(work, self.desk, fact)

    @handles(ApplicationWithdrawn)
    def confirm_withdrawal(self, work, fact):
        """Confirms the withdrawal. Retries until the account is known; once per application."""
        application_mails.withdrawn(work, self.desk, fact)

    @handles(ApplicationLapsed)
    def tell_lapse(self, work, fact):
        """Tells that the application is closed. Retries until the account is known; once per application."""
        application_mails.lapsed(work, self.desk, fact)

    @handles(InvoiceIssued)
    def send_invoice(self, work, fact):
        """Mails the pay link. Retries until account and application are known; once per invoice."""
        fee_mails.invoice_issued(work, self.desk, fact)

    @handles(PaymentReceived)
    def send_receipt(self, work, fact):
        """Mails the receipt number. Retries until the account is known; once per receipt."""
        fee_mails.payment_received(work, self.desk, fact)

    @handles(PaymentFlagged)
    def tell_of_flagged_payment(self, work, fact):
        """Mails that a payment is being looked into. Retries until the account is known; once per payment, and nobody where it is nobody's."""
        fee_mails.payment_flagged(work, self.desk, fact)

    @handles(RegistrationFinalised)
    def welcome_registrant(self, work, fact):
        """Mails that the registrant portal is open. Retries until the account is known; once per registrant."""
        registration_mails.finalised(work, self.desk, fact)

    @handles(CertificateHeldBack)
    def tell_staff_of_held_certificate(self, work, fact):
        """Mails the college that a certificate waits for a font. Never waits for another fact; once each time that it begins to wait."""
        registration_mails.certificate_held(work, self.desk, fact)
