"""The correspondence service."""

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_queries, dead_letters, legal_holds
from services.common.duties.personal_data_calls import PersonalData, WhosePersonalData
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
from services.common.duties.retention_calls import RetentionPreview
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.runtime.service import Service
from services.contracts import correspondence as contracts
from services.contracts.college_provider import CollegeProfile
from services.contracts.correspondence import mailing_list, messages
from services.contracts.correspondence.previews import PreviewDecision
from services.contracts.identity.events import (
    AccountDestroyed,
    AccountMigrated,
    ContactChanged,
    LegalHoldLifted,
    LegalHoldPlaced,
    OfAccount,
)
from services.correspondence import contacts, inbox, log, mailings, models, personal_data, previews, retention, subscriptions
from services.correspondence.compose import LetterContextProvider
from services.correspondence.courier import Courier
from services.correspondence.gauges import CorrespondenceGauges
from services.correspondence.letters import add_handlers
from services.correspondence.models import Message
from services.correspondence.settings import SealedLinks

RESEALING_S = 3600
MAILING_S = 2


@add_handlers
class CorrespondenceService(Service):
    """Writes every message to a person, mails it, and keeps it for the portal's inbox; keeps the mailing list and writes to it.

    The events that bring a letter are handled as the tables of `occasions/` say (`letters.LETTERS`), the others below. Every handler
    writes at most one message per occasion, so that a second delivery and a second announcement change nothing. About an account (or an
    application) that is not known yet, each is retried: NotYet.
    """

    name = "correspondence"
    college = CollegeProfile()
    context = LetterContextProvider()
    courier = Courier()
    links = SealedLinks()
    gauges = CorrespondenceGauges()

    @rpc(messages.ListMessages)
    def list_messages(self, work: UnitOfWork, request: messages.ListMessages.Request) -> messages.ListMessages.Reply:
        return inbox.list_mine(work, cursor=request.cursor, limit=request.limit)

    @rpc(messages.ReadMessage)
    def read_message(self, work: UnitOfWork, request: messages.ReadMessage.Request) -> messages.WholeMessage:
        return inbox.read_mine(work, self.college, request.message_id)

    @rpc(messages.ListMessageLog)
    def list_message_log(self, work: UnitOfWork, request: messages.ListMessageLog.Request) -> messages.ListMessageLog.Reply:
        return log.list_all(work, request)

    @rpc(messages.GetLoggedMessage)
    def get_logged_message(self, work: UnitOfWork, request: messages.GetLoggedMessage.Request) -> messages.LoggedMessageInFull:
        return log.read(work, request.message_id)

    @rpc(PreviewDecision)
    def preview_decision(self, work: UnitOfWork, request: PreviewDecision.Request) -> PreviewDecision.Reply:
        return previews.decision(work, self.context, request)

    @rpc(messages.ResendMessage)
    def resend_message(self, work: UnitOfWork, request: messages.ResendMessage.Request) -> messages.LoggedMessage:
        return log.resend(work, request.message_id)

    @rpc(mailing_list.Subscribe)
    def subscribe(self, work: UnitOfWork, request: mailing_list.Subscribe.Request) -> None:
        subscriptions.ask(work, self.context, self.links, request.email, request.language, request.wording)

    @rpc(mailing_list.ConfirmSubscription)
    def confirm_subscription(self, work: UnitOfWork, request: mailing_list.ConfirmSubscription.Request) -> None:
        subscriptions.confirm(work, request.token)

    @rpc(mailing_list.Unsubscribe)
    def unsubscribe(self, work: UnitOfWork, request: mailing_list.Unsubscribe.Request) -> None:
        subscriptions.leave(work, request.token)

    @rpc(mailing_list.SendMailing)
    def send_mailing(self, work: UnitOfWork, request: mailing_list.MailingText) -> mailing_list.Mailing:
        return mailings.send(work, request)

    @rpc(mailing_list.ListMailings)
    def list_mailings(self, work: UnitOfWork, request: mailing_list.ListMailings.Request) -> mailing_list.ListMailings.Reply:
        return mailings.list_all(work, cursor=request.cursor, limit=request.limit)

    @rpc(mailing_list.GetMailing)
    def get_mailing(self, work: UnitOfWork, request: mailing_list.GetMailing.Request) -> mailing_list.WholeMailing:
        return mailings.read(work, request.mailing_id)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> PersonalData:
        return personal_data.read(work, request.account_id)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work: UnitOfWork) -> RetentionPreview:
        return retention.preview(work, self.college)

    @timer(interval=RESEALING_S, eager=True)
    def seal_anew(self) -> None:
        """Seals anew the links of mails under way that an old SEALING_KEY sealed, at the start and every hour; replicas may do so too."""
        self.units.persist(lambda: reseal_all(self.units, self.links, Message.id, Message.sealed_link))

    @timer(interval=MAILING_S)
    def write_mailings(self) -> None:
        """Writes the mailings that were asked for, a batch at a time; replicas pass over each other's."""
        self.units.persist(lambda: mailings.write_some(self.units, self.context, self.links))

    @retention_timer
    def destroy_what_is_due(self) -> None:
        """Destroys what is past its time (R15), one replica at a time."""
        retention.destroy_due(self.units, self.college)

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
        """Removes contact and messages of an account that is no more. Never waits for another fact; told again, it changes nothing."""
        retention.forget_account(work, event)

    @handles(ContactChanged)
    def change_contact(self, work: UnitOfWork, event: ContactChanged.Data) -> None:
        """Keeps the newest address and language. Never waits for another fact; an older one than is known is dropped."""
        contacts.note_change(work, event)

    @handles(AccountMigrated)
    def keep_contact(self, work: UnitOfWork, event: AccountMigrated.Data) -> None:
        """Keeps the contact and mails nothing yet. Never waits for another fact."""
        contacts.note_account(work, event)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_queries.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_queries.entry_point(contracts.audit.VerifyAudit)
