"""The correspondence service."""

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_desk, dead_letters, legal_holds
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
from services.common.runtime.service import Service
from services.contracts import correspondence as contracts
from services.contracts.college_provider import CollegeProfile
from services.contracts.identity import (
    AccountDestroyed,
    AccountMigrated,
    ContactChanged,
    LegalHoldLifted,
    LegalHoldPlaced,
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

    @handles(ContactChanged)
    def change_contact(self, work, fact):
        """Keeps the newest address and language. Never waits for another fact; an older one than is known is dropped."""
        contacts.hear_change(work, fact)

    @handles(AccountMigrated)
    def keep_contact(self, work, fact):
        """Keeps the contact and mails nothing yet. Never waits for another fact."""
        contacts.hear_account(work, fact)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_desk.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_desk.entry_point(contracts.audit.VerifyAudit)
