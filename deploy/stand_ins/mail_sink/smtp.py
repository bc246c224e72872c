"""The SMTP side: takes any mail, except from recipients whose names ask for a refusal."""

import asyncio
from collections import Counter

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from structlog.typing import FilteringBoundLogger

from deploy.stand_ins.mail_sink.mails import Mail
from deploy.stand_ins.mail_sink.store import MailStore

LARGEST_MAIL = 40 * 1024 * 1024
BUSY_ANSWERS = 2


class SinkHandler:
    """Keeps mails. A recipient `bounce…` is refused for good (550), `busy…` the first two times (451), for tests of retries."""

    def __init__(self, store: MailStore, log: FilteringBoundLogger) -> None:
        self._store = store
        self._log = log
        self._busy_answers: Counter[str] = Counter()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Answer 250, or the refusal the local part asks for."""
        recipient = address.casefold()
        if recipient.startswith("bounce"):
            self._log.info("recipient_refused", to=address, status=550)
            return "550 5.1.1 No such mailbox here"
        if recipient.startswith("busy") and self._busy_answers[recipient] < BUSY_ANSWERS:
            self._busy_answers[recipient] += 1
            self._log.info("recipient_refused", to=address, status=451)
            return "451 4.3.2 Busy, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer 250 once the mail is on the disk."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        # In a thread, so that one writer's fsync does not hold up the other connections.
        mail: Mail = await asyncio.to_thread(self._store.keep, envelope.mail_from or "", envelope.rcpt_tos, raw)
        self._log.info("mail_received", mail_id=mail.id, to=mail.to, subject=mail.subject, size=len(raw))
        return f"250 2.0.0 Kept as {mail.id}"


def smtp_server(store: MailStore, host: str, port: int, log: FilteringBoundLogger) -> Controller:
    """Return the server, not yet started: it runs in a thread of its own."""
    return Controller(
        SinkHandler(store, log),
        hostname=host,
        port=port,
        # Named outright: asking the resolver for this machine's name can take seconds.
        server_hostname="mail-sink",
        enable_SMTPUTF8=True,
        data_size_limit=LARGEST_MAIL,
    )
