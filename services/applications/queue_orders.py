"""The orders in which staff read the queue, and where a page of each goes on. Pure."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, TextClause, desc, text, tuple_

from services.applications.models import NAME_ORDER, QUEUE_ORDER, Application
from services.common.errors import Invalid
from services.common.paging import read_cursor, write_cursor

NEVER_FIRST, NEVER_LAST, NAMELESS = "-infinity", "infinity", "\uffff"
NEWEST_ORDER = text("coalesce(submitted_at, '-infinity'::timestamptz)")


@dataclass(frozen=True)
class Order:
    """An order: by what (times have an index), in which type a cursor carries that, and how it is read off a row and a cursor."""

    by: TextClause
    kind: str
    of: Callable[[Application], Any]
    read: Callable[[Any], str]
    down: bool = False

    def page(self, query: Select[tuple[Application]], cursor: str | None, limit: int) -> Select[tuple[Application]]:
        """Gives the query of a page, with one row more than it shows. Raises Invalid for a cursor that was not written here."""
        ends = (desc(self.by), Application.id.desc()) if self.down else (self.by, Application.id)
        query = query.order_by(*ends).limit(limit + 1)
        key = read_cursor(cursor, parts=2)
        if key is None:
            return query
        last = text(f"(CAST(:key AS {self.kind}), CAST(:id AS uuid))").bindparams(key=self.read(key[0]), id=_id(key[1]))
        here = tuple_(self.by, Application.id)
        return query.where(here < last if self.down else here > last)

    def cursor(self, row: Application) -> str:
        """Writes where the page after this row begins."""
        return write_cursor(self.of(row), row.id)


def _instant(part: Any) -> str:
    try:
        never = part in (NEVER_FIRST, NEVER_LAST)
        return part if never else dt.datetime.fromisoformat(part).astimezone(dt.UTC).isoformat()
    except (TypeError, ValueError, OverflowError):
        raise _not_ours() from None


def _name(part: Any) -> str:
    if not isinstance(part, str) or "\0" in part:
        raise _not_ours()
    return part


def _id(part: Any) -> str:
    try:
        return str(UUID(part))
    except (TypeError, ValueError, AttributeError):
        raise _not_ours() from None


def _not_ours() -> Invalid:
    return Invalid(errors=[{"field": "cursor", "code": "invalid"}])


ORDERS = {
    "oldest": Order(QUEUE_ORDER, "timestamptz", lambda one: one.submitted_at or NEVER_LAST, _instant),
    "newest": Order(NEWEST_ORDER, "timestamptz", lambda one: one.submitted_at or NEVER_FIRST, _instant, down=True),
    "name": Order(NAME_ORDER, "text", lambda one: one.applicant_name or NAMELESS, _name),
}
