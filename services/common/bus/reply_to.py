"""Where an answer may go: to whoever asked, by the broker's direct reply-to, and nowhere else.

The name is the caller's to choose, and the answer is published with the answerer's rights: into a queue it would be the answerer's word. And
RabbitMQ 3.10 breaks a connection off that publishes to a direct reply-to which it cannot make sense of: one such call a second would keep
a service from answering anybody. So a name that is new here is first asked for, on a connection of its own: a caller's first call pays that.
"""

import re
from enum import Enum

import amqp
import eventlet
from eventlet.semaphore import Semaphore

from services.common.bus.connection import LOST
from services.common.bus.dead_letter_queue import connect
from services.common.observability.logs import get_logger

WITHIN_S = 3.0
MOST_KNOWN = 1_000
# What a broker gives: the address of one of its processes, and a secret of 128 bits.
_DIRECT = re.compile(r"amq\.rabbitmq\.reply-to\.[A-Za-z0-9+/]+={0,2}\.[A-Za-z0-9+/]+={0,2}")
log = get_logger("rpc")


class Asker(Enum):
    """What a name leads to: somebody who waits, nobody any more, or nothing that a broker would give."""

    WAITS = "waits"
    GONE = "gone"
    NONE = "none"


class ReplyNames:
    """The names to which answers may go, as far as this process knows them."""

    def __init__(self, amqp_uri: str) -> None:
        self._amqp_uri, self._one_at_a_time = amqp_uri, Semaphore(1)
        self._known: set[str | None] = {None, ""}  # who names nothing waits for no answer

    def knows(self, name: str | None) -> bool:
        """Whether answers may go there; if not, `asker` finds out."""
        return name in self._known

    def asker(self, name: str) -> Asker:
        """Says who waits for answers to this name; asks the broker, and waits for it."""
        if not _DIRECT.fullmatch(name):
            return Asker.NONE
        with self._one_at_a_time:
            found = Asker.WAITS if name in self._known else self._looked_up(name)
        if found is Asker.WAITS:
            if len(self._known) > MOST_KNOWN:
                self._known = {None, ""}
            self._known.add(name)
        return found

    def _looked_up(self, name: str) -> Asker:
        connection: amqp.Connection | None = None
        try:
            with eventlet.Timeout(WITHIN_S, TimeoutError("the broker does not say whose reply-to it is")):
                connection = connect(self._amqp_uri)
                connection.channel().queue_declare(name, passive=True)
                connection.close()
        except amqp.exceptions.NotFound:
            return Asker.GONE
        except amqp.exceptions.InternalError:
            return Asker.NONE
        except LOST as error:  # nothing is known of the name then
            log.warning("reply-to-not-asked-for", error=repr(error))
        finally:
            if connection is not None:
                connection.collect()
        return Asker.WAITS
