"""A service's calls on its real database, without a broker: for use cases of which a broker would show nothing.

A call goes through the same shell, access rules, schemas and unit of work. What is announced stands in the outbox, and nobody hears it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from deploy.local.engines.engines import Engines
from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.contract import Call, Event
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.tables import audit, outbox
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.common.runtime.launch import service_class
from tests.support.databases import Databases
from tests.support.templates import Templates, url_of
from tests.support.values import values_of


class UseCases:
    """Answers calls as `System` does; `given` is what the shell has besides its units of work: settings, the college."""

    def __init__(self, service: str, engines: Engines, templates: Templates, databases: Databases, **given: Any) -> None:
        self._service, self._databases, self._given = service, databases, given
        self._shell = service_class(f"services.{service}.service")
        self._name = databases.take(service)
        self._owner = create_engine(engines.admin_database_url(self._name))
        self._database = Database(url_of(engines, templates, self._name, service), 4, "use-cases")

    def call(self, contract: type[Call], caller: Caller, _key: str | None = None, **request: Any) -> dict[str, Any]:
        """Has a call carried out; raises the service's typed error."""
        reply = getattr(self._shell, contract.method)(self._begun(caller, _key), **_sent(contract.write(request)))
        answered: dict[str, Any] = values_of(contract.read_reply(_sent(reply)))
        return answered

    def hear(self, event: type[Event], _occurred_at: datetime | None = None, **data: Any) -> None:
        """Has the service handle an event, as it would on the bus; raises what its handler raises."""
        at = (_occurred_at or clock.now()).isoformat()
        envelope = {"id": str(new_id()), "type": event.type, "occurred_at": at, "data": _sent(event.write(event.Data(**data)))}
        for handler in vars(self._shell).values():
            if getattr(handler, "event", None) is event:
                handler(self._begun(Caller()), envelope)

    @property
    def units(self) -> UnitOfWorkFactory:
        """Opens units of work with the service's own rights, as its timers do."""
        return UnitOfWorkFactory(self._database, Caller)

    def _begun(self, caller: Caller, key: str | None = None) -> SimpleNamespace:
        return SimpleNamespace(name=self._service, units=UnitOfWorkFactory(self._database, lambda: caller, key), **self._given)

    @staticmethod
    def caller(*roles: str, account_id: UUID | None = None, language: str = "en") -> Caller:
        """Somebody who is signed in with these roles."""
        return Caller(account_id or new_id(), frozenset(roles), new_id(), language)

    @contextmanager
    def session(self, service: str) -> Iterator[Session]:
        """Opens the database as its owner; committed at the end."""
        assert service == self._service, "one service, one database"
        with Session(self._owner) as session, session.begin():
            yield session

    @property
    def heard(self) -> list[SimpleNamespace]:
        """The envelopes of what was announced."""
        with self.session(self._service) as session:
            found = session.scalars(select(outbox.c.envelope).order_by(outbox.c.position)).all()
        return [SimpleNamespace(**envelope) for envelope in found]

    def announced(self, event: type[Event], count: int = 1) -> list[SimpleNamespace]:
        """Gives what was announced of a kind, `count` or more."""
        found = [fact for fact in self.heard if fact.type == event.type]
        assert len(found) >= count, f"{event.type} was announced {len(found)} times, not {count}"
        return found

    def audited(self) -> list[tuple[str, str]]:
        """The audit trail as pairs of action and actor, oldest first."""
        with self.session(self._service) as session:
            return [tuple(entry) for entry in session.execute(select(audit.c.action, audit.c.actor).order_by(audit.c.position))]

    def settle(self) -> None:
        """Nothing is ever on its way."""

    def close(self) -> None:
        """Gives the database back."""
        self._database.close()
        self._owner.dispose()
        self._databases.give_back(self._service, self._name)


def _sent(body: Any) -> Any:
    """What arrives of it on the other side of a wire."""
    return orjson.loads(orjson.dumps(body, default=str))
