"""Dead letters (B7): what a service's handlers could not handle, looked at, replayed or discarded by a person with a note.

The order of a replay: in one transaction the copy is published with a confirm and the audit entry is written; after the commit the
original is acked. Killed before the commit, the dead letter is still there and can be replayed again; killed after it, likewise: the handler
may then get the event twice, and its inbox absorbs the second. A discard writes its audit entry, commits, and acks. So nothing is ever
gone without a trace of who did it, and nothing is lost.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import eventlet
from eventlet.semaphore import Semaphore
from nameko.extensions import DependencyProvider
from psycopg2 import errors as postgres
from sqlalchemy.exc import DBAPIError

from services.common import settings as settings_module
from services.common.bus.connection import LOST
from services.common.bus.dead_letter_queue import DEAD_LETTERS, DeadLetter, Look, looking, without_details
from services.common.bus.rpc_server import rpc
from services.common.bus.senders import REASONS
from services.common.duties.dead_letter_calls import DeadLetter as ShownDeadLetter
from services.common.duties.dead_letter_calls import (
    DeadLetterDecision,
    DeadLetterInFull,
    DeadLettersBusy,
    DeadLettersDecision,
    DeadLettersFilter,
    DeadLettersPage,
    DeadLettersReplayed,
    Mishap,
    OneDeadLetter,
)
from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import Invalid, NotFound, NotReplayable, OutcomeUnknown, Unavailable
from services.common.kernel.paging import a_text, read_cursor, write_cursor
from services.common.kernel.records import Record
from services.common.observability.logs import get_logger
from services.common.observability.metrics import refusals
from services.common.persistence import advisory_locks
from services.common.persistence.oneself import refuse_oneself
from services.common.persistence.unit_of_work import UnitOfWorkFactory

WAIT_S, AT_ONCE, LONGEST_CONTENT = 3.0, 100, 10_000
Result = TypeVar("Result")
log = get_logger("dead-letters")


class DeadLetters(DependencyProvider):
    """Gives the service's entry points access to its dead-letter queue."""

    def setup(self) -> None:
        """Reads where the broker is; a connection is opened for each look and closed after it."""
        self.amqp_uri = settings_module.of(self.container).amqp_uri
        refusals(self.container.service_name, DEAD_LETTERS, REASONS)
        self._mine = Semaphore(1)  # the looks of this process wait here, and not each with a database connection in hand

    def get_dependency(self, worker_ctx: Any) -> "DeadLetters":
        """Gives itself."""
        return self

    def looked_at(self, units: UnitOfWorkFactory, service: str, use: Callable[[Look], Result]) -> Result:
        """Lets `use` look at the dead letters; of several people, in this replica or another, one after the other.

        Raises DeadLettersBusy when the turn does not come within 3 seconds, Unavailable when broker or database are not there.
        """

        def attempt() -> Result:
            with self._turn(units), looking(self.amqp_uri, service) as look:
                return use(look)

        return units.persist(attempt)

    @contextmanager
    def _turn(self, units: UnitOfWorkFactory) -> Iterator[None]:
        with eventlet.Timeout(WAIT_S, DeadLettersBusy()):
            self._mine.acquire()
        try:
            with units.database.transaction() as session:
                try:
                    advisory_locks.wait_for_task(session, "dead-letters")
                except DBAPIError as error:
                    if isinstance(error.orig, postgres.LockNotAvailable):
                        raise DeadLettersBusy() from error
                    raise
                yield
        finally:
            self._mine.release()


def list_dead_letters(
    dead_letters: DeadLetters, units: UnitOfWorkFactory, contract: type[Call], request: DeadLettersFilter
) -> DeadLettersPage:
    """Lists dead letters in the order in which they came."""
    after, down = read_cursor(request.cursor, a_text, a_text), request.order == "newest"
    last = None if after is None else tuple(after)

    def use(look: Look) -> DeadLettersPage:
        found = sorted(
            (dead_letter for dead_letter in look.letters if request.type in (None, dead_letter.type)), key=_place, reverse=down
        )
        rest = [
            dead_letter
            for dead_letter in found
            if last is None or (_place(dead_letter) < last if down else _place(dead_letter) > last)
        ]
        page, more = rest[: request.limit], len(rest) > request.limit
        return DeadLettersPage(
            letters=[_shown(dead_letter) for dead_letter in page],
            parked=look.parked,
            next_cursor=write_cursor(*_place(page[-1])) if more else None,
        )

    return dead_letters.looked_at(units, contract.owner, use)


def get_dead_letter(
    dead_letters: DeadLetters, units: UnitOfWorkFactory, contract: Any, request: OneDeadLetter
) -> DeadLetterInFull:
    """Gives one with its history; that its data were shown is left in the audit trail. Raises NotFound."""
    dead_letter = dead_letters.looked_at(units, contract.owner, lambda look: _find(look, request.letter_id)[0])
    shown = units.caller.has(*contract.data_access.roles)
    data, content = _said(dead_letter) if shown else (None, None)
    if shown:
        _leave_trace(units, "dead-letter:read", [dead_letter], None)
    return DeadLetterInFull(
        **vars(_shown(dead_letter)),
        history=[_mishap(entry, in_full=shown) for entry in dead_letter.history],
        data_shown=shown,
        data=data,
        content=content,
        replayable=dead_letter.replayable,
    )


