"""Use cases in several transactions: what is slow, such as hashing a password, is done between them and holds no connection."""

from collections.abc import Callable
from typing import TypeVar

from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory

Result = TypeVar("Result")


def committed(units: UnitOfWorkFactory, part: Callable[[UnitOfWork], Result]) -> Result:
    """Does a part in a transaction of its own, so that it stays done if the whole is then refused."""

    def attempt() -> Result:
        with units.transaction() as work:
            return part(work)

    return units.persist(attempt)
