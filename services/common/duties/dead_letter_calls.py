"""The calls that every service answers about its own dead letters (B7): written once here, made for each owner by `dead_letter_calls`."""

from dataclasses import dataclass
from typing import Any

from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.errors import NotReplayable, Unavailable
from services.common.kernel.paging import LARGEST
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Code, Prose
from services.common.kernel.validation import Schema, fields, validate

ORDERS = ("oldest", "newest")
_DEADLINE_S = 12.0  # waiting for another look, fetching the whole queue, publishing with confirms


class DeadLettersBusy(Unavailable):
    """Somebody else is looking at the same dead letters, and it takes too long to wait."""

    code = "dead_letters_busy"
    detail = Text(
        "Somebody else is looking at these messages right now. Please try again in a few seconds.",
        "Une autre personne consulte ces messages en ce moment. Veuillez réessayer dans quelques secondes.",
    )


class Mishap(Schema):
    """One failed try, or (without an error) the moment when a person replayed the message."""

    at = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class DeadLetter(Schema):
    """A dead letter without what it says of people. `id` is the event's id; a message that has none gets one from its content."""

    id = fields.UUID(required=True)
    service = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    handler = fields.String(required=True, allow_none=True)
    owner = fields.String(required=True, allow_none=True)
    actor = fields.String(required=True, allow_none=True)
    occurred_at = fields.String(required=True, allow_none=True)
    correlation_id = fields.String(required=True, allow_none=True)
    parked_at = fields.String(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)


class DeadLetterInFull(DeadLetter):
    """A dead letter with its history. `data` is what the event says, for those who may see it; `content` what cannot be read as one.

    One that is not `replayable` can only be discarded.
    """

    history = fields.List(fields.Nested(Mishap), required=True)
    data_shown = fields.Boolean(required=True)
    data = fields.Dict(required=True, allow_none=True)
    content = fields.String(required=True, allow_none=True)
    replayable = fields.Boolean(load_default=True)


class OneDeadLetter(Schema):
    """Which."""

    letter_id = fields.UUID(required=True)


class DeadLetterDecision(OneDeadLetter):
    """Which, and why."""

    note = Prose(required=True, validate=validate.Length(min=1, max=2_000))


class DeadLettersDecision(Schema):
    """Which type of event, and why."""

    type = Code(required=True, validate=validate.Length(min=1, max=100))
    note = Prose(required=True, validate=validate.Length(min=1, max=2_000))


class DeadLettersFilter(Schema):
    """The filter, the order in which they came (oldest first unless asked) and the page."""

    type = Code(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))
    order = fields.String(load_default="oldest", validate=validate.OneOf(ORDERS))
    cursor = Code(load_default=None, allow_none=True, validate=validate.Length(max=500))
    limit = fields.Integer(strict=True, load_default=20, validate=validate.Range(1, LARGEST))


class DeadLettersPage(Schema):
    """The page, and how many dead letters there are in all (the oldest 500 are looked at)."""

    letters = fields.List(fields.Nested(DeadLetter), required=True)
    parked = fields.Integer(required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DeadLettersReplayed(Schema):
    """How many messages went back to their handlers, and how many of the type are left."""

    replayed = fields.Integer(required=True)
    left = fields.Integer(required=True)


@dataclass(frozen=True)
class DeadLetterCalls:
    """The calls about the dead letters of one service."""

    ListDeadLetters: type[Call]
    GetDeadLetter: type[Call]
    ReplayDeadLetter: type[Call]
    ReplayDeadLetters: type[Call]
    DiscardDeadLetter: type[Call]


def dead_letter_calls(module: str, access: Access, data_access: Access) -> DeadLetterCalls:
    """Declares the calls about the dead letters of the service that owns the contracts in `module` (give `__name__`).

    `access` says who may look, replay and discard, `data_access` who of these may also see what the events say.
    """

    def declare(name: str, summary: str, **parts: Any) -> type[Call]:
        body = {"__module__": module, "__doc__": summary, "access": access, "deadline_s": _DEADLINE_S, "data_access": data_access}
        return type(name, (Call,), body | parts)

    return DeadLetterCalls(
        ListDeadLetters=declare(
            "ListDeadLetters",
            "Lists the service's dead letters without what they say of people (B7).",
            Request=DeadLettersFilter,
            Reply=DeadLettersPage,
        ),
        GetDeadLetter=declare(
            "GetDeadLetter",
            "Gives a dead letter with its error and history; its data only to those who may see them (B7).",
            Request=OneDeadLetter,
            Reply=DeadLetterInFull,
        ),
        ReplayDeadLetter=declare(
            "ReplayDeadLetter",
            "Gives a dead letter to its handler again, which does nothing if it has handled the event before (B7).",
            errors=(NotReplayable,),
            others_only=True,
            Request=DeadLetterDecision,
            Reply=DeadLetter,
        ),
        ReplayDeadLetters=declare(
            "ReplayDeadLetters",
            "Gives the oldest dead letters of a type, at most 100 at a time, to their handler again (B7).",
            errors=(NotReplayable,),
            others_only=True,
            Request=DeadLettersDecision,
            Reply=DeadLettersReplayed,
        ),
        DiscardDeadLetter=declare(
            "DiscardDeadLetter",
            "Removes a dead letter for good; the audit trail keeps who did it and why (B7).",
            others_only=True,
            Request=DeadLetterDecision,
            Reply=DeadLetter,
        ),
    )
