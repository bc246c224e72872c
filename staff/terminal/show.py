"""Tables and facts on the terminal, in the person's language."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from services.common.kernel.money import Money, written
from services.contracts.applications.shapes import Bilingual
from staff.terminal.plain import plain
from staff.terminal.texts import TEXTS, say

WIDTH_IN_A_PIPE = 200  # where no one's window bounds a line, nothing is to be cut
NOTHING = "—"
READABLE, SPACE_BETWEEN = 10, 3
TO_BE_COPIED = (
    "reference",
    "document-number",
    "payment-number",
    "notice-number",
    "message-number",
    "fact-number",
    "invoice",
    "code",
)


def instant(at: datetime | None) -> str:
    """Writes an instant in this machine's time zone, with the zone: `2026-11-23 14:05 EST`."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M %Z") if at else NOTHING


class Page:
    """Writes to standard output. All that it is given is made safe for a terminal first."""

    def __init__(self, language: str) -> None:
        self.language = language
        in_a_pipe = (WIDTH_IN_A_PIPE, 0)  # COLUMNS, where it is set to a number, goes before both
        width = shutil.get_terminal_size(in_a_pipe).columns
        self._console = Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)

    def text(self, code: str, **values: object) -> str:
        """Gives words of ours."""
        return say(code, self.language, **values)

    def word(self, group: str, code: str | None) -> str:
        """Gives the words of a code in a group (`state`, `who`…); a code that we have no words for is shown as it is."""
        if code is None:
            return NOTHING
        key = f"{group}.{code}"
        return self.text(key) if key in TEXTS else code

    def within(self, group: str, code: str) -> str:
        """Gives the same words as they stand within a sentence."""
        key = f"{group}.{code}"
        return TEXTS[key].within(self.language) if key in TEXTS else code

    def both(self, words: Bilingual) -> str:
        """Chooses from words in both languages."""
        return words.in_(self.language) or NOTHING

    def money(self, amount: Money) -> str:
        """Writes an amount as the language does."""
        return written(amount, self.language)

    def line(self, words: str = "", style: str | None = None) -> None:
        """Writes a line."""
        self._console.print(Styled(plain(words), style=style or ""), soft_wrap=False)

    def heading(self, code: str) -> None:
        """Writes a heading after an empty line."""
        self.line()
        self.line(self.text(code), "bold")

    def facts(self, pairs: Iterable[tuple[str, Any]], indent: int = 0) -> None:
        """Writes names with their values, one under the other; a value of nothing is a dash."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        for name, value in pairs:
            grid.add_row(Styled(plain(name), style="dim"), Styled(plain(_shown(value))))
        self._console.print(Padding(grid, (0, 0, 0, indent)))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Writes a table; `columns` are codes of our words. A column in which nothing stands is left out.

        In a window too narrow for the columns, each row is written as facts, one under the other.
        """
        cells = [[plain(_shown(cell)) for cell in row] for row in rows]
        used = [place for place in range(len(columns)) if any(row[place] != NOTHING for row in cells)]
        if self._console.width < sum(_least_width(columns[place], [row[place] for row in cells]) for place in used):
            for row in cells:
                self.line()
                self.facts(((self.text(columns[place]), row[place]) for place in used), indent=2)
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for place in used:
            table.add_column(Styled(self.text(columns[place])), overflow="fold", no_wrap=columns[place] in TO_BE_COPIED)
        for row in cells:
            table.add_row(*(Styled(row[place]) for place in used))
        self._console.print(table)

    def next_page(self, cursor: str | None) -> None:
        """Says how to see more, if there is more."""
        if cursor:
            self.line(self.text("more", cursor=cursor))


def _least_width(column: str, cells: list[str]) -> int:
    longest = max(map(len, cells))
    return (longest if column in TO_BE_COPIED else min(longest, READABLE)) + SPACE_BETWEEN


def _shown(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)
