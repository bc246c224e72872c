"""What a view or handler works with: the services behind the gateway, the request, and what its address names.

Services are asked one after the other, or several together in one round. A page takes at most two rounds.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import eventlet

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.rounds import Asked, Round
from gateway.services import Services
from gateway.settings import GatewaySettings
from services.common.kernel.caller import Caller
from services.common.kernel.contract import Answered, Call
from services.common.kernel.errors import ServiceError, Unavailable
from services.contracts.college import CollegeOnDay

Found = TypeVar("Found")
Answer = TypeVar("Answer")
Second = TypeVar("Second")
Question = tuple[type[Answered[Answer]], dict[str, Any]]


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
    def college(self) -> CollegeOnDay:
        """The college as its profile has it today."""
        return self.services.college

    def college_of(self, judged_on: date | None) -> CollegeOnDay:
        """The college by whose rules an application is judged: of the day that its answer says, today's while it is a draft."""
        return self.services.profile.on(judged_on) if judged_on else self.college

    @property
    def settings(self) -> GatewaySettings:
        """The gateway's settings."""
        return self.services.settings

    def ask(self, contract: type[Answered[Answer]], /, key: str | None = None, **values: Any) -> Answer:
        """Asks one question and gives the `Reply`; `key` is the idempotency key of a form. Raises Invalid and whatever the service says."""
        self.request.rounds += 1
        return self._ask(contract, values, key)

    def round(self) -> Round:
        """Asks several questions at once: `with context.round() as asked: …`."""
        self.request.rounds += 1
        return Round(self._ask)

    def together(self, first: Question[Answer], second: Question[Second], /) -> tuple[Answer, Second]:
        """Asks two questions at once and gives both answers; the first refusal in their order is raised."""
        with self.round() as asked:
            one, other = asked.ask(first[0], **first[1]), asked.ask(second[0], **second[1])
        return one.reply, other.reply

    def available(self, *questions: Question[Answer]) -> list[Answer | None]:
        """Asks several questions at once and gives the answers in their order; nothing in the place of a service that is away."""
        self.request.rounds += 1
        asked: list[Asked[Answer | None]] = [Asked(self._if_there, *question) for question in questions]
        try:
            return [question.reply for question in asked]
        finally:
            for question in asked:
                question.leave()  # those that a refusal left behind; the rest have ended

    def meanwhile(self, question: Question[Answer], other: Callable[[], Found], patience_s: float) -> tuple[Answer | None, Found]:
        """Asks a question in the round of `other()` and gives both answers.

        The page is there without the first: nothing where the service refuses, or takes `patience_s` longer than the other.
        """
        asked = Asked(self._ask, *question)
        try:
            found = other()
            with suppress(ServiceError), eventlet.Timeout(patience_s, False):
                return asked.reply, found
            return None, found
        finally:
            asked.leave()

    def _if_there(self, contract: type[Answered[Answer]], values: dict[str, Any], key: str | None) -> Answer | None:
        try:
            return self._ask(contract, values, key)
        except Unavailable:
            return None

    def _ask(self, contract: type[Answered[Answer]], values: dict[str, Any], key: str | None) -> Answer:
        if self.calls is not None and contract not in self.calls:
            raise UndeclaredCall(f"{self.request.route} does not say that it asks {contract.__qualname__}")
        self.request.calls += 1
        return self.services.ask(contract, self.request, contract.check(values), key)


View = Callable[[Context], Response]
