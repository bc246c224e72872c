"""The form of a mail (RFC 5322): its headers, its plain text and its HTML."""

from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from services.common.kernel.caller import CORRELATION_HEADER
from services.correspondence.html_part import html_of
from services.correspondence.messages import MAILING, with_link


class _Typed(BaseHeader):
    """A header that holds what somebody typed, as it is.

    The library would read `=?utf-8?q?…?=` in it as an encoded word, decode that, and write whatever came out as headers of its own.
    """

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Takes the value for text; there is nothing in it to be read."""
        kwds["parse_tree"], kwds["decoded"] = None, value


class _Words(_Typed):
    """A line of words: encoded as a whole, unless it is plain ASCII that nobody can take for something encoded."""

    def fold(self, *, policy: Policy) -> str:
        plain = self.isascii() and "=?" not in self
        words = Header(str(self), "us-ascii" if plain else "utf-8", policy.max_line_length, self.name)
        return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"


class _Unfolded(_Typed):
    """A header that stays on one line: an address, on the web or of a person, has no place where it may be broken."""

    def fold(self, *, policy: Policy) -> str:
        written = str(self) if self.isascii() or getattr(policy, "utf8", False) else Header(str(self), "utf-8").encode()
        return f"{self.name}: {written}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name, _kind in (("subject", _Words), ("to", _Unfolded), ("list-unsubscribe", _Unfolded)):
    _HEADERS.map_to_type(_name, _kind)
_FORM = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True)
class Letter:
    """A message that was claimed for sending, as its mail needs it; `sender` with its name: `"Short name | Nom abrégé" <…>`."""

    id: UUID
    kind: str
    sending: int
    language: str
    in_both: bool
    sender: str
    recipient: str
    subject: str
    body: str
    correlation_id: str
    written_at: datetime

    @property
    def sender_address(self) -> str:
        """The sender's address, without the name beside it."""
        return parseaddr(self.sender)[1]


def mail_of(letter: Letter, link: str | None = None) -> EmailMessage:
    """Makes the mail of a letter; raises ValueError for an address or a subject of more than one line.

    Its Message-ID is the same at every attempt, so that a mail sent twice, after a kill at the wrong moment, can be recognised; a
    sending that staff asked for has its own.
    """
    body = with_link(letter.body, link) if link else letter.body
    mail = EmailMessage(policy=_FORM)
    mail["From"] = letter.sender
    mail["To"] = letter.recipient
    mail["Subject"] = letter.subject
    mail["Date"] = letter.written_at
    mail["Message-ID"] = message_id(letter)
    mail["Auto-Submitted"] = "auto-generated"
    mail[CORRELATION_HEADER.title().replace("Id", "ID")] = letter.correlation_id
    if letter.kind == MAILING and link:
        # RFC 8058: the mail program's own button leaves the list with one request, as the link in the text does by a page.
        mail["List-Unsubscribe"] = f"<{link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Quoted-printable: lines stay short and pure ASCII, whatever server the mail passes through.
    mail.set_content(body, cte="quoted-printable")
    html = html_of(letter.subject, body, letter.language, letter.in_both)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    # Last, as `add_alternative` moves the content headers that are there to the first part.
    mail["Content-Language"] = "en, fr" if letter.in_both else letter.language
    return mail


def message_id(letter: Letter) -> str:
    """Gives the Message-ID: the message's own id at the domain it is sent from, with the number of a repeated sending."""
    local = f"{letter.id}.{letter.sending}" if letter.sending else str(letter.id)
    return f"<{local}@{letter.sender_address.rpartition('@')[2]}>"
