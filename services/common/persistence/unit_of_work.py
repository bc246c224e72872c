"""A unit of work: what a use case needs in hand, and one transaction around all that it does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import eventlet
import psycopg2
from nameko.extensions import DependencyProvider, SharedExtension
from psycopg2 import errors as postgres
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services.common import settings as settings_module
from services.common.kernel import clock
from services.common.kernel.caller import (
    ADDRESS_HEADER,
    CORRELATION_HEADER,
    DEVICE_HEADER,
    IDEMPOTENCY_HEADER,
    LANGUAGE_HEADER,
    SENDER_HEADER,
    TOKEN_HEADER,
    Caller,
)
from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import OutcomeUnknown, Unavailable
from services.common.kernel.ids import UUID, new_id
from services.common.kernel.records import Record
from services.common.observability.logs import bind_contextvars, get_logger
from services.common.persistence import audit_trail, idempotency, outbox
from services.common.persistence.audit_trail import AuditEntry
from services.common.persistence.engine import Database
from services.common.security.tokens import TokenVerifier

Result = TypeVar("Result")
TRIES = 3
READY_S = 2.0  # a database that takes longer to say that it is there does not count as there
LONGEST_CORRELATION_ID = 100
# Classes of SQLSTATE: none (no connection), connection, lost race, short of resources, not in the right state, stopped, system.
AWAY_OR_BUSY = {"", "08", "40", "53", "55", "57", "58"}
log = get_logger("work")


@dataclass(frozen=True)
class OccurredEvent:
    """Which event a unit of work handles, and when it occurred by its owner's clock (UTC)."""

    id: UUID
    occurred_at: datetime


