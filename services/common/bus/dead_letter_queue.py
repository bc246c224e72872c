"""The dead-letter queue of one service, looked at without changing it: fetched on a connection of its own, not acked, given back.

The queue is the truth; there is no copy of it anywhere. What is fetched and not acked returns to its old place when the channel closes,
also when this process is killed meanwhile. While one person looks the queue seems empty to another, so looks take turns (see
`dead_letters.py`). At most 500 messages are looked at, the oldest.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import amqp
import eventlet
import orjson

from services.common.bus.connection import CONNECT_TIMEOUT_S, LOST
from services.common.bus.senders import why_refused
from services.common.bus.topology import BACK_EXCHANGE, DEAD_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER, dead_letter_queue
from services.common.kernel import clock
from services.common.kernel.errors import NotReplayable, ServiceError, Unavailable
from services.common.observability.logs import get_logger
from services.common.observability.metrics import REFUSED
from services.common.security.transport import broker_connection, broker_user

MOST_LOOKED_AT, MOST_BYTES, LOOK_S, CONFIRM_S = 500, 64 * 1024 * 1024, 4.0, 3.0
# Fifty of five hundred characters, at four bytes each, still fit in the one frame that AMQP has for headers.
LONGEST_HISTORY, LONGEST_ERROR, LONGEST_INSTANT = 50, 500, 40
DEAD_LETTERS = "letters"
log = get_logger("dead-letters")


def attempts_of(history: list[dict[str, str | None]]) -> int:
    """Counts the failed tries since the message was first heard, or since a person last replayed it: the place in the retry schedule."""
    count = 0
    for entry in reversed(history):
        if not entry["error"]:
            break
        count += 1
    return count


def mishap(at: Any, error: Any) -> dict[str, str | None]:
    """Gives one entry of a history: bounded, whatever came in its place."""
    return {"at": str(at)[:LONGEST_INSTANT], "error": error[:LONGEST_ERROR] if isinstance(error, str) else None}


def history_of(message: amqp.Message) -> list[dict[str, str | None]]:
    """Gives the failed tries and the replays that a message tells of, oldest first."""
    told = (message.headers or {}).get(HISTORY_HEADER)
    entries = told if isinstance(told, list) else []
    return [mishap(entry.get("at") or "", entry.get("error")) for entry in entries if isinstance(entry, dict)][-LONGEST_HISTORY:]


@dataclass(frozen=True)
class DeadLetter:
    """An event that failed too often, or is not believed.

    `id` is the event's id if the body tells one, else made from handler and content, the same at each look.

    `parker` is the user of the service itself: what anybody else wrote into its dead letters is shown, and cannot be replayed.
    """

    message: amqp.Message
    service: str
    parker: str

    @property
    def body(self) -> bytes:
        """What was sent, byte for byte."""
        body = self.message.body
        return body.encode() if isinstance(body, str) else bytes(body)

    @cached_property
    def refusal(self) -> str | None:
        """Why this is not believed to come from the service itself, or nothing."""
        delivery = self.message.delivery_info or {}
        parked = (delivery.get("exchange"), delivery.get("routing_key")) == (DEAD_EXCHANGE, self.service)
        return why_refused(self.message, {self.parker} if parked else None)

    @property
    def sender(self) -> str:
        """The user whom the broker vouches for; empty if it does for nobody."""
        return self.message.properties.get("user_id") or ""

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The event's envelope; empty if the body is not one."""
        with suppress(ValueError):
            envelope = orjson.loads(self.body)
            if isinstance(envelope, dict):
                return envelope
        return {}

    @cached_property
    def id(self) -> UUID:
        """The dead letter's id."""
        try:
            return UUID(self.envelope["id"])
        except (KeyError, ValueError, TypeError, AttributeError):
            return uuid5(NAMESPACE_OID, f"{self.handler}\n{self.body.hex()}")

    @property
    def account_id(self) -> UUID | None:
        """Whom the event is about, if it names an account."""
        try:
            return UUID(self.envelope["data"]["account_id"])
        except (KeyError, ValueError, TypeError, AttributeError):
            return None

    @property
    def handler(self) -> str | None:
        """The queue of the handler that failed. None, so that it cannot be replayed, if the service itself did not put it here."""
        if self.refusal:
            return None
        handler = (self.message.headers or {}).get(HANDLER_HEADER)
        return handler if isinstance(handler, str) else None

    @cached_property
    def history(self) -> list[dict[str, str | None]]:
        """The failed tries and the replays, oldest first; of what the service did not put here itself, only that, and whose it is."""
        if self.refusal:
            return [mishap("", f"NotParked: {self.refusal}: came from {self.sender!r}")]
        return history_of(self.message)

    @property
    def type(self) -> str | None:
        """The event's type: as its queue says, for a body can say anything."""
        return self.handler.rpartition(".")[2] if self.handler else self._told("type")

    @property
    def parked_at(self) -> str:
        """When the last try failed, in ISO 8601; empty if nothing tells."""
        return (self.history[-1]["at"] or "") if self.history else ""

    @property
    def error(self) -> str | None:
        """What the last try failed with."""
        return next((entry["error"] for entry in reversed(self.history) if entry["error"]), None)

    @property
    def replayable(self) -> bool:
        """Whether it names a handler of its own service: a forged header must not send it elsewhere."""
        return bool(self.handler and self.handler.startswith(f"events.{self.service}."))

    @property
    def digest(self) -> str:
        """The SHA-256 of the body, which shows later what a discarded message was."""
        return sha256(self.body).hexdigest()

    def same_as(self, other: "DeadLetter") -> bool:
        """Says whether both are deliveries of one message, so that what is done to one is done to both."""
        return (self.id, self.handler, self.body) == (other.id, other.handler, other.body)

    def row(self) -> dict[str, Any]:
        """Gives what a list shows of it: the envelope without the data, the error without its details."""
        told = {name: self._told(name) for name in ("owner", "actor", "occurred_at", "correlation_id")}
        return told | {
            "id": self.id,
            "service": self.service,
            "type": self.type,
            "handler": self.handler,
            "parked_at": self.parked_at or None,
            "attempts": attempts_of(self.history),
            "error": without_details(self.error),
        }

    def _told(self, name: str) -> str | None:
        value = self.envelope.get(name)
        return value[:200].replace("\x00", "\\x00") if isinstance(value, str) else None


