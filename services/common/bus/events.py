"""Hearing facts: the `@handles(Event)` entry point and the consumer behind it.

A handler runs in one transaction that also writes the inbox, so that a second delivery changes nothing. One that fails is tried again
after growing delays, then put with its error and history into the service's dead-letter queue. So is, at once, a message that breaks its
contract, and one that is not its owner's word (`senders.py`): that one can never be replayed. One that finds no database waits until there
is one. The message is acked only when the broker holds its copy in the next queue.
"""

import functools
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import amqp
import eventlet
import orjson
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint
from psycopg2 import errors as postgres

from services.common import settings as settings_module
from services.common.bus.connection import LOST, BrokerConnection
from services.common.bus.dead_letter_queue import LONGEST_HISTORY, attempts_of, history_of, mishap
from services.common.bus.publisher import NotPublished, Outgoing, Publisher
from services.common.bus.senders import REASONS, Senders, why_refused
from services.common.bus.shutdown import ordinary_errors
from services.common.bus.topology import (
    BACK_EXCHANGE,
    DEAD_EXCHANGE,
    HANDLER_HEADER,
    HISTORY_HEADER,
    dead_letter_parts,
    declarer,
    event_parts,
    exchange_of,
    queue_of,
    retry_exchange,
    retry_parts,
    together,
)
from services.common.kernel import clock
from services.common.kernel.caller import CORRELATION_HEADER, LANGUAGE_HEADER, SENDER_HEADER
from services.common.kernel.contract import Event
from services.common.kernel.errors import Invalid, Unavailable
from services.common.observability.logs import get_logger
from services.common.observability.metrics import PARKED, RETRIED, Stopwatch, refusals
from services.common.observability.spans import PARENT, ROOT
from services.common.persistence import inbox
from services.common.persistence.unit_of_work import OccurredEvent
from services.common.settings import QUORUM

CONFIRM_S = 5.0
LONGEST_NOT_BELIEVED = 10_000  # bytes of a refused message that are kept, for a person to see what was tried
OUTAGE_DELAY = 2  # in the retry schedule (5 s): how long an event waits while the database is away
log = get_logger("events")


class NotYet(Exception):
    """The handler needs a fact that has not been heard yet: try again a little later."""


class Malformed(Exception):
    """The message breaks its contract; no retry can mend it."""


class NotAnnounced(Malformed):
    """The message is not the word of the event's owner, as far as the broker could check that: it is not believed, now or when replayed."""


