"""The gateway in the test's process, and stand-ins for the services behind it that speak the real wire format on the real broker."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import amqp
import orjson

from gateway.service import Gateway
from services.common.bus.connection import BrokerConnection, publish
from services.common.bus.rpc_client import RPC_EXCHANGE
from services.common.kernel.caller import IDEMPOTENCY_HEADER, LANGUAGE_HEADER, TOKEN_HEADER
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError
from services.contracts.identity.sessions import ListEnded
from tests.support.system import System
from tests.support.waiting import PATIENCE_S

Answer = Callable[..., dict[str, Any] | None]


class StandIn:
    """Answers the calls of one owner with given functions, and keeps what was asked."""

    def __init__(self, system: System, owner: str, answers: dict[type[Call], Answer]) -> None:
        self._owner = owner
        self._answers = {contract.method: (contract, answer) for contract, answer in answers.items()}
        self.asked: list[dict[str, Any]] = []
        self._link = BrokerConnection(system.amqp_uri, f"stand-in-{owner}", self._opened)
        self._link.start()
        assert self._link.wait_open(PATIENCE_S)

    def stop(self) -> None:
        """Leaves; its queue stays, as that of a stopped service does."""
        self._link.stop()

    def _opened(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(f"rpc-{self._owner}", durable=True, auto_delete=False)
        channel.queue_bind(f"rpc-{self._owner}", RPC_EXCHANGE, f"{self._owner}.*")
        channel.basic_consume(f"rpc-{self._owner}", callback=self._on_message, no_ack=True)

    def _on_message(self, message: amqp.Message) -> None:
        method = message.delivery_info["routing_key"].rpartition(".")[2]
        if method == ListEnded.method:
            return  # the gateway asks this by itself, and does without an answer
        contract, answer = self._answers[method]
        request = asdict(contract.read(orjson.loads(message.body)["kwargs"]))
        headers = message.headers
        self.asked.append(
            {
                "contract": contract,
                "request": request,
                "token": headers.get(TOKEN_HEADER),
                "language": headers.get(LANGUAGE_HEADER),
                "key": headers.get(IDEMPOTENCY_HEADER),
            }
        )
        result, error = None, None
        try:
            result = contract.write_reply(answer(**request))
        except ServiceError as refusal:
            error = refusal.to_wire()
        reply = amqp.Message(
            orjson.dumps({"result": result, "error": error}, default=str),
            content_type="application/json",
            correlation_id=message.properties["correlation_id"],
            delivery_mode=1,
        )
        publish(message.channel, reply, "", message.properties["reply_to"])


def start_gateway(system: System, **environment: str) -> str:
    """Starts the gateway on a free port, on the house's virtual host, and gives its address."""
    container = system.start_class(Gateway, None, **{"HTTP_PORT": "0", "RATE_LIMIT_FACTOR": "0", **environment})
    server = next(one for one in container.dependencies if one.attr_name == "http")
    return f"http://127.0.0.1:{server.port}"


def bearer(system: System, *roles: str, language: str = "en") -> dict[str, str]:
    """Gives the Authorization header of somebody signed in with these roles."""
    return {"Authorization": f"Bearer {system.caller(*roles, language=language).token}"}
