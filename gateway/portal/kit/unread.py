"""How many messages the menu says are unread: learned on one's home page, in the round that it takes anyway, and in the inbox (F17)."""

from collections.abc import Callable
from typing import TypeVar

from gateway.context import Context
from services.contracts.correspondence.messages import ListMessages
from services.contracts.pages import MESSAGES

PATIENCE_S = 0.5  # a home page does not wait for a number
Found = TypeVar("Found")


def beside(context: Context, other: Callable[[], Found]) -> tuple[int | None, Found]:
    """Gives how many of the caller's messages are unread, and what another look gives; nothing where it is not told, or not theirs to see."""
    if not context.caller.is_let_into(MESSAGES):
        return None, other()
    found, shown = context.meanwhile((ListMessages, {"limit": 1}), other, PATIENCE_S)
    return found.unread if found else None, shown
