"""What a view or handler works with: the services behind the gateway, the request, and what its address names.

Services are asked one after the other, or several together in one round. A page takes at most two rounds.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

import eventlet

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.services import Services
from gateway.settings import GatewaySettings
from services.common.kernel.caller import Caller
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError, Unavailable
from services.contracts.college import College

Found = TypeVar("Found")
Question = tuple[type[Call], dict[str, Any]]


class UndeclaredCall(TypeError):
    """A page asks what its line in the table of pages does not name: name it there, and look who may see the page then."""


@dataclass(frozen=True, slots=True)
class Context:
    """One request on its way to an answer. `path` holds what the address names (`/fees/<number>`), `calls` what a page says it asks."""

    services: Services
    request: Request
    path: Mapping[str, str] = field(default_factory=dict)
    calls: frozenset[type[Call]] | None = None

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.request.language

    @property
    def caller(self) -> Caller:
        """The one who asks."""
        return self.request.caller

    @property
    def college(self) -> College:
        """The college's profile."""
        return self.services.college

    @property
    def settings(self) -> GatewaySettings:
        """The gateway's settings."""
        return self.services.settings

    def ask(self, contract: type[Call], /, key: str | None = None, **values: Any) -> dict[str, Any]:
        """Asks one question; `key` is the idempotency key of a form. Raises Invalid and whatever the service refuses with."""
        self.request.rounds += 1
        return self._ask(contract, values, key)

    def together(self, *questions: Question) -> list[dict[str, Any]]:
        """Asks several questions at once and gives the answers in their order; the first refusal in that order is raised."""
        self.request.rounds += 1
        asked = [self._begin(question) for question in questions]
        try:
            return [answer.wait() for answer in asked]
        finally:
            for answer in asked:
                answer.kill()  # those that a refusal left behind; the rest have ended

    def available(self, *questions: Question) -> list[dict[str, Any] | None]:
        """Asks several questions at once and gives the answers in their order; nothing in the place of a service that is away."""
        self.request.rounds += 1
        return [answer.wait() for answer in [self._begin(question, self._if_there) for question in questions]]

    def meanwhile(self, question: Question, other: Callable[[], Found], patience_s: float) -> tuple[dict[str, Any] | None, Found]:
        """Asks a question in the round of `other()` and gives both answers.

        The page is there without the first: nothing where the service refuses, or takes `patience_s` longer than the other.
        """
        asked = self._begin(question)
        try:
            found = other()
            with suppress(ServiceError), eventlet.Timeout(patience_s, False):
                return asked.wait(), found
            return None, found
        finally:
            asked.kill()

    def _begin(self, question: Question, how: Callable[..., Any] | None = None) -> Any:
        contract, values = question
        # A greenlet begins with an empty context: the trace, and the correlation id of log lines, go along.
        return eventlet.spawn(copy_context().run, how or self._ask, contract, values, None)

    def _if_there(self, contract: type[Call], values: dict[str, Any], key: str | None) -> dict[str, Any] | None:
        try:
            return self._ask(contract, values, key)
        except Unavailable:
            return None

    def _ask(self, contract: type[Call], values: dict[str, Any], key: str | None) -> dict[str, Any]:
        if self.calls is not None and contract not in self.calls:
            raise UndeclaredCall(f"{self.request.route} does not say that it asks {contract.__qualname__}")
        self.request.calls += 1
        return self.services.ask(contract, self.request, contract.check(values), key)


View = Callable[[Context], Response]