def replay_dead_letter(
    dead_letters: DeadLetters, units: UnitOfWorkFactory, contract: type[Call], request: DeadLetterDecision
) -> ShownDeadLetter:
    """Gives one to its handler again. Raises NotFound, OwnMatter, NotReplayable."""

    def use(look: Look) -> ShownDeadLetter:
        copies = _find(look, request.letter_id)
        _replay(look, units, copies[:1], copies, request.note)
        return _shown(copies[0])

    return dead_letters.looked_at(units, contract.owner, use)


def replay_dead_letters(
    dead_letters: DeadLetters, units: UnitOfWorkFactory, contract: type[Call], request: DeadLettersDecision
) -> DeadLettersReplayed:
    """Gives the oldest of a type, at most 100, to their handler again. Raises OwnMatter, NotReplayable, and then none was."""

    def use(look: Look) -> DeadLettersReplayed:
        found = [dead_letter for dead_letter in look.letters if dead_letter.type == request.type]
        some = found[:AT_ONCE]
        if some:
            _replay(look, units, some, some, request.note)
        return DeadLettersReplayed(replayed=len(some), left=len(found) - len(some))

    return dead_letters.looked_at(units, contract.owner, use)


def discard_dead_letter(
    dead_letters: DeadLetters, units: UnitOfWorkFactory, contract: type[Call], request: DeadLetterDecision
) -> ShownDeadLetter:
    """Removes one for good. Raises NotFound, OwnMatter."""

    def use(look: Look) -> ShownDeadLetter:
        copies = _find(look, request.letter_id)
        refuse_oneself(units.caller, copies[0].account_id)
        _leave_trace(units, "dead-letter:discard", copies[:1], request.note)
        _remove(look, copies)
        return _shown(copies[0])

    return dead_letters.looked_at(units, contract.owner, use)


_USE_CASES: dict[str, Callable[..., Record]] = {
    "list_dead_letters": list_dead_letters,
    "get_dead_letter": get_dead_letter,
    "replay_dead_letter": replay_dead_letter,
    "replay_dead_letters": replay_dead_letters,
    "discard_dead_letter": discard_dead_letter,
}


def entry_point(contract: type[Call]) -> Callable:
    """Makes the method that answers one of the calls of `dead_letter_calls`."""
    use_case = _USE_CASES[contract.method]

    def answer(service: Any, units: UnitOfWorkFactory, request: Any) -> Record:
        return use_case(service.dead_letters, units, contract, request)

    answer.__name__ = contract.method
    return rpc(contract, transaction=False)(answer)


def _shown(dead_letter: DeadLetter) -> ShownDeadLetter:
    row = dead_letter.row()
    return ShownDeadLetter(
        id=row["id"],
        service=row["service"],
        type=row["type"],
        handler=row["handler"],
        owner=row["owner"],
        actor=row["actor"],
        occurred_at=row["occurred_at"],
        correlation_id=row["correlation_id"],
        parked_at=row["parked_at"],
        attempts=row["attempts"],
        error=row["error"],
    )


def _mishap(entry: dict[str, str | None], in_full: bool) -> Mishap:
    error = _line(entry.get("error"))
    return Mishap(at=_line(entry.get("at")), error=error if in_full else without_details(error))


def _place(dead_letter: DeadLetter) -> tuple[str, str]:
    return dead_letter.parked_at, str(dead_letter.id)


def _find(look: Look, letter_id: UUID) -> list[DeadLetter]:
    # The same message may be dead-lettered more than once, after a doubled delivery: what is done to one is done to all.
    first = next((dead_letter for dead_letter in look.letters if dead_letter.id == letter_id), None)
    if first is None:
        raise NotFound()
    return [dead_letter for dead_letter in look.letters if dead_letter.same_as(first)]


def _replay(look: Look, units: UnitOfWorkFactory, letters: list[DeadLetter], originals: list[DeadLetter], note: str) -> None:
    for dead_letter in letters:
        refuse_oneself(units.caller, dead_letter.account_id)
        if not dead_letter.replayable:
            raise NotReplayable()

    def publish() -> None:
        for dead_letter in letters:
            look.replay(dead_letter)

    _leave_trace(units, "dead-letter:replay", letters, note, publish)
    _remove(look, originals)


def _remove(look: Look, letters: list[DeadLetter]) -> None:
    try:
        for dead_letter in letters:
            look.remove(dead_letter)
        look.close()
    except (*LOST, Unavailable) as error:
        raise OutcomeUnknown() from error


def _leave_trace(
    units: UnitOfWorkFactory, action: str, letters: list[DeadLetter], note: str | None, act: Callable[[], Any] = lambda: None
) -> None:
    log.warning(action, by=str(units.caller.account_id), ids=[str(dead_letter.id) for dead_letter in letters])

    def attempt() -> None:
        with units.transaction() as work:
            for dead_letter in letters:
                row = dead_letter.row()
                what = {name: row[name] for name in ("type", "handler", "correlation_id", "attempts", "error")}
                after = {"note": note} if note else None
                work.audit(action, f"dead-letter/{dead_letter.id}", before={**what, "sha256": dead_letter.digest}, after=after)
            act()

    units.persist(attempt)


def _said(dead_letter: DeadLetter) -> tuple[dict[str, Any] | None, str | None]:
    # What fits its contract is shown as data; what does not, as it came, made safe to be shown.
    event = Event.all.get(dead_letter.type or "")
    try:
        if event is not None:
            data = dead_letter.envelope["data"]
            event.read(data)
            return data, None
    except (Invalid, KeyError):
        log.debug("dead-letter-malformed", id=str(dead_letter.id))
    return None, _line(dead_letter.body.decode("utf-8", "backslashreplace"))


def _line(value: Any) -> str | None:
    return None if value is None else str(value).replace("\x00", "\\x00")[:LONGEST_CONTENT]