class UnitOfWork:
    """One use case under way: its session, its caller, its instant, and what it will announce and leave in the audit trail.

    `now` is the college's time, `real_now` the machine's, for what lives by that (`kernel/clock.py`). `happened_at` is when the fact happened
    that the work is done for, and else `now`: facts are handled in any order, late ones too.
    """

    def __init__(self, session: Session, caller: Caller, actor: str | None = None, event: OccurredEvent | None = None) -> None:
        self.session, self.caller, self._event = session, caller, event
        self.now: datetime = clock.now()
        self.real_now: datetime = clock.real_now()
        # Clocks differ a little: nothing that was heard of is still to come.
        self.happened_at: datetime = min(event.occurred_at if event else self.now, self.now)
        self.actor = actor or caller.name
        self.told_apart = False  # whether it was asked whose matter this is (`oneself.py`)
        self._entries: list[AuditEntry] = []

    @property
    def event(self) -> OccurredEvent:
        """The event that is handled. Raises LookupError where none is: a call or a timer."""
        if self._event is None:
            raise LookupError("this unit of work handles no event")
        return self._event

    def announce(self, event: type[Event], data: Record) -> UUID:
        """Announces a fact, the event's `Data`, if and when this work is committed; gives the event's id. Raises Invalid."""
        return outbox.announce(
            self.session,
            event,
            data,
            actor=self.actor,
            correlation_id=self.caller.correlation_id,
            language=self.caller.language,
            at=self.now,
        )

    def announce_all(self, event: type[Event], many: Iterable[Record]) -> None:
        """Announces many facts of one kind, in one statement. Raises Invalid."""
        outbox.announce_all(
            self.session,
            event,
            many,
            actor=self.actor,
            correlation_id=self.caller.correlation_id,
            language=self.caller.language,
            at=self.now,
        )

    def audit(self, action: str, subject: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> None:
        """Leaves an entry in the audit trail (B8): who, when, from where, what, before and after. Never secrets."""
        self._entries.append(
            AuditEntry(self.now, self.actor, self.caller.address, action, subject, before, after, self.caller.correlation_id)
        )

    def finish(self) -> None:
        """Writes the audit entries: the last thing before the commit."""
        self.session.flush()
        audit_trail.append(self.session, self._entries)
        self._entries = []


class _ReadingUnitOfWork(UnitOfWork):
    """A unit of work that only reads; its session is opened when something is read."""

    _session: Session | None

    def __init__(self, database: Database, caller: Caller) -> None:
        super().__init__(None, caller)  # type: ignore[arg-type]
        self._database, self._open = database, ExitStack()

    @property
    def session(self) -> Session:
        """The session, opened when first asked for."""
        if self._session is None:
            self._session = self._open.enter_context(self._database.reading())
        return self._session

    @session.setter
    def session(self, session: Session | None) -> None:
        self._session = session

    def close(self) -> None:
        """Closes what was opened."""
        self._open.close()


class UnitOfWorkFactory:
    """Opens units of work for one caller."""

    def __init__(self, database: Database, identify: Callable[[], Caller], idempotency_key: str | None = None) -> None:
        self.database, self._identify, self._key = database, identify, idempotency_key

    @cached_property
    def caller(self) -> Caller:
        """The one who asks; raises Unauthenticated when the token is forged or has run out."""
        return self._identify()

    @contextmanager
    def transaction(self, actor: str | None = None, event: OccurredEvent | None = None) -> Iterator[UnitOfWork]:
        """Opens a unit of work; everything in it is committed at the end, or nothing is."""
        with self.database.transaction() as session:
            work = UnitOfWork(session, self.caller, actor, event)
            yield work
            work.finish()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Opens a unit of work that only reads."""
        work = _ReadingUnitOfWork(self.database, self.caller)
        try:
            yield work
        finally:
            work.close()

    def carry_out(
        self,
        contract: type[Call],
        request: Record,
        use_case: Callable[[UnitOfWork], dict[str, Any]],
        read_only: bool = False,
    ) -> dict[str, Any]:
        """Carries out a call in one transaction, once per idempotency key. Raises Unavailable when the database is not there."""
        if read_only:
            return self.persist(lambda: self._read(use_case))
        return self.persist(lambda: self._write(contract, request, use_case))

    def _read(self, use_case: Callable[[UnitOfWork], Result]) -> Result:
        with self.reading() as work:
            return use_case(work)

    def _write(self, contract: type[Call], request: Record, use_case: Callable[[UnitOfWork], dict[str, Any]]) -> dict[str, Any]:
        with self.transaction() as work:
            if not (self._key and contract.idempotent):
                return use_case(work)
            earlier = idempotency.earlier_reply(work.session, contract, self._key, work.actor, request)
            if earlier is not None:
                return earlier
            reply = use_case(work)
            idempotency.keep_reply(work.session, contract, self._key, work.actor, reply)
            return reply

    @staticmethod
    def persist(attempt: Callable[[], Result]) -> Result:
        """Runs a transaction, again if it lost a race or met a dead connection before its commit: then nothing was done.

        Raises Unavailable when the database is not there, OutcomeUnknown when it went away during the commit.
        """
        for left in reversed(range(TRIES)):
            try:
                return attempt()
            except PoolTimeout as error:
                raise Unavailable() from error
            except DBAPIError as error:
                if left and _nothing_was_done(error):
                    continue
                if error.connection_invalidated and not error.statement:
                    raise OutcomeUnknown() from error
                if is_away(error):
                    log.error("database-unavailable", error=str(error.orig).strip())
                    raise Unavailable() from error
                raise
        raise AssertionError("the last try returns or raises")


def _nothing_was_done(error: DBAPIError) -> bool:
    if isinstance(error.orig, postgres.SerializationFailure | postgres.DeadlockDetected):
        return True
    # The server was restarted: the pooled connection is dead (the pool has just been emptied). A statement fails before the commit
    # was sent; a failed commit has no statement.
    return error.connection_invalidated and bool(error.statement)


def is_away(error: DBAPIError) -> bool:
    """Whether the database is away or too busy, which time mends; other limits (of a row, of an index) are the statement's own."""
    code = getattr(error.orig, "pgcode", None) or ""
    return isinstance(error, OperationalError) and code[:2] in AWAY_OR_BUSY


class SharedDatabase(SharedExtension):
    """The one pair of engines of a nameko container."""

    def setup(self) -> None:
        """Prepares the engines; connections are made when first needed."""
        settings = settings_module.of(self.container)
        self.database = Database(settings.database_url, settings.database_pool, settings.component)

    def stop(self) -> None:
        """Closes all connections."""
        self.database.close()

    def not_ready(self) -> str | None:
        """Says why the database cannot be used now, or nothing."""
        try:
            with eventlet.Timeout(READY_S, psycopg2.OperationalError("no answer")), self.database.reading() as session:
                session.connection().exec_driver_sql("SELECT 1")
        except (DBAPIError, PoolTimeout, psycopg2.Error) as error:
            return f"database: {type(error).__name__}"
        return None


class UnitOfWorkProvider(DependencyProvider):
    """Gives each worker the opener of units of work for the caller whose headers came with the message."""

    shared = SharedDatabase()

    def setup(self) -> None:
        """Reads the keys that access tokens are verified with."""
        self._verifier = TokenVerifier.from_file(settings_module.of(self.container).require("VERIFY_KEYS_FILE"))

    def get_dependency(self, worker_ctx: Any) -> UnitOfWorkFactory:
        """Makes the opener; the caller's token is verified when first needed, so that a bad one is an answer and not a crash."""
        headers = worker_ctx.data
        given = headers.get(CORRELATION_HEADER)
        # Goes out again with events, as a property that AMQP bounds: a longer one could never be relayed.
        correlation_id = (
            given if isinstance(given, str) and given.isascii() and 0 < len(given) <= LONGEST_CORRELATION_ID else str(new_id())
        )
        sender = {"sender": headers[SENDER_HEADER]} if headers.get(SENDER_HEADER) else {}  # a timer has none
        bind_contextvars(correlation_id=correlation_id, **sender)

        def identify() -> Caller:
            return self._verifier.caller(
                headers.get(TOKEN_HEADER),
                headers.get(LANGUAGE_HEADER),
                correlation_id,
                headers.get(ADDRESS_HEADER),
                headers.get(DEVICE_HEADER),
            )

        return UnitOfWorkFactory(self.shared.database, identify, headers.get(IDEMPOTENCY_HEADER))
