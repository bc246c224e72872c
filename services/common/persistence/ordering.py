"""The orders in which a list can be read, and where a page of each goes on. Each is that of an index, so that a page costs a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, desc, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from services.common.kernel.paging import an_id, read_cursor, write_cursor


@dataclass(frozen=True)
class Order:
    """An order: by what of a row, then by its id; in which type a cursor carries that, and how it is read off a row and a cursor.

    Without `by` it is that of the ids, which is the order of their making.
    """

    by: Callable[[Any], Any] | None = None
    kind: str = ""
    of: Callable[[Any], Any] = lambda _row: None
    read: Callable[[Any], Any] = str
    down: bool = False

    def page(
        self, session: Session, rows: Any, query: Select[Any], cursor: str | None, limit: int
    ) -> tuple[list[Any], str | None]:
        """Gives a page of the `rows` (a class of a table, or `apart`) that a query finds, and where the next one begins.

        Raises Invalid for a cursor that was not written here.
        """
        keys = [self.by(rows), rows.id] if self.by else [rows.id]
        query = query.order_by(*(desc(key) if self.down else key for key in keys)).limit(limit + 1)
        after = read_cursor(cursor, *([self.read, an_id] if self.by else [an_id]))
        if after is not None:
            first = f"CAST(:key AS {self.kind}), " if self.by else ""
            last = text(f"({first}CAST(:id AS uuid))").bindparams(id=str(after[-1]))
            last = last.bindparams(key=after[0]) if self.by else last
            query = query.where(tuple_(*keys) < last if self.down else tuple_(*keys) > last)
        found = list(session.scalars(query))
        return found[:limit], self._cursor(found[limit - 1]) if len(found) > limit else None

    def _cursor(self, row: Any) -> str:
        return write_cursor(self.of(row), row.id) if self.by else write_cursor(row.id)


def apart(of: Any, query: Select[Any]) -> tuple[Any, Select[Any]]:
    """Gives what a query finds as rows of its own and the query for them: all that fit are found first, then put in order.

    Left to itself, PostgreSQL walks the index of an order in the hope of a match, and for a rare name that is the whole table.
    """
    rows = aliased(of, query.offset(0).subquery())
    return rows, select(rows)


NEWEST, OLDEST = Order(down=True), Order()
