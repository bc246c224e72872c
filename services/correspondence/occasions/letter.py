"""What an occasion module exports: for each event the letter that it brings about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.common.kernel.contract import Event
from services.common.persistence.unit_of_work import UnitOfWork
from services.correspondence.compose import LetterContext


@dataclass(frozen=True)
class Letter:
    """The function that writes the letter of an event, and the name of its handler.

    The name is on record: the inbox keeps it beside each event that was handled. With another name a repeated event would be handled twice.
    """

    handler: str
    write: Callable[[UnitOfWork, LetterContext, Any], None]


Letters = Mapping[type[Event], Letter]