def without_details(error: str | None) -> str | None:
    """Gives the first line of an error, at most 200 characters: the lines below it (a database's DETAIL) may quote what people wrote."""
    return error.strip().partition("\n")[0][:200] if error else None


class Look:
    """The dead letters in hand. None of them is gone until it is acked."""

    def __init__(self, connection: amqp.Connection, service: str) -> None:
        self._service = service
        self._connection = connection
        self._user: str = connection.user
        self._channel = connection.channel()
        self._out: amqp.Channel | None = None
        self.parked = 0
        self.letters = list(self._fetch())

    def _fetch(self) -> Iterator[DeadLetter]:
        held = 0
        for taken in range(1, MOST_LOOKED_AT + 1):
            if held > MOST_BYTES:
                return
            try:
                message = self._channel.basic_get(dead_letter_queue(self._service), no_ack=False)
            except amqp.exceptions.NotFound:
                return  # a service that hears nothing has no such queue
            if message is None:
                return
            self.parked = taken + (message.delivery_info or {}).get("message_count", 0)
            held += len(message.body)
            dead_letter = DeadLetter(message, self._service, self._user)
            if dead_letter.refusal:
                log.error(
                    "letter-refused",
                    service=self._service,
                    reason=dead_letter.refusal,
                    sender=dead_letter.sender,
                    id=str(dead_letter.id),
                )
                REFUSED.labels(self._service, DEAD_LETTERS, dead_letter.refusal).inc()
            yield dead_letter

    def replay(self, dead_letter: DeadLetter) -> None:
        """Gives a copy to the dead letter's handler, with its history, and returns when the broker holds it. The retry schedule begins anew.

        Raises NotReplayable if there is no such queue.
        """
        handler = dead_letter.handler or ""
        history = [*dead_letter.history, mishap(clock.now().isoformat(), None)][-LONGEST_HISTORY:]
        told = dead_letter.message.properties
        copy = amqp.Message(
            dead_letter.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=told.get("message_id") or str(dead_letter.id),
            type=told.get("type") or "",
            correlation_id=told.get("correlation_id") or "",
            application_headers={HANDLER_HEADER: handler, HISTORY_HEADER: history},
        )
        returned: list[Any] = []
        if self._out is None:
            self._out = self._connection.channel()
        self._out.events["basic_return"] = {lambda *args: returned.append(args)}
        copy.properties["user_id"] = self._user
        self._out.basic_publish_confirm(copy, BACK_EXCHANGE, handler, mandatory=True, confirm_timeout=CONFIRM_S)
        if returned:
            raise NotReplayable()

    def remove(self, dead_letter: DeadLetter) -> None:
        """Takes a dead letter out of the queue for good."""
        self._channel.basic_ack(dead_letter.message.delivery_tag)

    def close(self) -> None:
        """Gives back all that was not removed, to its old place. A connection that ends does the same."""
        self._channel.close()  # the broker answers when it has done so: whoever looks next sees all again


@contextmanager
def looking(amqp_uri: str, service: str) -> Iterator[Look]:
    """Opens a look at a service's dead letters; raises Unavailable when the broker is not there or takes too long."""
    connection: amqp.Connection | None = None
    too_late = Unavailable()  # no OSError, which the libraries would take for a reason to try again
    try:
        with eventlet.Timeout(2 * LOOK_S, too_late):
            connection = connect(amqp_uri)
            look = Look(connection, service)
            try:
                yield look
            except ServiceError as error:
                if error is not too_late:
                    look.close()
                raise
            look.close()
            connection.close()
    except LOST as error:
        raise Unavailable() from error
    finally:
        if connection is not None:
            connection.collect()


def connect(amqp_uri: str) -> amqp.Connection:
    """Opens a connection to the broker for a short errand, in the caller's own greenlet; raises what LOST names."""
    # Not kombu's `connection`, which tries again by itself after two seconds, however late it is.
    kombu = broker_connection(amqp_uri, 0, CONNECT_TIMEOUT_S)
    connection = kombu.transport.establish_connection()
    connection.user = broker_user(amqp_uri)
    return connection
