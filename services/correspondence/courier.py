"""The courier: takes written messages to the mail server, outside the transactions that wrote them, four at a time.

At least once: a process killed between the server's acceptance and the commit of one UPDATE sends that mail again, under the same
Message-ID, once its claim has run out.
"""

import time
from typing import Any

import eventlet
import psycopg2
from eventlet.event import Event as Signal
from nameko.extensions import DependencyProvider
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common import settings as settings_module
from services.common.kernel import clock
from services.common.observability import spans, traces
from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import SharedDatabase
from services.common.persistence.wakeups import WakeUps
from services.common.security.encryption import CannotOpen, SealedBox
from services.common.security.transport import mail_tls
from services.correspondence.delivery import CLAIM_S, FIRST_PAUSE_S, SENDING_LIMIT_S, Outcome, claim, judge, record
from services.correspondence.gauges import ATTEMPTS
from services.correspondence.mail import Letter, mail_of
from services.correspondence.messages import CHANNEL
from services.correspondence.models import SENT
from services.correspondence.smtp import MailRefused, MailServer

CARRIERS, PAUSE_S, STOP_S = 4, 0.5, 5.0
DATABASE_AWAY = (DBAPIError, PoolTimeout, psycopg2.Error, OSError)
log = get_logger("courier")


class Courier(DependencyProvider):
    """Delivers what the service writes, as long as its container runs (SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SEALING_KEY)."""

    shared = SharedDatabase()

    def setup(self) -> None:
        """Reads where the mail server is and the key of sealed links."""
        settings = settings_module.of(self.container)
        host, port = settings.require("SMTP_HOST"), int(settings.require("SMTP_PORT"))
        user = settings.optional("SMTP_USER")
        credentials = (user, settings.require("SMTP_PASSWORD")) if user else None
        self._server = (host, port, mail_tls(host, port, settings.plaintext_hosts), credentials)
        self._box = SealedBox(settings.require("SEALING_KEY"))
        self._first_pause_s = float(settings.optional("MAIL_FIRST_RETRY_S", str(FIRST_PAUSE_S)))
        self._idle: list[Signal] = []  # of the carriers that have found nothing, or are about to look
        self._stopping = False
        self._watcher: Any = None
        self._carriers: list[Any] = []

    def start(self) -> None:
        """Begins delivering."""
        self._watcher = eventlet.spawn(self._watch)
        self._carriers = [eventlet.spawn(self._carry) for _ in range(CARRIERS)]

    def stop(self) -> None:
        """Stops once the mails under way are handed over."""
        self._stopping = True
        while self._wake_one():
            pass
        with eventlet.Timeout(STOP_S, False):
            for carrier in self._carriers:
                carrier.wait()
        self.kill()

    def kill(self) -> None:
        """Stops at once; what was under way is taken up by another when its claim runs out."""
        for greenlet in (self._watcher, *self._carriers):
            if greenlet is not None:
                greenlet.kill()

    def not_ready(self) -> str | None:
        """Says why written messages are not mailed now, or nothing. A mail server that is away is waited for, and is no fault of ours."""
        running = self._carriers and not any(greenlet.dead for greenlet in (self._watcher, *self._carriers))
        return None if running else "the delivery of mails has stopped"

    def _watch(self) -> None:
        wakeups = WakeUps(self.shared.database.url, CHANNEL, f"mail-{self.container.service_name}")
        try:
            while not self._stopping:
                try:
                    wakeups.wait()
                except DATABASE_AWAY as error:
                    log.warning("wake-ups-lost", error=_said(error))
                    wakeups.close()
                    eventlet.sleep(PAUSE_S)
                except Exception:
                    log.exception("wake-ups-failed")  # the last resort of a loop: it must not end
                    wakeups.close()
                    eventlet.sleep(PAUSE_S)
                self._wake_one()
        finally:
            wakeups.close()

    def _wake_one(self) -> bool:
        # One is enough: who finds a message wakes the next, for there may be more.
        if self._idle:
            self._idle.pop().send()
            return True
        return False

    def _carry(self) -> None:
        server = MailServer(*self._server)
        try:
            while not self._stopping:
                idle = Signal()
                self._idle.append(idle)  # before the look, so that a message committed meanwhile is not missed
                try:
                    if not self._deliver_next(server, idle):
                        server.close()
                        idle.wait()
                except DATABASE_AWAY as error:
                    log.warning("delivery-paused", error=_said(error))
                    eventlet.sleep(PAUSE_S)
                except Exception:
                    log.exception("delivery-failed")  # the last resort of a loop: it must not end
                    eventlet.sleep(PAUSE_S)
                finally:
                    self._busy(idle)
        finally:
            server.drop()

    def _deliver_next(self, server: MailServer, idle: Signal) -> bool:
        with self.shared.database.transaction() as session:
            claimed = claim(session)
        if claimed is None:
            return False
        self._busy(idle)
        self._wake_one()
        with traces.span(f"mail {claimed.kind}", "client", claimed.traceparent or spans.ROOT) as span:
            outcome = self._attempt(server, claimed)
            span.tell(delivery=outcome.delivery, attempt=claimed.attempts, correlation_id=claimed.correlation_id)
            if outcome.delivery != SENT:
                span.fail(outcome.delivery)
        self._record(claimed, outcome)
        ATTEMPTS.labels(outcome.delivery).inc()
        say = log.info if outcome.delivery == SENT else log.warning
        say(
            "mail-attempted",
            message_id=str(claimed.id),
            kind=claimed.kind,
            delivery=outcome.delivery,
            attempt=claimed.attempts,
            correlation_id=claimed.correlation_id,
        )
        return True

    def _busy(self, idle: Signal) -> None:
        if idle in self._idle:
            self._idle.remove(idle)

    def _attempt(self, server: MailServer, claimed: Row) -> Outcome:
        try:
            self._hand_over(server, claimed)
            return Outcome(SENT)
        except MailRefused as error:
            refusal = error
        except CannotOpen:
            # The key is not the one that identity seals with: an operator can mend that, so the mail is kept.
            refusal = MailRefused("the link was sealed with another key")
        except ValueError as error:
            refusal = MailRefused(f"no mail can be made: {error}", permanent=True)
        except Exception as error:
            # The last resort of a loop: one message that cannot be handled must not end the delivery of all others.
            log.exception("mail-failed", message_id=str(claimed.id))
            refusal = MailRefused(type(error).__name__, server_wide=True)
        if refusal.server_wide:
            server.drop()
        return judge(claimed, clock.real_now(), refusal, self._first_pause_s)

    def _hand_over(self, server: MailServer, claimed: Row) -> None:
        letter = Letter(**{name: getattr(claimed, name) for name in Letter.__dataclass_fields__})
        link = self._box.open(claimed.sealed_link) if claimed.sealed_link else None
        mail = mail_of(letter, link)
        with eventlet.Timeout(SENDING_LIMIT_S, MailRefused("the mail server took too long", server_wide=True)):
            server.send(mail, letter.sender_address, letter.recipient)

    def _record(self, claimed: Row, outcome: Outcome) -> None:
        # The mail has left: a database that is away for a moment must not lead to a second one.
        until = time.monotonic() + CLAIM_S - SENDING_LIMIT_S
        while True:
            try:
                with self.shared.database.transaction() as session:
                    recorded = record(session, claimed, outcome)
                break
            except DATABASE_AWAY as error:
                if time.monotonic() > until:
                    raise
                log.warning("outcome-not-recorded-yet", message_id=str(claimed.id), error=_said(error))
                eventlet.sleep(PAUSE_S)
        if not recorded:
            log.error("claim-lost", message_id=str(claimed.id), delivery=outcome.delivery)


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip()  # the database's words without the statement
