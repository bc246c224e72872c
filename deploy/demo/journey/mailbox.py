"""A person's mailbox: what reached the local mail sink for one address."""

import re
from typing import Any

import requests

from deploy.demo.journey.api import PATIENCE_S, wait_for

LINK = re.compile(r"https?://\S+")


class Mailbox:
    """The mails to one address."""

    def __init__(self, inbox_url: str, address: str) -> None:
        self._url, self.address = inbox_url.rstrip("/"), address

    def mails(self, containing: str = "") -> list[dict[str, Any]]:
        """Gives the mails whose text or subject contains the words, newest first."""
        query: dict[str, str | int] = {"to": self.address, "limit": 1000}
        answer = requests.get(f"{self._url}/api/mails", params=query, timeout=10)
        answer.raise_for_status()
        found = answer.json()
        mails = found["mails"] if isinstance(found, dict) else found
        return [mail for mail in mails if containing in mail["subject"] or containing in (mail["text"] or "")]

    def wait(self, containing: str, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Waits for a mail that contains the words."""
        return wait_for(f"a mail to {self.address} with “{containing}”", lambda: self.mails(containing), within_s, 0.05)[0]

    def wait_subject(self, containing: str, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Waits for a mail whose subject contains the words."""
        what = f"a mail to {self.address} about “{containing}”"
        return wait_for(what, lambda: [mail for mail in self.mails() if containing in mail["subject"]], within_s, 0.05)[0]

    def link(self, mail: dict[str, Any], containing: str) -> str:
        """Gives the link in a mail whose address contains the words; raises LookupError."""
        for link in LINK.findall(mail["text"]):
            if containing in link:
                return link.rstrip(".,;)>")
        raise LookupError(f"no link with {containing!r} in the mail “{mail['subject']}”")
