"""Virtual hosts for tests, each used again: to make and remove all queues of one costs the broker more than most tests do.

What every service declares alike (events, delays, dead letters) stays, emptied. All else goes, above all the queues of calls: a call to a
service that does not run must come back.
"""

from functools import partial

import amqp
from kombu import Connection

from deploy.demo.journey.api import wait_for
from deploy.local.engines.engines import Engines
from services.common.kernel.ids import new_id
from tests.support.suite.clearing import Clearing
from tests.support.waiting import PATIENCE_S, until

STAYING = ("events.", "retries.", "dead.")


class VirtualHosts:
    """Gives out virtual hosts in which nobody is and nothing waits; `again` says whether one may have been used before."""

    def __init__(self, engines: Engines, clearing: Clearing, again: bool = True) -> None:
        self._engines, self._clearing = engines, clearing
        self._again = again and engines.management is not None
        self._free: list[str] = []

    def take(self) -> str:
        """Gives the name of one."""
        while self._free:
            name = self._free.pop()
            if not self._is_visited(name):
                return name
            self._remove(name)  # something of an earlier test came back to it
        name = f"t{new_id().hex[-12:]}"
        self._engines.create_vhost(name)
        return name

    def give_back(self, name: str) -> None:
        """Has it emptied, or removed, while the next tests run."""
        if self._again:
            self._clearing.put_off(partial(self._empty, name))
        else:
            self._remove(name)

    def close(self) -> None:
        """Removes those that nobody has."""
        for name in self._free:
            self._engines.delete_vhost(name)

    def _remove(self, name: str) -> None:
        self._clearing.put_off(partial(self._engines.delete_vhost, name))

    def _empty(self, name: str) -> None:
        try:
            # Looked at seldom: it costs the broker, and us, as much as opening a connection does.
            wait_for("everybody's leaving", lambda: not self._is_visited(name), PATIENCE_S / 4, every_s=0.2)
            with Connection(self._engines.amqp_uri(name)) as connection:
                self._empty_queues(connection.channel(), self._engines.management.queue_names(name))
        except AssertionError:
            self._engines.delete_vhost(name)
            return
        self._free.append(name)

    @staticmethod
    def _empty_queues(channel: amqp.Channel, queues: list[str]) -> None:
        for queue in queues:
            if queue.startswith(STAYING):
                # What a consumer had not acknowledged comes back at the moment when it is counted no more.
                until(partial(_is_left, channel, queue), f"{queue}, left by all")
                channel.queue_purge(queue, nowait=True)
            elif not queue.startswith(
                "amq."
            ):  # one that the broker named goes with its connection, which may be at its last moment
                channel.queue_delete(queue, nowait=True)
        channel.exchange_declare("amq.topic", "topic", passive=True)  # answered when all of the above is done

    def _is_visited(self, name: str) -> bool:
        return bool(self._engines.management.connections(name))


def _is_left(channel: amqp.Channel, queue: str) -> bool:
    return channel.queue_declare(queue, passive=True).consumer_count == 0
