"""Lists as files for a spreadsheet: all that a filter finds, in the columns of the page."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from gateway.context import Context
from gateway.http.errors import TooManyRows
from gateway.http.responses import Response, of_bytes
from gateway.portal.kit.texts import say
from services.common.kernel.contract import Answered
from services.common.kernel.paging import LARGEST

MOST_ROWS = 10_000
Row = TypeVar("Row")


class Page(Protocol):
    """What a listing call answers: some rows, and where the next of them begin."""

    @property
    def next_cursor(self) -> str | None:
        """None on the last page."""


Listed = TypeVar("Listed", bound=Page)


def all_pages(
    context: Context, contract: type[Answered[Listed]], rows_of: Callable[[Listed], Iterable[Row]], **asked: Any
) -> Iterator[Row]:
    """Gives what a listing call finds, page after page; `rows_of` takes them off a page. Raises TooManyRows rather than leave some out."""
    cursor = None
    for _page in range(MOST_ROWS // LARGEST):
        found = context.ask(contract, **asked, cursor=cursor, limit=LARGEST)
        yield from rows_of(found)
        if (cursor := found.next_cursor) is None:
            return
    raise TooManyRows(most=MOST_ROWS)


def csv_file(context: Context, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Writes rows under their columns (marked texts) as a file that a spreadsheet opens as UTF-8.

    Instants are written as the college's clock showed them (`2026-12-31 23:30:00`), as on the pages and the papers.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([say(context.language, column) for column in columns])
    for row in rows:
        writer.writerow([_harmless(_written(cell, context.college.time_zone)) for cell in row])
    headers = [("Content-Disposition", f'attachment; filename="{name}.csv"'), ("Cache-Control", "no-store")]
    return of_bytes(b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv; charset=utf-8", 200, headers)


def _written(cell: Any, zone: ZoneInfo) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return "" if cell is None else str(cell)


def _harmless(cell: str) -> str:
    # A spreadsheet carries out what begins so; people choose their own names.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
