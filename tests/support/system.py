"""A house of services inside the test's process: real broker, real databases, real calls and events; only the processes are missing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import amqp
import eventlet
import orjson
from kombu import Connection
from nameko.containers import ServiceContainer
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from deploy.local.engines.engines import Engines
from services.common.bus.connection import BrokerConnection
from services.common.bus.events import EventConsumer
from services.common.bus.publisher import Outgoing, Publisher
from services.common.bus.rpc_client import RpcClient
from services.common.bus.topology import Parts, declare, exchange_of
from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.contract import Call, Event
from services.common.kernel.ids import new_id
from services.common.observability.metrics import RETRIED
from services.common.persistence.tables import outbox
from services.common.runtime.launch import make_container, service_class
from services.common.settings import RELAY, Settings
from services.common.settings import of as settings_of
from tests.support.databases import Databases
from tests.support.keys import TestKeys
from tests.support.places import ROOT
from tests.support.templates import Templates, url_of
from tests.support.values import values_of
from tests.support.virtual_hosts import VirtualHosts
from tests.support.waiting import PATIENCE_S, until


class System:
    """Starts services, calls them, tells them facts and hears what they announce."""

    def __init__(
        self,
        engines: Engines,
        templates: Templates,
        keys: TestKeys,
        folder: Path,
        virtual_hosts: VirtualHosts,
        databases: Databases,
    ) -> None:
        self.engines, self.keys, self.folder = engines, keys, folder
        self._templates, self._virtual_hosts, self._databases = templates, virtual_hosts, databases
        self.name = f"t{new_id().hex[-12:]}"
        self.vhost = virtual_hosts.take()
        self.amqp_uri = engines.amqp_uri(self.vhost)
        self.databases: dict[str, str] = {}
        self.containers: dict[str, ServiceContainer] = {}
        self._replicas: list[ServiceContainer] = []  # that were started before another one of the same name
        self.heard: list[SimpleNamespace] = []
        self._engines_of: dict[str, Any] = {}
        self._retried_before = {name: _retried(event) for name, event in Event.all.items()}
        self._client = RpcClient(self.amqp_uri, "test", PATIENCE_S).start()
        self._publisher = Publisher(self.amqp_uri, "test-publisher")
        self._publisher.link.start()
        self._tap = BrokerConnection(self.amqp_uri, "test-tap", self._listen)
        self._tap.start()
        assert self._tap.wait_open(PATIENCE_S)

    # ---- starting ----------------------------------------------------------------------------------------------------

    def start(self, *services: str, **environment: str) -> None:
        """Starts services at once, as `python -m services.common.runtime.launch` would, each with a database of its own."""
        begun = [self._begin(service_class(f"services.{service}.service"), service, **environment) for service in services]
        for container in begun:
            self._until_ready(container)

    def start_class(self, cls: type, database: str | None = None, **environment: str) -> ServiceContainer:
        """Starts any service class; `database` names the service whose tables it needs."""
        container = self._begin(cls, database, **environment)
        self._until_ready(container)
        return container

    def _begin(self, cls: type, database: str | None, **environment: str) -> ServiceContainer:
        settings = self.settings(cls.name, database, **environment)
        container = make_container(cls, settings)
        try:
            container.start()
        except BaseException:
            container.kill()  # what did start, such as a link to the broker, would go on beside all tests that follow
            raise
        if (replica := self.containers.get(cls.name)) is not None:
            self._replicas.append(replica)
        self.containers[cls.name] = container
        return container

    def settings(self, component: str, database: str | None = None, **environment: str) -> Settings:
        """Gives the settings of a component of this house."""
        values = {
            "VERIFY_KEYS_FILE": str(self.keys.verify_keys_file),
            "SIGNING_KEY_FILE": str(self.keys.signing_key_file),
            "SEALING_KEY": self.keys.sealing_key,
            "FACTORS_KEY": self.keys.factors_key,
            "COOKIE_KEY": self.keys.cookie_key,
            "COLLEGE_PROFILE": str(ROOT / "deploy/colleges/crpo"),
            "FILES_ROOT": str(self.folder / "files"),
            "PUBLIC_URL": "http://college.test",
            **environment,
        }
        return Settings(
            component=component,
            amqp_uri=self.amqp_uri,
            database_url=self.service_url(database) if database else "",
            environment=values,
            database_pool=8,
            retry_delays_ms=(50, 100, 200, 400, 800),
        )

    def stop(self, service: str) -> None:
        """Stops a service gracefully."""
        self.containers.pop(service).stop()

    def kill(self, service: str) -> None:
        """Stops a service without grace."""
        self.containers.pop(service).kill()

    @staticmethod
    def _until_ready(container: ServiceContainer) -> None:
        checks = [check for extension in container.extensions if (check := getattr(extension, "not_ready", None))]
        until(lambda: not any(check() for check in checks), f"{container.service_name}, ready")

    # ---- databases ---------------------------------------------------------------------------------------------------

    def database(self, service: str) -> str:
        """Gives the name of the service's database in this house, taken when first asked for."""
        if service not in self.databases:
            self.databases[service] = self._databases.take(service)
        return self.databases[service]

    def service_url(self, service: str) -> str:
        """Gives the database address with the rights that the service has (and no more)."""
        return url_of(self.engines, self._templates, self.database(service), service)

    @contextmanager
    def session(self, service: str, as_service: bool = False) -> Iterator[Session]:
        """Opens the service's database as its owner, or with the service's own rights; committed at the end."""
        key = f"{service}/{as_service}"
        if key not in self._engines_of:
            url = self.service_url(service) if as_service else self.engines.admin_database_url(self.database(service))
            self._engines_of[key] = create_engine(url)
        with Session(self._engines_of[key]) as session, session.begin():
            yield session

    # ---- calls -------------------------------------------------------------------------------------------------------

    @property
    def anonymous(self) -> Caller:
        """Somebody who is not signed in."""
        return Caller()

    def caller(self, *roles: str, account_id: UUID | None = None, language: str = "en") -> Caller:
        """Somebody who is signed in with these roles."""
        account_id, session_id = account_id or new_id(), new_id()
        token = self.keys.signer.sign(account_id, list(roles), session_id, language)
        return Caller(account_id, frozenset(roles), session_id, language, token=token)

    def call(self, contract: type[Call], caller: Caller, _key: str | None = None, **request: Any) -> dict[str, Any]:
        """Makes a call over the bus and gives the answer as plain values; raises the service's typed error."""
        reply: dict[str, Any] = values_of(self._client.call(contract, caller, _idempotency_key=_key, **request))
        return reply

    # ---- facts -------------------------------------------------------------------------------------------------------

    def publish(
        self, event: type[Event], _correlation_id: str | None = None, _at: datetime | None = None, **data: Any
    ) -> dict[str, Any]:
        """Announces a fact, of now or of another instant, as its owner would; gives the envelope for `publish_again`."""
        envelope = {
            "id": str(new_id()),
            "type": event.type,
            "owner": event.owner,
            "occurred_at": (_at or clock.now()).isoformat(),
            "actor": "test",
            "correlation_id": _correlation_id or str(new_id()),
            "language": "en",
            "data": event.write(data),
        }
        self.publish_again(envelope)
        return envelope

    def publish_again(self, envelope: dict[str, Any], times: int = 1) -> None:
        """Delivers the same event again."""
        event = Event.all[envelope["type"]]
        message = amqp.Message(
            orjson.dumps(envelope), content_type="application/json", delivery_mode=2, message_id=envelope["id"], type=event.type
        )
        self._publisher.publish([Outgoing(message, exchange_of(event), event.type)] * times, PATIENCE_S)

    def announced(self, event: type[Event], count: int = 1, within_s: float = PATIENCE_S) -> list[SimpleNamespace]:
        """Waits until the services have announced `count` such facts (those published by the test do not count) and gives them."""
        end = time.monotonic() + within_s
        while True:
            found = [fact for fact in self.heard if fact.type == event.type and fact.actor != "test"]
            if len(found) >= count or time.monotonic() > end:
                assert len(found) >= count, f"{event.type} was announced {len(found)} times, not {count}"
                return found
            eventlet.sleep(0.02)

    def tried_in_vain(self, event: type[Event], times: int = 1) -> None:
        """Waits until services of this house have put such facts off so often, because they could not be handled yet."""
        until(lambda: _retried(event) - self._retried_before[event.type] >= times, f"{event.type}, tried in vain")

    def settle(self, quiet_s: float = 0.3) -> None:
        """Waits until nothing is on its way: no announcement waits for its relay, no fact for its listener, nobody works; and a moment more.

        What waits for its next try does not count.
        """
        seen, quiet_since = -1, time.monotonic()

        def quiet() -> bool:
            nonlocal seen, quiet_since
            if len(self.heard) != seen or any(container._worker_pool.running() for container in self.containers.values()):
                seen, quiet_since = len(self.heard), time.monotonic()
            elif time.monotonic() - quiet_since >= quiet_s:
                if not self._on_its_way():
                    return True
                quiet_since = time.monotonic()
            return False

        until(quiet, "a quiet moment")

    def _on_its_way(self) -> bool:
        relaying = [each.service_name for each in self.containers.values() if RELAY in settings_of(each).parts]
        if any(self._unsent(service) for service in relaying if service in self.databases):
            return True
        consumers = {one for each in self.containers.values() for one in each.subextensions if isinstance(one, EventConsumer)}
        with Connection(self.amqp_uri) as connection:
            channel = connection.channel()
            queues = [queue for consumer in consumers for queue in consumer._handlers]
            return any(channel.queue_declare(queue, passive=True).message_count for queue in queues)

    def _unsent(self, service: str) -> int:
        unsent = select(func.count()).where(outbox.c.sent_at.is_(None), outbox.c.type.in_(Event.all))
        with self.session(service) as session:
            return session.execute(unsent).scalar_one()

    def dead_letters(self, service: str) -> list[SimpleNamespace]:
        """Takes what is parked in the service's dead-letter queue."""
        with Connection(self.amqp_uri) as connection:
            channel, found = connection.channel(), []
            while message := channel.basic_get(f"dead.{service}"):
                found.append(SimpleNamespace(body=message.body, headers=message.headers))
                channel.basic_ack(message.delivery_tag)
        return found

    def _listen(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        exchanges = sorted({exchange_of(event) for event in Event.all.values()})
        declare(
            channel, Parts(tuple(exchanges))
        )  # the listeners' queues are the services' to make: all of them cost a second each time
        queue = channel.queue_declare("", exclusive=True).queue
        for exchange in exchanges:
            channel.queue_bind(queue, exchange, "#")
        channel.basic_consume(
            queue, no_ack=True, callback=lambda message: self.heard.append(SimpleNamespace(**orjson.loads(message.body)))
        )

    # ---- the end -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stops everything, gives the virtual host and the databases back."""
        for container in (*self.containers.values(), *self._replicas):
            container.kill()
        self._client.stop()
        self._publisher.link.stop()
        self._tap.stop()
        for engine in self._engines_of.values():
            engine.dispose()
        self._virtual_hosts.give_back(self.vhost)
        for service, name in self.databases.items():
            self._databases.give_back(service, name)


def _retried(event: type[Event]) -> float:
    samples = [sample for metric in RETRIED.collect() for sample in metric.samples if sample.name.endswith("_total")]
    return sum(sample.value for sample in samples if sample.labels["type"] == event.type)
