"""Answering calls: the `@rpc(contract)` entry point and the consumer behind it.

A call is checked before it is carried out: which way it came and from whom (`senders.py`), its deadline, its caller, its access, its schema.
Then it runs in one transaction (read-only calls in none), and the answer leaves on the consumer's own channel, just before the ack.
"""

import functools
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import amqp
import eventlet
import orjson
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint

from services.common import settings as settings_module
from services.common.bus.connection import LARGEST_MESSAGE, LOST, BrokerConnection, at_once, publish
from services.common.bus.private_parts import workers_of
from services.common.bus.reply_to import Asker, ReplyNames
from services.common.bus.senders import ANSWER_TO, CALLERS, GATEWAY, REASONS, Senders, why_refused
from services.common.bus.shutdown import ordinary_errors
from services.common.bus.topology import RPC_EXCHANGE, call_parts, call_queue, declarer
from services.common.kernel.caller import ADDRESS_HEADER, DEADLINE_HEADER, DEVICE_HEADER, SENDER_HEADER
from services.common.kernel.contract import Answered, Call, as_call
from services.common.kernel.errors import Forbidden, NotFound, OwnMatter, RemoteError, ServiceError, Unavailable
from services.common.observability.logs import get_logger
from services.common.observability.metrics import CALLS_REFUSED, Stopwatch, refusals
from services.common.observability.spans import PARENT, ROOT
from services.common.persistence.oneself import NotAsked
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory

Answer = TypeVar("Answer")
log = get_logger("rpc")


