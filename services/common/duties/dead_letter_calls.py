"""The calls that every service answers about its own dead letters (B7): written once here, made for each owner by `dead_letter_calls`."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.errors import NotReplayable, Unavailable
from services.common.kernel.paging import LARGEST
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Code, Prose
from services.common.kernel.validation import fields, validate

ORDERS = ("oldest", "newest")
_DEADLINE_S = 12.0  # waiting for another look, fetching the whole queue, publishing with confirms


class DeadLettersBusy(Unavailable):
    """Somebody else is looking at the same dead letters, and it takes too long to wait."""

    code = "dead_letters_busy"
    detail = Text(
        "Somebody else is looking at these messages right now. Please try again in a few seconds.",
        "Une autre personne consulte ces messages en ce moment. Veuillez réessayer dans quelques secondes.",
    )


class Mishap(Record):
    """One failed try, or (without an error) the moment when a person replayed the message."""

    at: str | None
    error: str | None


class DeadLetter(Record):
    """A dead letter without what it says of people. `id` is the event's id; a message that has none gets one from its content."""

    id: UUID
    service: str
    type: str | None
    handler: str | None
    owner: str | None
    actor: str | None
    occurred_at: str | None
    correlation_id: str | None
    parked_at: str | None
    attempts: int
    error: str | None


class DeadLetterInFull(DeadLetter):
    """A dead letter with its history. `data` is what the event says, for those who may see it; `content` what cannot be read as one.

    One that is not `replayable` can only be discarded.
    """

    history: list[Mishap]
    data_shown: bool
    data: dict[str, Any] | None
    content: str | None
    replayable: bool = True


class OneDeadLetter(Record):
    """Which."""

    letter_id: UUID


class DeadLetterDecision(OneDeadLetter):
    """Which, and why."""

    note: str = of(Prose(validate=validate.Length(min=1, max=2000)))


class DeadLettersDecision(Record):
    """Which type of event, and why."""

    type: str = of(Code(validate=validate.Length(min=1, max=100)))
    note: str = of(Prose(validate=validate.Length(min=1, max=2000)))


class DeadLettersFilter(Record):
    """The filter, the order in which they came (oldest first unless asked) and the page."""

    type: str | None = of(Code(validate=validate.Length(min=1, max=100)), default=None)
    order: str = of(fields.String(validate=validate.OneOf(ORDERS)), default="oldest")
    cursor: str | None = of(Code(validate=validate.Length(max=500)), default=None)
    limit: int = of(fields.Integer(strict=True, validate=validate.Range(1, LARGEST)), default=20)


class DeadLettersPage(Record):
    """The page, and how many dead letters there are in all (the oldest 500 are looked at)."""

    letters: list[DeadLetter]
    parked: int
    next_cursor: str | None


class DeadLettersReplayed(Record):
    """How many messages went back to their handlers, and how many of the type are left."""

    replayed: int
    left: int


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
