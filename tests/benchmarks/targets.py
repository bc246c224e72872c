"""What a bench asks of its figures: a target each, told as met or missed in the bench's last lines and in its exit status."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Target:
    """The least (`better="higher"`) or the most (`better="lower"`) that a figure may be, in the unit with which it is told."""

    name: str
    limit: float
    better: Literal["lower", "higher"] = "lower"
    unit: str = ""

    @property
    def asked(self) -> str:
        """The limit in words, for a table's column too: `at least 0.65`."""
        return f"{'at least' if self.better == 'higher' else 'at most'} {self.limit:,.10g}"

    def met(self, figure: float | None) -> bool:
        """Whether the figure, as rounded to be told, is within the limit; one that was not measured is not."""
        if figure is None:
            return False
        rounded = _rounded(figure)
        return rounded >= self.limit if self.better == "higher" else rounded <= self.limit

    def line(self, figure: float | None) -> str:
        """`met    calls at 16 at once: 0.89 of the floor (at least 0.65)`."""
        told = "not measured" if figure is None else f"{_rounded(figure):,.10g} {self.unit}".rstrip()
        return f"{'met' if self.met(figure) else 'missed':6} {self.name}: {told} ({self.asked})"


Figures = dict[Target, float]


def verdict(targets: Iterable[Target], figures: Figures, say: Callable[[str], None]) -> int:
    """Says a line for each target; 0 when all are met, 1 when one is missed or was not measured.

    Raises ValueError for a figure of a target that is not among these: it would be judged by nobody.
    """
    targets = list(targets)
    if strays := [target.name for target in figures if target not in targets]:
        raise ValueError(f"measured, but not among the targets: {', '.join(strays)}")
    for target in targets:
        say(target.line(figures.get(target)))
    return 0 if all(target.met(figures.get(target)) for target in targets) else 1


def _rounded(figure: float) -> float:
    """A figure as exact as it is told, so that no line contradicts itself."""
    return round(figure, 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2)
