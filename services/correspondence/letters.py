"""The letter of each event: the tables of the occasion modules as one, and the service's handlers made from it."""

from collections.abc import Callable
from typing import Any

from services.common.bus.events import handles
from services.common.kernel.contract import Event
from services.common.persistence.unit_of_work import UnitOfWork
from services.correspondence.occasions import (
    account_mails,
    application_mails,
    delegate_mails,
    fee_mails,
    registration_mails,
    security_mails,
    support_mails,
)
from services.correspondence.occasions.letter import Letter, Letters

LETTERS: Letters = {
    **account_mails.LETTERS,
    **security_mails.LETTERS,
    **support_mails.LETTERS,
    **delegate_mails.LETTERS,
    **application_mails.LETTERS,
    **fee_mails.LETTERS,
    **registration_mails.LETTERS,
}


def add_handlers(service_class: type) -> type:
    """Gives a service class the handler of every event in LETTERS, under the name that its letter has there."""
    for event, letter in LETTERS.items():
        setattr(service_class, letter.handler, _handler(event, letter))
    return service_class


def _handler(event: type[Event], letter: Letter) -> Callable:
    def handler(service: Any, work: UnitOfWork, data: Any) -> None:
        letter.write(work, service.context, data)

    handler.__name__, handler.__doc__ = letter.handler, letter.write.__doc__
    return handles(event)(handler)
