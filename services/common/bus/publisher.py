"""Publishing that is not over until the broker has taken the message: pipelined confirms, and returns for what no queue wants."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import amqp
import eventlet
from eventlet.event import Event as Signal

from services.common.bus.connection import LOST, BrokerConnection, at_once, publish

PUBLISH_HEADER = "x-publish"


class NotPublished(RuntimeError):
    """The broker did not take a message: no queue for it, a refusal, a lost link, or no confirm in time. It may be published again."""


class Unroutable(NotPublished):
    """No queue wants the message: one that was declared must have been deleted."""


class Refused(NotPublished):
    """The broker did not take the message: the queue's leader is gone, or it was not to be found when the channel first used the queue."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message and where it goes; `mandatory` makes it an error if no queue takes it."""

    message: amqp.Message
    exchange: str
    routing_key: str
    mandatory: bool = True


class Publisher:
    """Publishes batches on a channel of its own and waits for their confirms together."""

    def __init__(
        self, uri: str, name: str, heartbeat_s: int = 10, on_open: Callable[[amqp.Channel], Any] = lambda _channel: None
    ) -> None:
        self._on_open = on_open
        self._waiting: dict[int, Signal] = {}
        self._next_tag = 1
        self._channel: amqp.Channel | None = None
        self.link = BrokerConnection(uri, name, self._opened, self._lost, heartbeat_s)

    def publish(self, batch: Iterable[Outgoing], timeout_s: float) -> None:
        """Publishes a batch and returns when the broker holds all of it; raises NotPublished if it does not within `timeout_s` seconds."""
        if not self.link.wait_open(timeout_s) or self._channel is None:
            raise NotPublished("the broker is not there")
        if self.link.blocked:  # it would only pile up here, and be published as often as it was tried
            raise NotPublished("the broker takes no messages for now")
        sent: dict[int, Signal] = {}
        waiting = self._waiting  # of this channel: the next one counts from 1 again
        try:
            with at_once(
                self._channel, alone=True
            ):  # the confirms are waited for: the end of the turn would only bring them later
                for outgoing in batch:
                    tag, signal = self._send(outgoing)
                    sent[tag] = waiting[tag] = signal
            with eventlet.Timeout(timeout_s, NotPublished("no confirm from the broker in time")):
                for signal in sent.values():
                    signal.wait()
        except (Unroutable, Refused):
            # Opens with its declarations. And RabbitMQ 3.10 looks for a queue's leader only once in a channel's life.
            self.link.renew()
            raise
        finally:
            for tag in sent:
                waiting.pop(tag, None)

    def _send(self, outgoing: Outgoing) -> tuple[int, Signal]:
        tag, message = self._next_tag, outgoing.message
        self._next_tag += (
            1  # before the writing, in which another may come in between; after a failed one the next channel counts anew
        )
        if outgoing.mandatory:
            # Tells which of several messages of one id came back. A header, as a return carries no tag.
            message.properties["application_headers"] = {**(message.headers or {}), PUBLISH_HEADER: tag}
        try:
            publish(self._channel, message, outgoing.exchange, outgoing.routing_key, outgoing.mandatory)
        except LOST as error:
            raise NotPublished(str(error)) from error  # the next channel counts anew
        except Exception:
            self._next_tag = tag  # no message at all: nothing was written, and the broker has not counted it
            raise
        return tag, Signal()

    def _opened(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        self._on_open(channel)
        channel.confirm_select()
        channel.events["basic_ack"].add(self._confirmed)
        channel.events["basic_nack"].add(self._refused)
        channel.events["basic_return"].add(self._came_back)
        self._next_tag = 1
        self._channel = channel

    def _lost(self) -> None:
        self._channel = None
        waiting, self._waiting = self._waiting, {}
        for signal in waiting.values():
            signal.send_exception(NotPublished("the broker link was lost"))

    def _confirmed(self, tag: int, multiple: bool) -> None:
        for each in up_to(self._waiting, tag, multiple):
            if signal := self._waiting.pop(each, None):
                signal.send(True)

    def _refused(self, tag: int, multiple: bool) -> None:
        for each in up_to(self._waiting, tag, multiple):
            if signal := self._waiting.pop(each, None):
                signal.send_exception(Refused("the broker refused the message"))

    def _came_back(self, _error: Exception, exchange: str, routing_key: str, message: amqp.Message) -> None:
        # The broker returns an unroutable message before it confirms it; the confirm then finds nobody waiting.
        if signal := self._waiting.pop((message.headers or {}).get(PUBLISH_HEADER, 0), None):
            signal.send_exception(Unroutable(f"no queue takes {exchange} {routing_key}"))


def up_to(waiting: Iterable[int], tag: int, multiple: bool) -> list[int]:
    """Gives those that a confirm or refusal of `tag` is about: it alone, or with `multiple` all that wait before it too."""
    return [each for each in waiting if each <= tag] if multiple else [tag]
