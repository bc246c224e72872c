"""What the tests of correspondence share: a real mail sink process, and a person who has opened an account."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import eventlet
import requests
from sqlalchemy import select

from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.common.security.encryption import SealedBox
from services.contracts.identity.events import AccountOpened, AccountOpeningRepeated
from services.correspondence.models import Contact, Message
from tests.support.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[3]
LINK = "http://college.test/activate?token=only-in-the-mail-7Q"

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


class Sink:
    """The mail sink as its own process, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._smtp, self._inbox = folder, _free_port(), _free_port()
        self.environment = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self._smtp)}
        self.start()

    def start(self) -> None:
        """Starts the process and waits until it takes mails."""
        environment = os.environ | {
            "SMTP_PORT": str(self._smtp),
            "MAIL_INBOX_PORT": str(self._inbox),
            "MAIL_INBOX_DATA": str(self._folder / "mails"),
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.stand_ins.mail_sink"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        until(self._ready, "the mail server")

    def stop(self) -> None:
        """Stops the process."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE_S)

    def mails_to(self, address: str, count: int = 1, within_s: float = PATIENCE_S) -> list[dict]:
        """Waits until `count` mails have arrived at the address, and gives all there are, oldest first."""
        end = time.monotonic() + within_s
        while True:
            answer = requests.get(f"http://127.0.0.1:{self._inbox}/api/mails", params={"to": address}, timeout=PATIENCE_S)
            mails = answer.json()[::-1]
            if len(mails) >= count:
                return mails
            assert time.monotonic() < end, f"{address} got {len(mails)} mails, not {count}"
            eventlet.sleep(0.02)

    def mail_after_activation(self, address: str) -> dict:
        """Waits for a second mail at the address, and gives the one that is not the activation: either may come first."""
        [mail] = [mail for mail in self.mails_to(address, 2) if "Account Activation" not in mail["subject"]]
        return mail

    def _ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self._inbox}/readyz", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False


class Person:
    """Somebody with an account, as the facts about them name them."""

    def __init__(self, language: str = "en", mailbox: str = "ann") -> None:
        self.account_id, self.application_id, self.language = new_id(), new_id(), language
        self.email = f"{mailbox}.{self.account_id.hex[-10:]}@example.org"
        self.of_application = {"application_id": self.application_id, "account_id": self.account_id, "reference": "APP-000042-X"}

    @classmethod
    def opened(cls, system, language: str = "en", mailbox: str = "ann", link: str = LINK) -> "Person":
        """Somebody who has just opened an account."""
        person = cls(language, mailbox)
        person.open(system, link)
        return person

    def open(self, system, link: str = LINK, **how) -> dict:
        """Announces that the person opened the account."""
        return system.publish(
            AccountOpened,
            account_id=self.account_id,
            email=self.email,
            language=self.language,
            application_id="A-0000017-L",
            sealed_link=SealedBox(system.keys.sealing_key).seal(link),
            expires_hours=48,
            **how,
        )


def detached(session, row):
    """Lets go of a row as it was read, so that it can be looked at after its session; nothing stays nothing."""
    if row is not None:
        session.expunge(row)
    return row


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def invoice_of(person):
    ids = {"account_id": person.account_id, "application_id": person.application_id}
    money = {"total": Money(31075), "issued_on": date(2026, 11, 23)}
    return {"invoice_number": "INV-0000001-A", "category": "rp_qualifying", "conditions": [], **ids, **money}


def payment_of(person):
    ids = {"account_id": person.account_id, "application_id": person.application_id, "payment_id": new_id()}
    return {"invoice_number": "INV-0000001-A", "receipt_number": "REC-0000001-B", "amount": Money(31075), "paid_at": AT, **ids}


def registration_of(person):
    return {
        "registrant_id": new_id(),
        "account_id": person.account_id,
        "application_id": person.application_id,
        "invoice_number": "INV-0000001-A",
        "registration_number": "10003",
        "category": "rp_qualifying",
        "name": "Ann Ōta",
        "registered_on": date(2026, 11, 23),
        "certificate_number": "CERT-0000001-C",
    }


def contact_of(post, person):
    with post.session("correspondence") as session:
        return detached(session, session.get(Contact, person.account_id))


def only_message(post):
    with post.session("correspondence") as session:
        return detached(session, session.scalars(select(Message)).one())


def mail_about(post, sink, language, event, **data):
    """The mail that the fact brings to somebody who has just opened an account."""
    person = Person.opened(post, language)
    of = {"account_id": person.account_id} if event is AccountOpeningRepeated else person.of_application
    post.publish(event, **{**data, **of})
    return sink.mail_after_activation(person.email)
