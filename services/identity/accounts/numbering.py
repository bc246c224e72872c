"""Application IDs: the reference that a person signs in with (F12)."""

from collections.abc import Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.kernel.references import InvalidReference
from services.common.persistence.sequences import next_numbers
from services.contracts.college import NumberSeries
from services.identity.models import Account, application_id_numbers


def next_application_id(session: Session, series: NumberSeries) -> str:
    """Gives an application ID that nobody has; numbers may be left out, never given twice."""
    return next_application_ids(session, series, 1)[0]


def next_application_ids(session: Session, series: NumberSeries, count: int, reserved: Set[str] = frozenset()) -> list[str]:
    """Gives as many application IDs that nobody has and that are not `reserved`.

    People of an earlier system keep their ID, which may be one that our numbers have yet to come to: those are passed over, in
    ever longer steps, as there may be thousands in a row.
    """
    free: list[str] = []
    step = count
    while len(free) < count:
        made = next_numbers(session, application_id_numbers, series, step)
        taken = set(session.scalars(select(Account.application_id).where(Account.application_id.in_(made))))
        free += [application_id for application_id in made if application_id not in taken and application_id not in reserved]
        step *= 2
    return free[:count]


def read_application_id(text: str, series: NumberSeries) -> str | None:
    """Gives the application ID that a person typed, in any case and spacing; nothing if it cannot be one."""
    try:
        return series.numbering.read(text)
    except InvalidReference:
        return None


def earlier_application_id(text: str) -> str:
    """Gives the one written form of an ID that an earlier system gave: capitals and single spaces, the rest as it is."""
    return " ".join(text.upper().split())
