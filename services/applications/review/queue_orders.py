"""The orders in which staff read the queue: whoever never submitted comes last from either end, who has no name yet last by name.

Oldest first is the order of what is to be done: what is finished comes after all else, as it was opened.

Each is written as its index is (`models.py`), or it would not be read from it.
"""

from typing import Any

from sqlalchemy import func, text

from services.common.kernel import paging
from services.common.persistence.ordering import Order
from services.contracts.applications import states

NEVER_FIRST, NEVER_LAST, FINISHED, NAMELESS = "-infinity", "9999-12-31T00:00:00+00:00", "infinity", "\uffff"


def _place(application: Any) -> Any:
    # As the database has it (`queue_place`).
    return FINISHED if application.state in states.FINAL else application.submitted_at or NEVER_LAST


def _by_name(rows: Any) -> Any:
    return func.coalesce(rows.applicant_name, text(f"'{NAMELESS}'")).collate("fr-CA-x-icu")


def _submitted(part: Any) -> str:
    return part if part in (NEVER_FIRST, FINISHED) else paging.an_instant(part)


ORDERS = {
    "oldest": Order(lambda rows: func.queue_place(rows.state, rows.submitted_at), "timestamptz", _place, _submitted),
    "newest": Order(
        lambda rows: func.coalesce(rows.submitted_at, text(f"'{NEVER_FIRST}'::timestamptz")),
        "timestamptz",
        lambda application: application.submitted_at or NEVER_FIRST,
        _submitted,
        down=True,
    ),
    "name": Order(_by_name, "text", lambda application: application.applicant_name or NAMELESS, paging.a_text),
}
