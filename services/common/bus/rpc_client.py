"""Asking another service: nameko's wire format over one long-lived link, every question with a deadline."""

import secrets
import time
from typing import Any, TypeVar

import amqp
import orjson
from eventlet.event import Event as Signal
from nameko.extensions import SharedExtension

from services.common import settings as settings_module
from services.common.bus.connection import LOST, BrokerConnection, at_once, publish
from services.common.bus.publisher import up_to
from services.common.bus.senders import SENDER, Senders
from services.common.bus.topology import RPC_EXCHANGE, ensure_rpc_exchange
from services.common.kernel.caller import DEADLINE_HEADER, IDEMPOTENCY_HEADER, Caller
from services.common.kernel.contract import Answered
from services.common.kernel.errors import Invalid, OutcomeUnknown, RemoteError, ServiceError, Unavailable
from services.common.observability import traces
from services.common.observability.logs import get_logger
from services.common.observability.metrics import refusals
from services.common.settings import QUORUM

Answer = TypeVar("Answer")
REPLY_TO = "amq.rabbitmq.reply-to"
log = get_logger("rpc")


class RpcClient:
    """One link for all calls of a process. Direct reply-to: no reply queue to declare, none to leave behind.

    An answer is believed from the service that was asked and from nobody else: all whom this process asks know where its answers go.
    `component` is whose user the address names, by which the users of the others are known. `confirmed` asks the broker to say which
    questions it did not take: one of several nodes drops questions while a queue has no leader.
    """

    def __init__(self, uri: str, component: str, deadline_s: float = 5.0, heartbeat_s: int = 10, confirmed: bool = False) -> None:
        self._deadline_s, self._confirmed = deadline_s, confirmed
        self._senders = Senders(uri, component)
        self._not_believed = refusals(component, "answers", (SENDER,))
        self._pending: dict[str, tuple[Signal, str]] = {}  # with the user whose answer it will be
        self._asked: dict[int, str] = {}  # by the place of each question on this channel: those the broker has not confirmed
        self._place = 0
        self._channel: amqp.Channel | None = None
        self.link = BrokerConnection(uri, "rpc-client", self._opened, self._lost, heartbeat_s)

    def start(self) -> "RpcClient":
        """Begins connecting in the background; calls wait for the link within their own deadline."""
        self.link.start()
        return self

    def stop(self) -> None:
        """Closes the link; calls under way fail at once."""
        self.link.stop()

    def call(
        self,
        contract: type[Answered[Answer]],
        caller: Caller,
        /,
        _deadline_s: float | None = None,
        _idempotency_key: str | None = None,
        _checked: bool = False,
        **request: Any,
    ) -> Answer:
        """Asks and gives the answer, a `Reply`, checked against the contract both ways; `_checked` says that the question has been.

        Raises the service's own typed error; Unavailable when the service or broker is not there (nothing was done);
        OutcomeUnknown when the deadline passed or the link dropped after the question left; Invalid for a question that breaks the
        contract, RemoteError for an answer that does.
        """
        payload = contract.write(request, _checked)
        deadline = _deadline_s or contract.deadline_s or self._deadline_s
        headers = caller.headers()
        if _idempotency_key:
            headers[IDEMPOTENCY_HEADER] = _idempotency_key
        body = self.ask(f"{contract.owner}.{contract.method}", payload, headers, deadline)
        try:
            reply: Answer = contract.read_reply(body)
            return reply
        except Invalid as error:
            log.error("reply-breaks-contract", call=f"{contract.owner}.{contract.method}", errors=error.params["errors"])
            raise RemoteError() from error

    def ask(self, routing_key: str, payload: dict[str, Any], headers: dict[str, Any], deadline_s: float) -> Any:
        """Sends one question and gives the plain result; errors as for `call`."""
        with traces.span(routing_key, "client"):
            return self._ask(routing_key, payload, headers | traces.onward(), deadline_s)

    def _ask(self, routing_key: str, payload: dict[str, Any], headers: dict[str, Any], deadline_s: float) -> Any:
        until = time.monotonic() + deadline_s
        if not (self.link.up or self.link.wait_open(deadline_s)) or self._channel is None or self.link.blocked:
            raise Unavailable()
        left = max(until - time.monotonic(), 0.001)
        # Nobody else may guess it: a call that names this process's answers as its own would be answered here by the same service.
        correlation, signal = secrets.token_hex(12), Signal()
        message = amqp.Message(
            orjson.dumps({"args": [], "kwargs": payload}),
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=correlation,
            reply_to=REPLY_TO,
            delivery_mode=1,
            expiration=str(max(1, int(left * 1000))),
            application_headers={**headers, DEADLINE_HEADER: int((time.time() + left) * 1000)},
        )
        self._pending[correlation] = signal, self._senders.user(routing_key.partition(".")[0])
        try:
            with at_once(self._channel, alone=len(self._pending) == 1):
                self._publish(message, routing_key, correlation)
            reply = signal.wait(left)
        except LOST as error:
            raise Unavailable() from error
        finally:
            self._pending.pop(correlation, None)
        if reply is None:  # an answer always has a body
            raise OutcomeUnknown(call=routing_key)
        try:
            body = orjson.loads(reply)
            refusal, result = body["error"], body["result"]
        except (ValueError, KeyError, TypeError) as fault:
            log.error("reply-unreadable", call=routing_key)
            raise RemoteError() from fault
        if refusal:
            raise ServiceError.from_wire(refusal)
        return result

    def _publish(self, message: amqp.Message, routing_key: str, correlation: str) -> None:
        if self._confirmed:
            self._place += 1  # before the writing, in which another may come in between
            self._asked[self._place] = correlation
        try:
            publish(self._channel, message, RPC_EXCHANGE, routing_key, mandatory=True)
        except LOST:
            raise  # the next channel counts anew
        except Exception:  # no message at all: nothing was written, and the broker has not counted it
            if self._confirmed:
                del self._asked[self._place]
                self._place -= 1
            raise

    def _opened(self, connection: amqp.Connection) -> None:
        ensure_rpc_exchange(connection)
        channel = connection.channel()
        channel.basic_consume(REPLY_TO, no_ack=True, callback=self._on_reply)
        channel.events["basic_return"].add(self._on_return)
        if self._confirmed:
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_taken)
            channel.events["basic_nack"].add(self._on_refused)
            self._asked, self._place = {}, 0
        self._channel = channel

    def _lost(self) -> None:
        self._channel = None
        pending, self._pending = self._pending, {}
        for signal, _ in pending.values():
            signal.send_exception(OutcomeUnknown())

    def _on_reply(self, message: amqp.Message) -> None:
        correlation, sender = message.properties.get("correlation_id"), message.properties.get("user_id")
        if (waiting := self._pending.get(correlation)) is None:
            return
        signal, answerer = waiting
        if sender != answerer:
            log.error("answer-refused", sender=sender, expected=answerer)
            self._not_believed[SENDER].inc()
            return  # the true one may come still
        del self._pending[correlation]
        signal.send(message.body)  # read by who asked: an unreadable answer must not break the link for all

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: amqp.Message) -> None:
        # No queue is bound for this method: the service has never run here. An error at once, not a wait.
        if waiting := self._pending.pop(message.properties.get("correlation_id"), None):
            waiting[0].send_exception(Unavailable())

    def _on_taken(self, place: int, multiple: bool) -> None:
        for each in up_to(self._asked, place, multiple):
            self._asked.pop(each, None)

    def _on_refused(self, place: int, multiple: bool) -> None:
        # RabbitMQ 3.10 asks the node that led the queue when the channel first used it, for as long as the channel lives.
        for each in up_to(self._asked, place, multiple):
            if waiting := self._pending.pop(self._asked.pop(each, ""), None):
                waiting[0].send_exception(Unavailable())
        self.link.renew()


class SharedRpcClient(SharedExtension):
    """The one RPC client of a nameko container."""

    def setup(self) -> None:
        """Reads the broker's address and the usual deadline from the settings."""
        settings = settings_module.of(self.container)
        self.client = RpcClient(
            settings.amqp_uri,
            settings.component,
            settings.call_deadline_s,
            settings.heartbeat_s,
            confirmed=settings.queues == QUORUM,
        )

    def start(self) -> None:
        """Begins connecting."""
        self.client.start()

    def stop(self) -> None:
        """Closes the link."""
        self.client.stop()

    def kill(self) -> None:
        """Closes the link."""
        self.client.stop()

    def not_ready(self) -> str | None:
        """Says why calls cannot be made now, or nothing."""
        return None if self.client.link.up else "no link to the broker for calls"
