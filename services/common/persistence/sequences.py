"""The next numbers of a series that people read: a running number of the database's sequence, written as the series is."""

from typing import Protocol

from sqlalchemy import Sequence, func, select
from sqlalchemy.orm import Session

from services.common.kernel.references import Numbering


class NumberSeries(Protocol):
    """How the numbers of a series are written, and the one that it begins with."""

    @property
    def numbering(self) -> Numbering:
        """How a number is written."""
        ...

    @property
    def first(self) -> int:
        """What the sequence's 1 stands for."""
        ...


def next_number(session: Session, sequence: Sequence, series: NumberSeries) -> str:
    """Gives the next number of a series. One that a rolled back transaction took is left out, never given twice."""
    return next_numbers(session, sequence, series, 1)[0]


def next_numbers(session: Session, sequence: Sequence, series: NumberSeries, count: int) -> list[str]:
    """Gives the next `count` numbers of a series, in one statement."""
    running = session.scalars(select(sequence.next_value()).select_from(func.generate_series(1, count)))
    return [series.numbering.make(series.first - 1 + number) for number in running]
