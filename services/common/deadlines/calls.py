"""The calls that every owner of deadlines answers about them: written once here, made for each owner by `deadline_calls`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.common.deadlines.errors import CannotBePaused, NoSuchClock, PausedAlready
from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import Code, Prose
from services.common.kernel.validation import fields, validate

MOST_DAYS = 3660


def _reason() -> Any:
    return of(Prose(validate=validate.Length(min=1, max=2000)))


def _rule() -> Any:
    return of(Code(validate=validate.Length(min=1, max=100)))


class RunningDeadline(Record):
    """A clock that runs: by which rule, since when, and the last day in time, which is not known while it stands still.

    `days_left` counts whole days, the last one included; what is late has none.
    """

    rule: str
    began_at: datetime
    last_day: date | None
    paused: bool
    late: bool
    days_left: int


class GivenAdjustment(Record):
    """What puts a deadline off, with its reason: an `extension` by days, a `pause`, or an `outage` of the college, which is everybody's."""

    id: UUID
    kind: str
    days: int
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str
    given_by: str
    given_at: datetime


class DeadlineInFull(RunningDeadline):
    """The same with whether it can be paused, and what puts it off."""

    can_be_paused: bool
    adjustments: list[GivenAdjustment]


class DeadlinesOfOne(Record):
    """The clocks that run for one subject."""

    deadlines: list[DeadlineInFull]


class WhoseDeadlines(Record):
    """Whose."""

    subject_id: UUID


class DeadlineDecision(WhoseDeadlines):
    """Which clock, and why."""

    rule: str = _rule()
    reason: str = _reason()


class Extension(DeadlineDecision):
    """Which clock, by how many days more, and why."""

    days: int = of(fields.Integer(strict=True, validate=validate.Range(1, MOST_DAYS)))


class ResumedClock(WhoseDeadlines):
    """Which clock goes on."""

    rule: str = _rule()


class TakenBack(WhoseDeadlines):
    """Which adjustment, and why."""

    adjustment_id: UUID
    reason: str = _reason()


@dataclass(frozen=True)
class DeadlineCalls:
    """The calls about the deadlines of one service."""

    GetDeadlines: type[Call]
    ExtendDeadline: type[Call]
    PauseDeadline: type[Call]
    ResumeDeadline: type[Call]
    TakeBackAdjustment: type[Call]


def deadline_calls(module: str, readers: Access, givers: Access) -> DeadlineCalls:
    """Declares the calls about the deadlines of the service that owns the contracts in `module` (give `__name__`).

    `readers` see them, `givers` put them off; nobody their own.
    """

    def declare(name: str, summary: str, **parts: Any) -> type[Call]:
        body = {"__module__": module, "__doc__": summary, "access": givers, "others_only": True, "Reply": DeadlinesOfOne}
        return type(name, (Call,), body | parts)

    return DeadlineCalls(
        GetDeadlines=declare(
            "GetDeadlines",
            "Gives the clocks that run for one subject, and what puts each off.",
            access=readers,
            read_only=True,
            Request=WhoseDeadlines,
        ),
        ExtendDeadline=declare(
            "ExtendDeadline",
            "Gives one subject more days, in the run of the clock that is under way.",
            idempotent=True,
            errors=(NoSuchClock,),
            Request=Extension,
        ),
        PauseDeadline=declare(
            "PauseDeadline",
            "Stops a clock of one subject from now on.",
            errors=(NoSuchClock, CannotBePaused, PausedAlready),
            Request=DeadlineDecision,
        ),
        ResumeDeadline=declare(
            "ResumeDeadline", "Lets a clock that stands still go on from now.", errors=(NoSuchClock,), Request=ResumedClock
        ),
        TakeBackAdjustment=declare(
            "TakeBackAdjustment",
            "Takes back an extension or a pause, as if it had never been given; what was done meanwhile stays done.",
            Request=TakenBack,
        ),
    )
