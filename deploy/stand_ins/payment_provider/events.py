"""What the provider announces: one event per payment, and others when asked to; each with the story of its delivery."""

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True)
class Attempt:
    """One try to deliver an event: the receiver's status, or the error when it gave none."""

    at: str
    status: int | None
    error: str | None
    milliseconds: int

    @property
    def accepted(self) -> bool:
        """True for any 2xx answer."""
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Event:
    """A fact to deliver. `round` counts the resends asked for; `tries` and `round_started` belong to the present round."""

    id: str
    type: str
    created: int
    data: dict[str, Any]
    round_started: float
    state: str = "pending"
    round: int = 0
    tries: int = 0
    attempts: list[Attempt] = field(default_factory=list)

    def body(self) -> bytes:
        """Return the bytes every try sends: the same each time."""
        return orjson.dumps(self.as_sent())

    def as_sent(self) -> dict[str, Any]:
        """Return what the receiver gets."""
        return {"id": self.id, "type": self.type, "created": self.created, "data": self.data}

    def as_listed(self) -> dict[str, Any]:
        """Return what `GET /v1/events` shows: the event and every try."""
        return self.as_sent() | {"state": self.state, "attempts": [asdict(attempt) for attempt in self.attempts]}


def restored_event(sent: dict[str, Any]) -> Event:
    """Return the pending event a journal record or a new payment describes, its first round starting at its creation."""
    return Event(id=sent["id"], type=sent["type"], created=sent["created"], data=sent["data"], round_started=sent["created"])
