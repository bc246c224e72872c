"""What becomes of the facts that are believed when one is added, ended or taken back. Pure: nothing is stored here.

A fact is never altered. What no longer holds as it stands is superseded, and what remains of it is said anew with other days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from services.common.kernel.ids import new_id
from services.registry.facts.shape import Days, Fact


@dataclass
class Revision:
    """The facts that are believed no more, and those that are from now on."""

    superseded: list[Fact] = field(default_factory=list)
    added: list[Fact] = field(default_factory=list)

    def applied(self, believed: Iterable[Fact]) -> list[Fact]:
        """Gives what is believed afterwards, of what was."""
        gone = {id(fact) for fact in self.superseded}
        return [fact for fact in believed if id(fact) not in gone] + self.added

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.superseded or self.added)


def added(believed: Sequence[Fact], new: Fact) -> Revision:
    """Adds a fact from its first day on.

    Of a kind of which one holds at a time, it holds until the next change that is known already, and ends the one before. One
    that says what is believed for that day already changes nothing.
    """
    if new.one_for is None:
        return Revision(added=[new])
    rivals = [fact for fact in believed if _same_thing(fact, new)]
    before = next((fact for fact in rivals if fact.holds_on(new.since)), None)
    if before is not None and before.said() == new.said():
        return Revision()
    later = [fact.since for fact in rivals if fact.since > new.since]
    revision = Revision(added=[_again(new, new.since, min(later, default=new.until), new.recorded_at)])
    if before is not None:
        revision.superseded.append(before)
        if before.since < new.since:
            revision.added.append(_again(before, before.since, new.since, new.recorded_at))
    return revision


def ended(fact: Fact, day: date, at: datetime) -> Revision:
    """Ends a fact, so that it holds on the day before and no more; one that begins on that day or later is believed no more."""
    if fact.until is not None and fact.until <= day:
        return Revision()
    kept = [_again(fact, fact.since, day, at)] if fact.since < day else []
    return Revision([fact], kept)


def taken_back(believed: Sequence[Fact], fact: Fact, at: datetime) -> Revision:
    """Takes back a fact that was entered by mistake or is not to come: what it had ended holds on in its place."""
    revision = Revision([fact])
    if fact.one_for is None:
        return revision
    before = next((other for other in believed if _same_thing(other, fact) and other.until == fact.since), None)
    if before is not None:
        revision.superseded.append(before)
        revision.added.append(_again(before, before.since, fact.until, at))
    return revision


def _same_thing(fact: Fact, other: Fact) -> bool:
    keys = ("registrant_id", *(other.one_for or ()))
    return type(fact) is type(other) and all(getattr(fact, key) == getattr(other, key) for key in keys)


def _again(fact: Fact, since: date, until: date | None, at: datetime) -> Fact:
    days: Days = Range(since, until)
    values: dict[str, Any] = {name: getattr(fact, name) for name in ("registrant_id", "source", "source_id", "recorded_by")}
    return type(fact)(id=new_id(), effective=days, recorded_at=at, **values, **fact.said())
