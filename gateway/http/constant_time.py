"""Answers that take the same time whatever was found, so that no watch tells whether there is an account."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

import eventlet

from services.common.kernel.contract import ConstantTime
from services.common.kernel.errors import ServiceError

STEP_S = 0.2  # longer than any such answer takes on a machine that is not overloaded: so all take one step


@contextmanager
def in_constant_time(
    which: ConstantTime, step_s: float = STEP_S, sleep: Callable[[float], None] = eventlet.sleep
) -> Iterator[None]:
    """Holds what is answered within it until a whole number of steps has passed since it began."""
    began = time.monotonic()

    def hold() -> None:
        took = time.monotonic() - began
        sleep(ceil(took / step_s) * step_s - took)

    try:
        yield
    except ServiceError:
        if which is not ConstantTime.NONE:
            hold()
        raise
    if which is ConstantTime.ALL:
        hold()
