"""The orders in which staff read the queue: whoever never submitted comes last from either end, who has no name yet last by name.

Each is written as its index is (`models.py`), or it would not be read from it.
"""

from typing import Any

from sqlalchemy import func, text

from services.common import ordering
from services.common.ordering import Order

NEVER_FIRST, NEVER_LAST, NAMELESS = "-infinity", "infinity", "\uffff"


def _by_submission(rows: Any, never: str) -> Any:
    return func.coalesce(rows.submitted_at, text(f"'{never}'::timestamptz"))


def _by_name(rows: Any) -> Any:
    return func.coalesce(rows.applicant_name, text(f"'{NAMELESS}'")).collate("fr-CA-x-icu")


def _submitted(part: Any) -> str:
    return part if part in (NEVER_FIRST, NEVER_LAST) else ordering.an_instant(part)


ORDERS = {
    "oldest": Order(
        lambda rows: _by_submission(rows, NEVER_LAST), "timestamptz", lambda one: one.submitted_at or NEVER_LAST, _submitted
    ),
    "newest": Order(
        lambda rows: _by_submission(rows, NEVER_FIRST),
        "timestamptz",
        lambda one: one.submitted_at or NEVER_FIRST,
        _submitted,
        down=True,
    ),
    "name": Order(_by_name, "text", lambda one: one.applicant_name or NAMELESS, ordering.a_text),
}
