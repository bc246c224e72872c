"""A kept mail: what a list shows of it, and what reading it in full gives."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, cast
from uuid import UUID

# What a file holds before the mail itself: the addresses of the SMTP envelope, which a mail's own headers need not tell.
ENVELOPE_FROM = b"X-Sink-From: "
ENVELOPE_TO = b"X-Sink-To: "


@dataclass(frozen=True)
class Mail:
    """What is held in memory of a mail. `to` are the envelope's recipients as given."""

    id: str
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Contents:
    """A mail in full: headers by lower-case name (the first of each), its text and HTML parts, its attachments."""

    headers: dict[str, str]
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def with_envelope(sender: str, recipients: list[str], raw: bytes) -> bytes:
    """Return the bytes of a file that holds the mail and its envelope."""
    lines = [ENVELOPE_FROM + sender.encode(), *(ENVELOPE_TO + recipient.encode() for recipient in recipients)]
    return b"".join(line + b"\r\n" for line in lines) + raw


def without_envelope(kept: bytes) -> tuple[str, tuple[str, ...], bytes]:
    """Return the envelope's sender and recipients, and the mail as it was sent."""
    sender, recipients, rest = "", [], kept
    while rest.startswith((ENVELOPE_FROM, ENVELOPE_TO)):
        line, _, rest = rest.partition(b"\r\n")
        if line.startswith(ENVELOPE_FROM):
            sender = line.removeprefix(ENVELOPE_FROM).decode()
        else:
            recipients.append(line.removeprefix(ENVELOPE_TO).decode())
    return sender, tuple(recipients), rest


def summary(mail_id: str, kept: bytes) -> Mail:
    """Return what a list shows. The id, a UUIDv7, tells when the mail came."""
    sender, recipients, raw = without_envelope(kept)
    message = _parsed(raw, headers_only=True)
    received_at = datetime.fromtimestamp((UUID(mail_id).int >> 80) / 1000, UTC)
    return Mail(mail_id, received_at, sender, recipients, _header(message, "subject"), _header(message, "message-id"))


def contents(raw: bytes) -> Contents:
    """Return a mail in full. What cannot be decoded is shown as well as it can be: a sink must show broken mails too."""
    message = _parsed(raw)
    headers: dict[str, str] = {}
    for name in message:
        headers.setdefault(name.lower(), _header(message, name))
    return Contents(
        headers,
        _part_text(cast(EmailMessage | None, message.get_body(("plain",)))),
        _part_text(cast(EmailMessage | None, message.get_body(("html",)))),
        tuple(_attachment(part, number) for number, part in enumerate(message.iter_attachments(), start=1)),
    )


def as_json(mail: Mail, full: Contents) -> dict[str, Any]:
    """Return what the API shows of a mail."""
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "from": mail.sender,
        "to": list(mail.to),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "headers": full.headers,
        "text": full.text,
        "html": full.html,
        "attachments": [{"name": file.name, "size": len(file.content)} for file in full.attachments],
    }


def _parsed(raw: bytes, headers_only: bool = False) -> EmailMessage:
    return BytesParser(policy=policy.SMTPUTF8).parsebytes(raw, headersonly=headers_only)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "")).strip()
    except (ValueError, IndexError, AttributeError):
        # The standard library's parser stumbles over some malformed headers; the plain text is then the best there is.
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "").strip()


def _part_text(part: EmailMessage | None) -> str:
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return _payload(part).decode("utf-8", "replace")


def _attachment(part: EmailMessage, number: int) -> Attachment:
    content = _payload(part) if not part.is_multipart() else part.as_bytes()
    return Attachment(part.get_filename() or f"part-{number}", part.get_content_type(), content)


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
