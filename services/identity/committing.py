"""Use cases in several transactions: what is slow, such as hashing a password, is done between them and holds no connection."""

from collections.abc import Callable
from typing import TypeVar

from services.common.persistence.unit_of_work import Work, Works

Result = TypeVar("Result")


def committed(works: Works, part: Callable[[Work], Result]) -> Result:
    """Does a part in a transaction of its own, so that it stays done if the whole is then refused."""

    def attempt() -> Result:
        with works.transaction() as work:
            return part(work)

    return works.persist(attempt)
