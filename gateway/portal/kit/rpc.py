"""Asking services for a page: one after the other, or several together in one round. A page takes at most two rounds."""

from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

import eventlet

from gateway.http.requests import Request
from gateway.services import Edge
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError

Found = TypeVar("Found")
Question = tuple[type[Call], dict[str, Any]]


def ask(edge: Edge, request: Request, contract: type[Call], /, key: str | None = None, **values: Any) -> dict[str, Any]:
    """Asks one question; `key` is the idempotency key of a form. Raises Invalid and whatever the service refuses with."""
    request.rounds += 1
    return _ask(edge, request, contract, values, key)


def together(edge: Edge, request: Request, *questions: Question) -> list[dict[str, Any]]:
    """Asks several questions at once and gives the answers in their order; the first refusal in that order is raised."""
    request.rounds += 1
    # A greenlet begins with an empty context: the trace, and the correlation id of log lines, go along.
    asked = [eventlet.spawn(copy_context().run, _ask, edge, request, contract, values, None) for contract, values in questions]
    try:
        return [one.wait() for one in asked]
    finally:
        for one in asked:
            one.kill()  # those that a refusal left behind; the rest have ended


def meanwhile(
    edge: Edge, request: Request, question: Question, other: Callable[[], Found], patience_s: float
) -> tuple[dict[str, Any] | None, Found]:
    """Asks a question in the round of `other()` and gives both answers.

    The page is there without the first: nothing where the service refuses, or takes `patience_s` longer than the other.
    """
    contract, values = question
    asked = eventlet.spawn(copy_context().run, _ask, edge, request, contract, values, None)
    try:
        found = other()
        with suppress(ServiceError), eventlet.Timeout(patience_s, False):
            return asked.wait(), found
        return None, found
    finally:
        asked.kill()


def _ask(edge: Edge, request: Request, contract: type[Call], values: dict[str, Any], key: str | None) -> dict[str, Any]:
    request.calls += 1
    return edge.ask(contract, request, contract.check(values), key)
