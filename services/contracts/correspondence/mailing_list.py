"""The mailing list (F65): signing up with express consent, confirmed by link; leaving in one click; mailings of the staff (R15).

It is apart from messages about an account, an application or a registration, which nobody can unsubscribe from.
"""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call, ConstantTime
from services.common.kernel.records import Record, of
from services.common.kernel.validation import ValidationError, fields
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

    class Request(Record):
        """The address, the language of the mailings, and the consent with the version of its wording that was read."""

        email: str = of(shapes.email())
        language: str = of(shapes.language())
        consent: bool = of(fields.Boolean(validate=_agreed))
        wording: int = of(fields.Integer(strict=True))


class ConfirmSubscription(Call):
    """Puts on the mailing list whom a mailed link belongs to; it works once, for a limited time, and only the newest does (F18)."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Record):
        """The link's token."""

        token: str = of(shapes.secret())


class Unsubscribe(Call):
    """Takes off the mailing list, at once, whom a mailing's link belongs to; done again, it changes nothing. The link goes on working."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Record):
        """The link's token."""

        token: str = of(shapes.secret())


class MailingText(Record):
    """A mailing as it was written, in both languages: each subscriber gets their own."""

    subject_en: str = of(shapes.short())
    subject_fr: str = of(shapes.short())
    body_en: str = of(shapes.long())
    body_fr: str = of(shapes.long())


class Mailing(Record):
    """A mailing, and how far it is: `written` mails of it so far, `finished_at` once there is one for everybody."""

    id: UUID
    subject_en: str
    subject_fr: str
    asked_at: datetime
    finished_at: datetime | None
    written: int


class Deliveries(Record):
    """How many mails are in each state of delivery."""

    waiting: int
    sent: int
    retrying: int
    bounced: int
    given_up: int


class WholeMailing(Mailing):
    """A mailing with its text, and what became of its mails."""

    body_en: str
    body_fr: str
    deliveries: Deliveries


class Counts(Record):
    """How many are on the list, by language, how many have not confirmed yet, and how many have left."""

    subscribed_en: int
    subscribed_fr: int
    pending: int
    unsubscribed: int


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

    class Request(Record):
        """The page."""

        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page, and the counts."""

        counts: Counts
        mailings: list[Mailing]
        next_cursor: str | None


class GetMailing(Call):
    """Gives a mailing with its text and what became of its mails."""

    access = MAILERS
    read_only = True

    class Request(Record):
        """Which."""

        mailing_id: UUID

    Reply = WholeMailing
