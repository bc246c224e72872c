"""The mailing list (F65): signing up with express consent, confirmed by link; leaving in one click; mailings of the staff (R15: CASL).

It is apart from messages about an account, an application or a registration, which nobody can unsubscribe from.
"""

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call, ConstantTime
from services.common.kernel.validation import Schema, ValidationError, fields
from services.contracts import shapes
from services.contracts.identity.errors import LinkNotValid
from services.contracts.roles import MAILERS


def _agreed(value: bool) -> None:
    if not value:
        raise ValidationError("not_agreed")


class Subscribe(Call):
    """Mails a link that confirms the wish to be on the mailing list; the answer is the same whoever is on it already.

    Of one address, so many requests a day bring a mail and the others none: nobody's mailbox is flooded.
    """

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Schema):
        """The address, the language of the mailings, and the consent with the version of its wording that was read."""

        email = shapes.email(required=True)
        language = shapes.language(required=True)
        consent = fields.Boolean(required=True, validate=_agreed)
        wording = fields.Integer(required=True, strict=True)


class ConfirmSubscription(Call):
    """Puts on the mailing list whom a mailed link belongs to; it works once, for a limited time, and only the newest does (F18)."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Schema):
        """The link's token."""

        token = shapes.secret(required=True)


class Unsubscribe(Call):
    """Takes off the mailing list, at once, whom a mailing's link belongs to; done again, it changes nothing. The link goes on working."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Schema):
        """The link's token."""

        token = shapes.secret(required=True)


class MailingText(Schema):
    """A mailing as it was written, in both languages: each subscriber gets their own."""

    subject_en = shapes.short(required=True)
    subject_fr = shapes.short(required=True)
    body_en = shapes.long(required=True)
    body_fr = shapes.long(required=True)


class Mailing(Schema):
    """A mailing, and how far it is: `written` mails of it so far, `finished_at` once there is one for everybody."""

    id = fields.UUID(required=True)
    subject_en = fields.String(required=True)
    subject_fr = fields.String(required=True)
    asked_at = shapes.instant(required=True)
    finished_at = shapes.instant(required=True, allow_none=True)
    written = fields.Integer(required=True)


class Deliveries(Schema):
    """How many mails are in each state of delivery."""

    waiting = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    retrying = fields.Integer(required=True)
    bounced = fields.Integer(required=True)
    given_up = fields.Integer(required=True)


class WholeMailing(Mailing):
    """A mailing with its text, and what became of its mails."""

    body_en = fields.String(required=True)
    body_fr = fields.String(required=True)
    deliveries = fields.Nested(Deliveries, required=True)


class Counts(Schema):
    """How many are on the list, by language, how many have not confirmed yet, and how many have left."""

    subscribed_en = fields.Integer(required=True)
    subscribed_fr = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    unsubscribed = fields.Integer(required=True)


class SendMailing(Call):
    """Has a mailing written to everybody who is on the list now, each in their language and once. Gives it as it begins."""

    access = MAILERS.recently_authenticated()
    idempotent = True

    Request = MailingText
    Reply = Mailing


class ListMailings(Call):
    """Lists the mailings, newest first, with the counts of the list."""

    access = MAILERS
    read_only = True

    class Request(Schema):
        """The page."""

        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page, and the counts."""

        counts = fields.Nested(Counts, required=True)
        mailings = fields.List(fields.Nested(Mailing), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class GetMailing(Call):
    """Gives a mailing with its text and what became of its mails."""

    access = MAILERS
    read_only = True

    class Request(Schema):
        """Which."""

        mailing_id = fields.UUID(required=True)

    Reply = WholeMailing