class EventConsumer(SharedExtension):
    """Consumes the queues of the events that the service listens to, on a link and with a share of workers of its own."""

    def __init__(self) -> None:
        self._handlers: dict[str, EventHandler] = {}  # filled while the container sets up, in any order
        self._ways: dict[tuple[str, str, str], frozenset[str]] = {}  # by queue, exchange and key: whose word may come so
        super().__init__()

    def setup(self) -> None:
        """Prepares the links; they open once every handler is known."""
        settings = settings_module.of(self.container)
        self._service, self._prefetch, self._delays = (
            self.container.service_name,
            settings.event_concurrency,
            settings.retry_delays_ms,
        )
        self._make = declarer(settings.topology, settings.queues)
        self._clustered = settings.queues == QUORUM
        self._not_believed = refusals(self._service, "events", REASONS)
        self._tags: list[str] = []
        self._channel: amqp.Channel | None = None
        self.link = BrokerConnection(settings.amqp_uri, f"events-{self._service}", self._opened, self._lost, settings.heartbeat_s)
        self._elsewhere = Publisher(settings.amqp_uri, f"retries-{self._service}", settings.heartbeat_s, on_open=self._declare)

    def start(self) -> None:
        """Begins hearing."""
        self._elsewhere.link.start()
        self.link.start()

    def register(self, handler: "EventHandler") -> None:
        """Learns which method handles the event."""
        queue, event = queue_of(self.container.service_name, handler.event), handler.event
        self._handlers[queue] = handler
        settings = settings_module.of(self.container)
        senders = Senders(settings.amqp_uri, settings.component)
        self._ways[queue, exchange_of(event), event.type] = frozenset({senders.user(event.owner)})
        self._ways[queue, BACK_EXCHANGE, queue] = frozenset({senders.own})  # after a delay, or replayed

    def take_no_more(self) -> None:
        """Leaves further events to other replicas; those under way are finished."""
        for tag in self._tags:
            try:
                if self._channel is not None:
                    self._channel.basic_cancel(tag, nowait=True)
            except LOST as error:
                log.debug("cancel-failed", error=repr(error))
        self._tags = []

    def stop(self) -> None:
        """Closes the links; the container has waited for the handlers under way."""
        self.link.stop()
        self._elsewhere.link.stop()

    def kill(self) -> None:
        """Closes the links at once; what was not acked is delivered again."""
        self.stop()

    def not_ready(self) -> str | None:
        """Says why events are not heard now, or nothing."""
        return None if self.link.up and self._elsewhere.link.up else "no link to the broker for events"

    def _declare(self, channel: amqp.Channel) -> None:
        self._make(channel, retry_parts(self._delays) + dead_letter_parts(self._service))

    def _opened(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        self._declare(channel)
        self._make(channel, together(event_parts(handler.event) for handler in self._handlers.values()))
        if self._clustered:  # a quorum queue knows no limit over several queues together: the share of each
            channel.basic_qos(0, max(1, self._prefetch // max(1, len(self._handlers))), False)
        else:
            channel.basic_qos(0, self._prefetch, True)  # over all the queues of this channel together
        self._channel = channel
        self._tags = [
            channel.basic_consume(queue, callback=functools.partial(self._on_message, queue, handler))
            for queue, handler in self._handlers.items()
        ]

    def _lost(self) -> None:
        self._channel, self._tags = None, []

    def _on_message(self, queue: str, handler: "EventHandler", message: amqp.Message) -> None:
        delivery, sender = message.delivery_info, message.properties.get("user_id") or ""
        exchange, key = delivery["exchange"], delivery["routing_key"]
        if reason := why_refused(message, self._ways.get((queue, exchange, key))):
            log.error("event-refused", queue=queue, reason=reason, sender=sender, exchange=exchange, key=key)
            self._not_believed[reason].inc()
            told = f"{reason}: came from {sender!r} through {exchange!r} with the key {key!r}"
            eventlet.spawn_n(self._pass_on, queue, message, NotAnnounced(told))
            return
        try:
            envelope = orjson.loads(message.body)
            UUID(envelope["id"])
            context = {
                CORRELATION_HEADER: envelope["correlation_id"],
                LANGUAGE_HEADER: envelope.get("language"),
                SENDER_HEADER: sender,
                PARENT: parent if isinstance(parent := envelope.get(PARENT), str) else ROOT,
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            eventlet.spawn_n(self._pass_on, queue, message, Malformed(f"not an event: {error}"))
            return
        with suppress(ContainerBeingKilled):  # not acked: another replica gets it
            self.container.spawn_worker(
                handler, (envelope,), {}, context_data=context, handle_result=functools.partial(self._done, queue, message)
            )

    def _done(self, queue: str, message: amqp.Message, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is None:
            self._ack(message)
        else:
            self._pass_on(queue, message, exc_info[1])
        return result, exc_info

    def _pass_on(self, queue: str, message: amqp.Message, error: BaseException) -> None:
        refused, words = isinstance(error, NotAnnounced), f"{type(error).__name__}: {error}"
        # What is announced has no history, and what is not believed none that is.
        returned = message.delivery_info["exchange"] == BACK_EXCHANGE and not refused
        history = history_of(message) if returned else []
        if outage := _is_outage(error):
            dead, delay = False, self._delays[min(OUTAGE_DELAY, len(self._delays) - 1)]
        else:
            # The place in the retry schedule is the count of our own attempts, not the broker's deliveries: a lost link is not a failure.
            history.append(mishap(clock.now().isoformat(), words))
            attempt = attempts_of(history)
            dead = isinstance(error, Malformed) or attempt > len(self._delays)
            delay = 0 if dead else self._delays[attempt - 1]
        exchange, key = (DEAD_EXCHANGE, self._service) if dead else (retry_exchange(delay), queue)
        identity = message.properties.get("message_id") or ""
        copy = amqp.Message(
            message.body[:LONGEST_NOT_BELIEVED] if refused else message.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=identity,
            type=message.properties.get("type") or "",
            correlation_id=message.properties.get("correlation_id") or "",
            # A letter without a handler cannot be replayed.
            application_headers={HANDLER_HEADER: "" if refused else queue, HISTORY_HEADER: history[-LONGEST_HISTORY:]},
        )
        say = log.error if dead else log.warning
        say(
            "event-parked" if dead else "event-retried",
            queue=queue,
            event_id=identity,
            attempt=attempts_of(history),
            outage=outage,
            error=words,
        )
        try:
            self._elsewhere.publish([Outgoing(copy, exchange, key)], CONFIRM_S)
        except NotPublished as lost:
            log.warning("event-not-passed-on", queue=queue, event_id=identity, error=str(lost))
            self._requeue(message)
            return
        (PARKED if dead else RETRIED).labels(self._service, self._handlers[queue].event.type).inc()
        self._ack(message)

    @staticmethod
    def _ack(message: amqp.Message) -> None:
        try:
            if message.channel.connection is not None:
                message.channel.basic_ack(message.delivery_tag)
        except LOST as error:
            log.debug("ack-lost", error=repr(error))  # delivered again, and absorbed by the inbox

    @staticmethod
    def _requeue(message: amqp.Message) -> None:
        eventlet.sleep(1)  # the broker could not take the copy: no hot loop
        try:
            if message.channel.connection is not None:
                message.channel.basic_reject(message.delivery_tag, requeue=True)
        except LOST as error:
            log.debug("requeue-lost", error=repr(error))


def _is_outage(error: BaseException) -> bool:
    # No fault of the event: an outage of an hour must not dead-letter all that came in it. A statement or a lock that takes too
    # long may be the event's own doing, and goes through the retry schedule.
    too_slow = postgres.QueryCanceled | postgres.LockNotAvailable | postgres.TransactionRollback
    return isinstance(error, Unavailable) and not isinstance(getattr(error.__cause__, "orig", None), too_slow)


class EventHandler(Entrypoint):
    """The nameko entry point of one event."""

    consumer = EventConsumer()

    def __init__(self, event: type[Event], **kwargs: Any) -> None:
        self.event = event
        super().__init__(expected_exceptions=(NotYet, Malformed), **kwargs)

    def setup(self) -> None:
        """Registers the handler; raises TypeError if the event's contract does not name this service as a listener."""
        if self.container.service_name not in self.event.listeners:
            raise TypeError(
                f"{self.event.type} does not name {self.container.service_name} as a listener: its queue might be missing"
            )
        self.consumer.register(self)

    def stop(self) -> None:
        """Returns when the consumer takes no further events."""
        self.consumer.take_no_more()


def handles(event: type[Event]) -> Callable[[Callable], Callable]:
    """Marks a method as the handler of an event: it gets `(self, work, event)` and runs once per event, in one transaction.

    `event` is the contract's `Data`; `work.event` says which event it is and when it occurred. Raise NotYet for a fact that is missing still.
    """

    def decorate(method: Callable) -> Callable:
        @functools.wraps(method)
        def run(service: Any, envelope: dict[str, Any]) -> str:
            try:
                data = event.read(envelope["data"])
                occurred = OccurredEvent(UUID(envelope["id"]), datetime.fromisoformat(envelope["occurred_at"]).astimezone(UTC))
            except (Invalid, KeyError, TypeError, ValueError, OverflowError) as error:
                raise Malformed(str(getattr(error, "params", error))) from error

            def attempt() -> str:
                with service.units.transaction(actor=f"event/{event.type}", event=occurred) as work:
                    if not inbox.first_time(work.session, occurred.id, method.__name__):
                        return "again"
                    method(service, work, data)
                return "handled"

            watch = Stopwatch(service.name, event.type)
            with ordinary_errors():
                outcome: str = service.units.persist(attempt)
            watch.event_ended(outcome)
            log.info("event-handled", type=event.type, event_id=envelope["id"], handler=method.__name__, outcome=outcome)
            return outcome

        run.event = event  # type: ignore[attr-defined]
        register_entrypoint(run, EventHandler(event))
        return run

    return decorate
