"""Webhooks: signed, sent at once, and sent again until the college acknowledges them."""

import hashlib
import heapq
import hmac
import itertools
import threading
import time
from dataclasses import asdict
from typing import Any

import requests
from structlog.typing import FilteringBoundLogger
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from deploy.stand_ins.payment_provider.clock import iso, utc_now
from deploy.stand_ins.payment_provider.errors import EventNotFound
from deploy.stand_ins.payment_provider.events import Attempt, Event, restored_event
from deploy.stand_ins.payment_provider.journal import Journal, JournalError, Record

# Seconds before the second, third, … try; the last one repeats.
DELAYS = (0.2, 0.5, 1, 2, 5, 10, 30)
GIVE_UP_AFTER_SECONDS = 3 * 24 * 3600
TRY_TIMEOUT_SECONDS = 10
WORKERS = 8
# Enough of an answer to leave the receiver undisturbed; only its status matters.
ANSWER_BYTES = 65536


def signature(secret: str, unix_seconds: int, body: bytes) -> str:
    """Return the Payment-Signature header: the time, and HMAC-SHA256 of "<time>." and the raw body under the secret."""
    digest = hmac.new(secret.encode(), f"{unix_seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={unix_seconds},v1={digest}"


def delay_after(tries: int) -> float:
    """Return the seconds to wait after this many failed tries (1 or more)."""
    return DELAYS[min(tries, len(DELAYS)) - 1]


class Deliveries:
    """Every event and its way to the college, tried by several threads so that one slow answer holds up no other event."""

    def __init__(self, journal: Journal, url: str, secret: str, log: FilteringBoundLogger) -> None:
        self._journal = journal
        self._url = url
        self._secret = secret
        self._log = log
        self._events: dict[str, Event] = {}
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, int, Event]] = []
        self._sequence = itertools.count()
        self._stopping = False

    def restore(self, record: Record) -> None:
        """Take back what a journal record says about events; other records are passed over."""
        if record["kind"] in ("checkout_paid", "notice_told"):
            event = restored_event(record["event"])
            self._events[event.id] = event
        elif record["kind"] == "delivery_tried":
            self._note(self._events[record["event_id"]], Attempt(**record["attempt"]))
        elif record["kind"] == "resend_asked":
            self._start_round(self._events[record["event_id"]], record["at"])

    def start(self) -> None:
        """Start the threads, and try every event still pending from before the restart right away."""
        with self._changed:
            for event in self._events.values():
                if event.state == "pending":
                    self._schedule(event, 0)
        for number in range(WORKERS):
            threading.Thread(target=self._work, name=f"delivery-{number}", daemon=True).start()

    def stop(self) -> None:
        """Let no new try begin. One under way is cut off by the end of the process and repeated after the next start."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def send(self, event: Event) -> None:
        """Deliver an event that the journal already holds, first try right away."""
        with self._changed:
            self._events[event.id] = event
            self._schedule(event, 0)

    def resend(self, event_id: str) -> Event:
        """Deliver an event anew, whatever became of it, on a fresh schedule. Raises EventNotFound."""
        asked_at = time.time()
        with self._changed:
            event = self._events.get(event_id)
            if event is None:
                raise EventNotFound(event_id)
            ticket = self._journal.add({"kind": "resend_asked", "event_id": event_id, "at": asked_at})
            self._start_round(event, asked_at)
        self._journal.wait(ticket)
        with self._changed:
            self._schedule(event, 0)
        return event

    def listed(self, after: str | None, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """Return up to `limit` events following the event `after`, oldest first, and whether there are more.

        Raises EventNotFound when `after` names no event.
        """
        with self._changed:
            if after and after not in self._events:
                raise EventNotFound(after)
            events = iter(self._events.values())
            if after:
                next(event for event in events if event.id == after)
            page = list(itertools.islice(events, limit + 1))
            return [event.as_listed() for event in page[:limit]], len(page) > limit

    def _schedule(self, event: Event, delay: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + delay, next(self._sequence), event.round, event))
        self._changed.notify()

    def _start_round(self, event: Event, at: float) -> None:
        event.state, event.round, event.tries, event.round_started = "pending", event.round + 1, 0, at

    def _note(self, event: Event, attempt: Attempt) -> None:
        event.attempts.append(attempt)
        event.tries += 1
        if attempt.accepted:
            event.state = "delivered"
        elif time.time() - event.round_started > GIVE_UP_AFTER_SECONDS:
            event.state = "given_up"

    def _next_due(self) -> tuple[Event, int] | None:
        """Wait for an event whose time has come; None when stopping."""
        with self._changed:
            while not self._stopping:
                if not self._due:
                    self._changed.wait()
                    continue
                wait = self._due[0][0] - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                _, _, planned_round, event = heapq.heappop(self._due)
                # A resend has begun a new round meanwhile: its own entry carries on.
                if planned_round == event.round:
                    return event, planned_round
            return None

    def _work(self) -> None:
        with requests.Session() as session:
            # The receiver is named outright: no proxy or netrc of the machine may come between.
            session.trust_env = False
            while (due := self._next_due()) is not None:
                try:
                    self._deliver(session, *due)
                except JournalError as error:
                    # Without a journal a try cannot be remembered; /readyz tells, a restart repeats the event.
                    self._log.error("webhook_not_recorded", event_id=due[0].id, error=str(error))

    def _deliver(self, session: requests.Session, event: Event, planned_round: int) -> None:
        attempt = self._try(session, event)
        with self._changed:
            record = {"kind": "delivery_tried", "event_id": event.id, "attempt": asdict(attempt)}
            ticket = self._journal.add(record)
            self._note(event, attempt)
            tries = event.tries
            if event.state == "pending" and planned_round == event.round:
                self._schedule(event, delay_after(tries))
        self._journal.wait(ticket)
        self._log.info(
            "webhook_tried", event_id=event.id, reference=event.data.get("reference"), tries=tries, state=event.state,
            status=attempt.status, error=attempt.error, ms=attempt.milliseconds,
        )  # fmt: skip

    def _try(self, session: requests.Session, event: Event) -> Attempt:
        body = event.body()
        headers = {
            "Content-Type": "application/json",
            "Payment-Signature": signature(self._secret, int(time.time()), body),
        }
        at, begun = iso(utc_now()), time.monotonic()
        status, error = None, None
        try:
            # requests takes urllib3's Timeout, whose total bounds the whole try; its type hints only know numbers.
            timeout: Any = Timeout(total=TRY_TIMEOUT_SECONDS)
            with session.post(
                self._url, data=body, headers=headers, timeout=timeout, allow_redirects=False, stream=True
            ) as response:
                status = response.status_code
                response.raw.read(ANSWER_BYTES)
        except (requests.RequestException, HTTPError, OSError) as failure:
            error = f"{type(failure).__name__}: {failure}"
        return Attempt(at, status, error, round((time.monotonic() - begun) * 1000))