class RpcConsumer(SharedExtension):
    """Consumes the service's call queue over one link; hands each call to the method that answers it."""

    def __init__(self) -> None:
        self._methods: dict[str, RpcMethod] = {}  # filled while the container sets up, in any order
        super().__init__()

    def setup(self) -> None:
        """Prepares the link; it opens once every method is known."""
        settings = settings_module.of(self.container)
        self.queue = call_queue(self.container.service_name)
        self._make = declarer(settings.topology, settings.queues)
        self._prefetch = settings.rpc_concurrency
        self._own = f"{self.container.service_name}."
        self._senders = Senders(settings.amqp_uri, settings.component)
        self._gateway, self._callers = self._senders.user(GATEWAY), self._senders.users(CALLERS)
        self._reply_names = ReplyNames(settings.amqp_uri)
        self._not_believed = refusals(self.container.service_name, "calls", REASONS)
        self._channel: amqp.Channel | None = None
        self._tag = ""
        self.link = BrokerConnection(
            settings.amqp_uri, f"rpc-server-{self.container.service_name}", self._opened, self._lost, settings.heartbeat_s
        )

    def start(self) -> None:
        """Begins answering."""
        self.link.start()

    def register(self, provider: "RpcMethod") -> None:
        """Learns which method answers a call."""
        self._methods[provider.method_name] = provider

    def stop(self) -> None:
        """Closes the link; the container has waited for the calls under way."""
        self.link.stop()

    def kill(self) -> None:
        """Closes the link at once."""
        self.link.stop()

    def not_ready(self) -> str | None:
        """Says why calls are not answered now, or nothing."""
        return None if self.link.up else "no link to the broker for answers"

    def _opened(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        self._make(channel, call_parts(self.container.service_name))
        channel.basic_qos(0, self._prefetch, False)
        self._channel = channel
        self._tag = channel.basic_consume(self.queue, callback=self._on_message)

    def _lost(self) -> None:
        self._channel = None

    def take_no_more(self) -> None:
        """Leaves further calls to other replicas; those under way are still answered."""
        if self._channel is not None and self._tag:
            try:
                self._channel.basic_cancel(self._tag, nowait=True)
            except LOST as error:
                log.debug("cancel-failed", error=repr(error))
            self._tag = ""

    def _on_message(self, message: amqp.Message) -> None:
        delivery = message.delivery_info
        # The method is the last part of the key that the broker has checked: what a sender may not call does not come here.
        is_call = delivery["exchange"] == RPC_EXCHANGE and delivery["routing_key"].startswith(self._own)
        if reason := why_refused(message, self._callers if is_call else None):
            self._drop(message, reason)
        elif self._reply_names.knows(reply_to := message.properties.get("reply_to")):
            self._take(message)
        else:
            eventlet.spawn_n(self._get_to_know, message, reply_to)

    def _get_to_know(self, message: amqp.Message, reply_to: str) -> None:
        asker = self._reply_names.asker(reply_to)
        if asker is Asker.WAITS:
            self._take(message)
        elif asker is Asker.NONE:
            self._drop(message, ANSWER_TO)
        else:
            self._refused("expired")
            self._ack(message)

    def _drop(self, message: amqp.Message, reason: str) -> None:
        delivery = message.delivery_info
        log.error(
            "call-refused", reason=reason, sender=_sender(message), exchange=delivery["exchange"], key=delivery["routing_key"]
        )
        self._not_believed[reason].inc()
        self._ack(message)

    @staticmethod
    def _ack(message: amqp.Message) -> None:
        try:
            if message.channel.connection is not None:
                message.channel.basic_ack(message.delivery_tag)
        except LOST as error:
            log.debug("ack-lost", error=repr(error))

    def _take(self, message: amqp.Message) -> None:
        headers, sender = message.headers or {}, _sender(message)
        deadline = headers.get(DEADLINE_HEADER)
        if isinstance(deadline, int) and deadline < time.time() * 1000:
            self._refused("expired")
            self._ack(message)  # nobody waits for the answer any more
            return
        method = message.delivery_info["routing_key"].rsplit(".", 1)[-1]
        provider = self._methods.get(method)
        try:
            body = orjson.loads(message.body)
            kwargs = body["kwargs"]
            known = {str(key): value for key, value in kwargs.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            self._refused("malformed")
            self._reply(message, None, RemoteError(call=method))
            return
        if provider is None:
            self._refused("unknown")
            self._reply(message, None, NotFound(call=method))
            return
        context = {name: value for name, value in headers.items() if name.startswith("x-") and isinstance(value, str)}
        context[SENDER_HEADER] = sender
        context[PARENT] = parent if isinstance(parent := headers.get(PARENT), str) else ROOT
        if sender != self._gateway:  # it alone sees who connects: anybody else could invent a new address for each try
            context[ADDRESS_HEADER] = self._senders.component(sender)
            context.pop(DEVICE_HEADER, None)
        done = functools.partial(self._done, message, Stopwatch(self.container.service_name, method))
        with suppress(ContainerBeingKilled):  # not acked: another replica gets it
            self.container.spawn_worker(provider, (), known, context_data=context, handle_result=done)

    def _done(self, message: amqp.Message, watch: Stopwatch, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = exc_info[1] if exc_info else None
        self._reply(message, result, error)
        watch.call_ended("ok" if error is None else error.code if isinstance(error, ServiceError) else RemoteError.code)
        return result, exc_info

    def _refused(self, reason: str) -> None:
        CALLS_REFUSED.labels(self.container.service_name, reason).inc()

    def _reply(self, message: amqp.Message, result: Any, error: BaseException | None) -> None:
        wire = None
        if isinstance(error, ServiceError):
            wire = error.to_wire()
        elif error is not None:
            wire = {**RemoteError().to_wire(), "exc_type": type(error).__name__}  # its words may hold secrets: the log has them
        channel = message.channel
        if channel.connection is None:
            return  # the link dropped: the broker has given the call to someone else already
        answer = amqp.Message(
            _body(result, wire),
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=message.properties.get("correlation_id", ""),
            delivery_mode=1,
        )
        try:
            with at_once(channel, alone=workers_of(self.container).running() <= 1):
                if reply_to := message.properties.get("reply_to"):
                    publish(channel, answer, "", reply_to)
                channel.basic_ack(message.delivery_tag)
        except LOST as lost:
            log.warning("reply-lost", error=repr(lost))


def _sender(message: amqp.Message) -> str:
    return message.properties.get("user_id") or ""


def _body(result: Any, wire: dict[str, Any] | None) -> bytes:
    try:
        body = orjson.dumps({"result": result, "error": wire}, default=str)
        if len(body) <= LARGEST_MESSAGE:
            return body
        log.error("reply-too-large", bytes=len(body))  # the broker would close the channel, and give the call to the next replica
    except TypeError:
        log.exception("reply-not-json")
    return orjson.dumps({"result": None, "error": RemoteError().to_wire()})


class RpcMethod(Entrypoint):
    """The nameko entry point of one call."""

    consumer = RpcConsumer()

    def __init__(self, contract: type[Call], **kwargs: Any) -> None:
        self.contract = contract
        super().__init__(expected_exceptions=(ServiceError,), **kwargs)

    def setup(self) -> None:
        """Registers the method with the consumer."""
        self.consumer.register(self)

    def stop(self) -> None:
        """Returns when the consumer takes no further calls."""
        self.consumer.take_no_more()


def note_refusal(units: UnitOfWorkFactory, contract: type[Call], action: str = "access:refuse") -> None:
    """Leaves in the audit trail that somebody whom we know asked for what they may not; while the database is away, only in the log."""
    caller = units.caller
    held = (
        {"scopes": sorted(caller.scopes)} if caller.client_id else {"roles": sorted(caller.roles), "pages": sorted(caller.pages)}
    )

    def note() -> None:
        with units.transaction() as work:
            work.audit(action, f"call/{contract.owner}.{contract.method}", after=held)

    try:
        units.persist(note)
    except Unavailable as error:
        log.warning("refusal-not-audited", call=contract.method, caller=caller.name, error=error.code)


def rpc(
    contract: type[Answered[Answer]], transaction: bool = True, before: Callable[..., None] | None = None
) -> Callable[[Callable[..., Answer | None]], Callable]:
    """Marks a method as the answer to `contract`.

    The method gets `(self, work, request)`, and no request where nothing is asked beside who asks: `work` is the open unit of work, or, with
    `transaction=False`, the opener of units of work, for a use case that talks to the outside in between. What it returns is
    the contract's `Reply`, or one that shows more, and nothing where nothing is answered. `before` is called as `(service, units, request)`
    ahead of the transaction, and refuses by raising: for what is asked of the outside.
    """
    call = as_call(contract)

    def decorate(method: Callable[..., Answer | None]) -> Callable:
        if method.__name__ != call.method:
            raise TypeError(f"{call.__qualname__} is answered by a method called {call.method}, not {method.__name__}")

        asks = bool(call.Request.schema().fields)

        @functools.wraps(method)
        def run(service: Any, **payload: Any) -> dict[str, Any]:
            units = service.units
            try:
                call.access.check(units.caller)
            except Forbidden:
                note_refusal(units, call)
                raise
            request = call.read(payload)
            asked = (request,) if asks else ()

            def use_case(work: UnitOfWork) -> dict[str, Any]:
                reply = method(service, work, *asked)
                if call.others_only and not work.told_apart:
                    raise NotAsked(call.method)
                return call.write_reply(reply, work.caller)

            try:
                with ordinary_errors():
                    if not transaction:
                        return call.write_reply(method(service, units, *asked), units.caller)
                    if before is not None:
                        before(service, units, request)
                    given: dict[str, Any] = units.carry_out(call, request, use_case, read_only=call.read_only)
                    return given
            except OwnMatter:
                note_refusal(units, call, "access:refuse-oneself")
                raise

        run.contract = call  # type: ignore[attr-defined]
        register_entrypoint(run, RpcMethod(call))
        return run

    return decorate
