"""The correspondence service."""

from typing import Any

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_desk, dead_letters, legal_holds
from services.common.duties.personal_data_calls import WhosePersonalData
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.runtime.service import Service
from services.contracts import correspondence as contracts
from services.contracts.college_provider import CollegeProfile
from services.contracts.correspondence.mailing_list import MailingText
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
    desk = LetterContextProvider()
    courier = Courier()
    links = SealedLinks()
    gauges = CorrespondenceGauges()

    @rpc(contracts.messages.ListMessages)
    def list_messages(self, work: UnitOfWork, request: contracts.messages.ListMessages.Request) -> Any:
        return inbox.list_mine(work, cursor=request.cursor, limit=request.limit)

    @rpc(contracts.messages.ReadMessage)
    def read_message(self, work: UnitOfWork, request: contracts.messages.ReadMessage.Request) -> Any:
        return inbox.read_mine(work, self.college, request.message_id)

    @rpc(contracts.messages.ListMessageLog)
    def list_message_log(self, work: UnitOfWork, request: contracts.messages.ListMessageLog.Request) -> Any:
        return log.list_all(work, request)

    @rpc(contracts.messages.GetLoggedMessage)
    def get_logged_message(self, work: UnitOfWork, request: contracts.messages.GetLoggedMessage.Request) -> Any:
        return log.read(work, request.message_id)

    @rpc(contracts.previews.PreviewDecision)
    def preview_decision(self, work: UnitOfWork, request: contracts.previews.PreviewDecision.Request) -> Any:
        return previews.decision(work, self.desk, request)

    @rpc(contracts.messages.ResendMessage)
    def resend_message(self, work: UnitOfWork, request: contracts.messages.ResendMessage.Request) -> Any:
        return log.resend(work, request.message_id)

    @rpc(contracts.mailing_list.Subscribe)
    def subscribe(self, work: UnitOfWork, request: contracts.mailing_list.Subscribe.Request) -> None:
        subscriptions.ask(work, self.desk, self.links, request.email, request.language, request.wording)

    @rpc(contracts.mailing_list.ConfirmSubscription)
    def confirm_subscription(self, work: UnitOfWork, request: contracts.mailing_list.ConfirmSubscription.Request) -> None:
        subscriptions.confirm(work, request.token)

    @rpc(contracts.mailing_list.Unsubscribe)
    def unsubscribe(self, work: UnitOfWork, request: contracts.mailing_list.Unsubscribe.Request) -> None:
        subscriptions.leave(work, request.token)

    @rpc(contracts.mailing_list.SendMailing)
    def send_mailing(self, work: UnitOfWork, request: MailingText) -> Any:
        return mailings.send(work, request)

    @rpc(contracts.mailing_list.ListMailings)
    def list_mailings(self, work: UnitOfWork, request: contracts.mailing_list.ListMailings.Request) -> Any:
        return mailings.list_all(work, cursor=request.cursor, limit=request.limit)

    @rpc(contracts.mailing_list.GetMailing)
    def get_mailing(self, work: UnitOfWork, request: contracts.mailing_list.GetMailing.Request) -> Any:
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

    @handles(ContactChanged)
    def change_contact(self, work: UnitOfWork, event: ContactChanged.Data) -> None:
        """Keeps the newest address and language. Never waits for another fact; an older one than is known is dropped."""
        contacts.hear_change(work, event)

    @handles(AccountMigrated)
    def keep_contact(self, work: UnitOfWork, event: AccountMigrated.Data) -> None:
        """Keeps the contact and mails nothing yet. Never waits for another fact."""
        contacts.hear_account(work, event)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_desk.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_desk.entry_point(contracts.audit.VerifyAudit)
