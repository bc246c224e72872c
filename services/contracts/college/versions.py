"""The versions of a part of the profile: each holds from its day until the next one's."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

Value = TypeVar("Value")


@dataclass(frozen=True)
class Version(Generic[Value]):
    """What a part of the profile says from a day on; without a day it says so always."""

    effective_from: dt.date | None
    value: Value


def in_force(versions: Sequence[Version[Value]], day: dt.date) -> Version[Value]:
    """Gives the version in force on a day. Something must hold before the first known day as well: that is the first version."""
    begun = [version for version in versions if version.effective_from is not None and version.effective_from <= day]
    return begun[-1] if begun else versions[0]


def turning_days(parts: Iterable[Sequence[Version[Value]]]) -> list[dt.date]:
    """Gives the days on which any of these parts goes over to another version, in order."""
    return sorted(
        {version.effective_from for versions in parts for version in versions[1:] if version.effective_from is not None}
    )


@runtime_checkable
class DatesItself(Protocol):
    """A part of the profile that has days of its own, such as the fees, instead of versions of the whole."""

    def days(self) -> Iterable[dt.date]:
        """The days on which something of it changes."""

    def in_force(self, day: dt.date) -> Any:
        """What of it is in force on a day."""
