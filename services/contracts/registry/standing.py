"""The standing of a registrant: what staff see behind the public entry, how a status changes, and how that is announced."""

from datetime import date, datetime
from uuid import UUID

from marshmallow import validates_schema

from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import NotFound, ServiceError
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Day
from services.common.kernel.validation import ValidationError, fields, validate
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual
from services.contracts.both_languages import MISSING, missing
from services.contracts.registry.public_register import PublicRegistrant, RegistrantForStaff
from services.contracts.registry.words import KINDS_OF_FACTS, SOURCES_OF_FACTS, STATES_OF_FACTS, STATUSES
from services.contracts.roles import DECIDERS, REVIEWERS
from services.contracts.terms import StatedTerm, stated_terms


class StandingUnchanged(ServiceError):
    """The status is this one already on that day."""

    code = "standing_unchanged"
    status = 409
    title = Text("That would change nothing.", "Cela ne changerait rien.")
    detail = Text(
        "The registrant has this status on that day already, with the same reason.",
        "La personne inscrite a déjà ce statut ce jour-là, avec le même motif.",
    )


class NotToBeTakenBack(ServiceError):
    """What is believed no more, and the first fact of a kind that every registrant needs, cannot be taken back."""

    code = "not_to_be_taken_back"
    status = 409
    title = Text("You cannot undo this.", "Vous ne pouvez pas annuler ceci.")
    detail = Text(
        "It is superseded already, or nothing would be left that the register must say.",
        "C’est déjà remplacé, ou il ne resterait rien de ce que le registre doit indiquer.",
    )


class KeptFact(Record):
    """A fact about a registrant as staff see it: what it says, the days on which it holds, and how the college came to say it."""

    id: UUID
    kind: str = of(fields.String(validate=validate.OneOf(tuple(KINDS_OF_FACTS))))
    kind_words: Bilingual
    says: Bilingual
    effective_from: date
    effective_until: date | None
    state: str = of(fields.String(validate=validate.OneOf(tuple(STATES_OF_FACTS))))
    state_words: Bilingual
    backdated: bool  # entered after the day from which it holds
    source: str = of(fields.String(validate=validate.OneOf(tuple(SOURCES_OF_FACTS))))
    source_words: Bilingual
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None
    may_be_taken_back: bool


class RegistrantFile(Record):
    """What the register says of a registrant today, and the facts behind it: those in force first, then the others, newest first."""

    registrant: RegistrantForStaff
    facts: list[KeptFact]


class GetRegistrantFile(Call):
    """Gives staff a registrant's public entry with the facts behind it, planned, past, superseded and private ones too; leaves a trace."""

    access = REVIEWERS
    others_only = True
    errors = (NotFound,)

    class Request(Record):
        """The registration number."""

        number: str = of(shapes.short(20))

    Reply = RegistrantFile


class NewStatus(Record):
    """A status, from a day on, with the reason that the register gives for it: in both languages, or none."""

    number: str = of(shapes.short(20))
    status: str = of(fields.String(validate=validate.OneOf(tuple(STATUSES))))
    effective_from: date = of(Day())
    reason_en: str | None = of(shapes.long(), default=None)
    reason_fr: str | None = of(shapes.long(), default=None)

    @validates_schema
    def whole(self, data: dict[str, str | None], **_: object) -> None:
        """Raises ValidationError for a reason in one language only."""
        reason = {"en": data.get("reason_en"), "fr": data.get("reason_fr")}
        if any(reason.values()) and (lacking := missing(reason)):
            raise ValidationError({f"reason_{language}": [MISSING[language]] for language in lacking})


class PreviewStatus(Call):
    """Shows what the public would see of a registrant on the day from which a status would hold, before anything is saved (B6)."""

    access = DECIDERS
    others_only = True
    read_only = True
    errors = (NotFound, StandingUnchanged)

    Request = NewStatus

    class Reply(Record):
        """The public entry as it is on that day without the change, and with it."""

        day: date
        before: PublicRegistrant
        after: PublicRegistrant


class ChangeStatus(Call):
    """Changes a registrant's status from a day on: today, a day to come, on which it comes into force by itself, or one that has passed.

    It holds until the next change that is known already.
    """

    access = DECIDERS
    others_only = True
    idempotent = True
    errors = (NotFound, StandingUnchanged)

    Request = NewStatus
    Reply = RegistrantFile


class TakeBackFact(Call):
    """Takes back a fact that was entered by mistake or is not to come: what it ended holds on. It stays on file as superseded."""

    access = DECIDERS
    others_only = True
    errors = (NotFound, NotToBeTakenBack)

    class Request(Record):
        """Whose, which, and why."""

        number: str = of(shapes.short(20))
        fact_id: UUID
        note: str = of(shapes.long())

    Reply = RegistrantFile


class StandingChanged(Event):
    """What the register says of a registrant's category, status or terms is not what it was. The first registration is told otherwise."""

    listeners = ("identity", "correspondence")

    class Data(Record):
        """The standing from now on, and what it was."""

        registrant_id: UUID
        account_id: UUID | None
        registration_number: str
        name: str
        category: str
        status: str
        status_reason: Bilingual | None
        status_since: date
        terms: list[StatedTerm] = of(stated_terms())
        previous_category: str | None
        previous_status: str | None
        changed_at: datetime
