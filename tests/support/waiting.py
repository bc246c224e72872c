"""How tests wait: for a condition, for as long as the slowest machine may need, and never for a time.

That something comes before its deadline is shown with a deadline that no test lives to see (`NEVER_S`), not with a watch.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import eventlet

from deploy.demo.journey.api import PATIENCE_S, wait_for

__all__ = ["NEVER_S", "PATIENCE_S", "in_patience", "until"]

NEVER_S = 3_600.0
Found = TypeVar("Found")


def until(look: Callable[[], Found | None], what: str = "what was waited for", within_s: float = PATIENCE_S) -> Found:
    """Looks again and again until something is found, and gives it; raises AssertionError when patience ends."""
    return wait_for(what, look, within_s)


@contextmanager
def in_patience() -> Iterator[None]:
    """Raises AssertionError if what is done within does not end while there is patience."""
    with eventlet.Timeout(PATIENCE_S, AssertionError(f"it did not end within {PATIENCE_S:g} s")):
        yield
