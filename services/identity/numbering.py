"""Application IDs: the reference that a person signs in with (F12)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.references import InvalidReference
from services.contracts.college import NumberSeries
from services.identity.models import application_id_numbers


def next_application_id(session: Session, series: NumberSeries) -> str:
    """Gives an application ID that nobody has; numbers may be left out, never given twice."""
    running = session.execute(select(application_id_numbers.next_value())).scalar_one()
    return series.numbering.make(running + series.first - 1)


def read_application_id(text: str, series: NumberSeries) -> str | None:
    """Gives the application ID that a person typed, in any case and spacing; nothing if it cannot be one."""
    try:
        return series.numbering.read(text)
    except InvalidReference:
        return None
