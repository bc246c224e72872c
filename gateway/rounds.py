"""Questions asked at once: a page that needs several answers waits as long as the slowest of them takes."""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Generic, Self, TypeVar

import eventlet

from services.common.kernel.contract import Answered

Answer = TypeVar("Answer")
Ask = Callable[[type[Any], dict[str, Any], str | None], Any]


class Asked(Generic[Answer]):
    """A question on its way. Its answer is there when its round has ended."""

    def __init__(self, ask: Ask, contract: type[Answered[Answer]], values: dict[str, Any]) -> None:
        # A greenlet begins with an empty context: the trace, and the correlation id of log lines, go along.
        self._on_its_way = eventlet.spawn(copy_context().run, ask, contract, values, None)

    @property
    def reply(self) -> Answer:
        """The answer, waited for; raises what the service refuses with."""
        return self.wait()

    def wait(self) -> Answer:
        """Waits for the answer and gives it; raises what the service refuses with."""
        reply: Answer = self._on_its_way.wait()
        return reply

    def leave(self) -> None:
        """Waits no longer, if it has not ended."""
        self._on_its_way.kill()


class Round:
    """Several questions that are asked together, within `with`: at its end all are answered, or the first refusal in their order is raised.

    with context.round() as asked:
        file = asked.ask(GetApplication, application_id=application_id)
        form = asked.ask(GetForm) if shows_answers else None
    file.reply.state
    """

    def __init__(self, ask: Ask) -> None:
        self._how, self._asked = ask, list[Asked[Any]]()

    def ask(self, contract: type[Answered[Answer]], /, **values: Any) -> Asked[Answer]:
        """Sends a question and does not wait."""
        asked = Asked(self._how, contract, values)
        self._asked.append(asked)
        return asked

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            if kind is None:
                for asked in self._asked:
                    asked.wait()
        finally:
            for asked in self._asked:
                asked.leave()  # those that a refusal left behind; the rest have ended
