"""The kept mails: a file each for keeps, and an index in memory so that looking up a recipient stays fast."""

import os
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from uuid_utils import uuid7

from deploy.stand_ins.mail_sink.mails import Contents, Mail, contents, summary, with_envelope, without_envelope


class MailNotFound(Exception):
    """There is no mail of this id."""


class MailStore:
    """Every mail, newest first. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._mails: dict[str, Mail] = {}
        self._by_recipient: dict[str, list[Mail]] = {}
        # Names are UUIDv7s: their order is the order of arrival.
        for path in sorted(folder.glob("*-*-*-*-*.eml")):
            self._index(summary(path.stem, path.read_bytes()))
        # A test that polls the list asks for the same mails again and again.
        self._contents = lru_cache(maxsize=512)(self._read_contents)

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> Mail:
        """Keep a mail and return it once it is on the disk."""
        kept = with_envelope(sender, recipients, raw)
        mail_id = str(uuid7())
        unfinished = self._folder / f"{mail_id}.part"
        with unfinished.open("wb") as file:
            file.write(kept)
            file.flush()
            os.fsync(file.fileno())
        mail = summary(mail_id, kept)
        with self._lock:
            unfinished.rename(self._path(mail_id))
            self._index(mail)
        return mail

    def find(
        self, to: str = "", subject: str = "", since: datetime | None = None, limit: int = 100, skip: int = 0
    ) -> tuple[list[Mail], int]:
        """Return up to `limit` mails, newest first, after skipping `skip`, and how many match in all.

        `to` is a whole address, or a part of one (then any address containing it matches); `subject` a part of the subject.
        Upper and lower case are one.
        """
        with self._lock:
            candidates = list(self._to(to.strip().casefold()))
        wanted = subject.strip().casefold()
        found = [
            mail
            for mail in reversed(candidates)
            if wanted in mail.subject.casefold() and (since is None or mail.received_at >= since)
        ]
        return list(islice(found, skip, skip + limit)), len(found)

    def get(self, mail_id: str) -> Mail:
        """Return the mail. Raises MailNotFound."""
        with self._lock:
            mail = self._mails.get(mail_id)
        if mail is None:
            raise MailNotFound(mail_id)
        return mail

    def raw(self, mail_id: str) -> bytes:
        """Return the mail as it was sent. Raises MailNotFound."""
        self.get(mail_id)
        try:
            return without_envelope(self._path(mail_id).read_bytes())[2]
        except FileNotFoundError as error:
            # Deleted between the two lines above.
            raise MailNotFound(mail_id) from error

    def contents(self, mail_id: str) -> Contents:
        """Return the mail in full. Raises MailNotFound."""
        return self._contents(mail_id)

    def clear(self) -> int:
        """Delete every mail and return how many there were."""
        with self._lock:
            mails = list(self._mails)
            for mail_id in mails:
                self._path(mail_id).unlink(missing_ok=True)
            self._mails.clear()
            self._by_recipient.clear()
            self._contents.cache_clear()
        return len(mails)

    def _read_contents(self, mail_id: str) -> Contents:
        return contents(self.raw(mail_id))

    def _path(self, mail_id: str) -> Path:
        return self._folder / f"{mail_id}.eml"

    def _index(self, mail: Mail) -> None:
        self._mails[mail.id] = mail
        for address in {recipient.casefold() for recipient in mail.to}:
            self._by_recipient.setdefault(address, []).append(mail)

    def _to(self, wanted: str) -> Iterable[Mail]:
        if not wanted:
            return self._mails.values()
        local, _, domain = wanted.partition("@")
        if local and domain:
            return self._by_recipient.get(wanted, ())
        return self._to_any_containing(wanted)

    def _to_any_containing(self, part: str) -> Iterator[Mail]:
        addresses = {address for address in self._by_recipient if part in address}
        # Over the mails, not the addresses, so that the order stays and a mail to two of them comes once.
        matching = {mail.id for address in addresses for mail in self._by_recipient[address]}
        return (mail for mail_id, mail in self._mails.items() if mail_id in matching)
