"""Messages: the portal inbox, and the message log of staff."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.pages import MESSAGES
from services.contracts.roles import LETTER_READERS, SUPPORTERS

DELIVERY_STATES = ("waiting", "sent", "retrying", "bounced", "given_up")
MESSAGE_ORDERS = ("newest", "oldest", "recipient")
# What staff call each kind, wherever it is shown; one that only a college's profile knows is told by its code.
KIND_WORDS = {
    "access_request_received": Text("Access request received", "Demande d’accès reçue"),
    "access_request_refused": Text("Access request refused", "Demande d’accès refusée"),
    "account_activation": Text("Account activation", "Activation du compte"),
    "account_exists": Text("Account exists already", "Compte déjà ouvert"),
    "account_id_reminder": Text("Reminder of the application ID", "Rappel de l’identifiant de demande"),
    "account_invitation": Text("Invitation of a migrated account", "Invitation d’un compte repris"),
    "application_approved_with_conditions": Text("Approval with conditions", "Approbation avec conditions"),
    "application_complete": Text("Application complete", "Demande complète"),
    "application_lapsed": Text("Application lapsed", "Demande caduque"),
    "application_refused": Text("Refusal", "Refus"),
    "application_submitted": Text("Application submitted", "Demande soumise"),
    "application_withdrawn": Text("Application withdrawn", "Demande retirée"),
    "certificate_held": Text("Certificate waits for a font", "Certificat en attente d’une police"),
    "delegate_invitation": Text("Invitation of a delegate", "Invitation d’une personne déléguée"),
    "delegation_accepted": Text("Delegation accepted", "Délégation acceptée"),
    "delegation_ended": Text("Delegation ended", "Délégation terminée"),
    "document_not_accepted": Text("Document not accepted", "Document refusé"),
    "document_received": Text("Document received", "Document reçu"),
    "email_change_notice": Text("Notice of a change of email address", "Avis de changement d’adresse courriel"),
    "email_changed": Text("Email address changed", "Adresse courriel modifiée"),
    "email_confirmation": Text("Confirmation of an email address", "Confirmation d’une adresse courriel"),
    "information_received": Text("Information received", "Renseignements reçus"),
    "mailing_list_confirmation": Text("Confirmation of a subscription", "Confirmation d’un abonnement"),
    "mailing_list_mailing": Text("Mailing", "Envoi à la liste"),
    "more_information_requested": Text("More information requested", "Renseignements demandés"),
    "password_changed": Text("Password changed", "Mot de passe modifié"),
    "password_reset": Text("New password", "Nouveau mot de passe"),
    "payment_flagged": Text("Payment being looked into", "Paiement à l’examen"),
    "payment_receipt": Text("Receipt", "Reçu"),
    "registrant_portal_open": Text("Welcome to the register", "Bienvenue au registre"),
    "registration_invoice": Text("Invoice", "Facture"),
    "second_factor_changed": Text("Two-step verification changed", "Validation en deux étapes modifiée"),
    "staff_invitation": Text("Invitation of a member of staff", "Invitation d’un membre du personnel"),
    "unlock": Text("Sign in without waiting", "Connexion sans attente"),
}


class CannotResend(Conflict):
    """The message holds a link that was voided once it was sent; a new one must be asked for instead."""

    code = "cannot_resend"
    title = Text("This message cannot be sent again.", "Ce message ne peut pas être renvoyé.")
    detail = Text(
        "It holds a single-use link. A new link must be asked for instead.",
        "Il contient un lien à usage unique. Il faut plutôt demander un nouveau lien.",
    )


class Message(Record):
    """A message in the portal inbox. A single-use link stands in the mail only, never here."""

    id: UUID
    kind: str
    subject: str
    language: str
    written_at: datetime
    read_at: datetime | None


class WholeMessage(Message):
    """A message with its text."""

    body: str


class LoggedMessage(Message):
    """A message as staff see it: where it went and what became of it (F17). One to somebody without an account has none.

    `may_resend` is false where its single-use link is gone.
    """

    account_id: UUID | None
    recipient: str
    delivery: str = of(fields.String(validate=validate.OneOf(DELIVERY_STATES)))
    attempts: int
    delivered_at: datetime | None
    last_error: str | None
    correlation_id: str
    may_resend: bool = True


class LoggedMessageInFull(LoggedMessage):
    """A logged message with its text, as its person reads it in the portal: a single-use link is not in it.

    `sent_again` is how often staff sent it again; `next_try_at` is there while it is on its way.
    """

    body: str
    had_link: bool
    sent_again: int
    next_try_at: datetime | None


class ListMessages(Call):
    """Lists the messages in the caller's inbox, newest first."""

    access = SIGNED_IN.delegable(MESSAGES)
    read_only = True

    class Request(Record):
        """The page."""

        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page, and how many are unread in all."""

        messages: list[Message]
        unread: int
        next_cursor: str | None


class ReadMessage(Call):
    """Gives one of the caller's messages with its text, and marks it as read."""

    access = SIGNED_IN.delegable(MESSAGES)

    class Request(Record):
        """Which."""

        message_id: UUID

    Reply = WholeMessage


class ListMessageLog(Call):
    """Lists messages for staff with their delivery; that they were looked at is in the audit trail (B8)."""

    access = SUPPORTERS

    class Request(Record):
        """Filters, the order (newest first unless asked, by `recipient` as addresses are written) and the page.

        `to` is how the address begins, in any case.
        """

        account_id: UUID | None = None
        to: str | None = of(shapes.search(254), default=None)
        delivery: str | None = of(fields.String(validate=validate.OneOf(DELIVERY_STATES)), default=None)
        order: str = of(fields.String(validate=validate.OneOf(MESSAGE_ORDERS)), default="newest")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        messages: list[LoggedMessage]
        next_cursor: str | None


class GetLoggedMessage(Call):
    """Gives a message that was sent to somebody with its text; that it was read is in the audit trail (B8)."""

    access = LETTER_READERS
    others_only = True

    class Request(Record):
        """Which."""

        message_id: UUID

    Reply = LoggedMessageInFull


class ResendMessage(Call):
    """Sends a message again to the address now on file."""

    access = SUPPORTERS
    others_only = True
    errors = (CannotResend,)

    class Request(Record):
        """Which."""

        message_id: UUID

    Reply = LoggedMessage
