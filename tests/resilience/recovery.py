"""How long after a fault's end everything works again: the first good call to each service, and the first event that is handled."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from deploy.demo.journey.api import Api
from deploy.demo.journey.applicant import ACTIVATION_SUBJECT
from deploy.demo.journey.mailbox import Mailbox
from tests.resilience.apart import CollegeApart
from tests.resilience.people import SteadfastApplicant
from tests.support.waiting import PATIENCE_S

LOOK_S, GIVE_UP_S = 0.05, 2 * PATIENCE_S
# A read that each service answers to a registrant.
READS = {
    "identity": "/me",
    "applications": "/application",
    "registry": "/registration",
    "billing": "/invoices",
    "qa": "/qa/dashboard",
    "correspondence": "/messages",
}


@dataclass(frozen=True)
class Recovery:
    """Seconds from the end of a fault to the first good answer of every service, and to the first mail that an event led to."""

    calls_s: float
    event_s: float

    @property
    def longest_s(self) -> float:
        """Seconds to full service."""
        return max(self.calls_s, self.event_s)


def time_to_recover(college: CollegeApart, resident: SteadfastApplicant, since: float) -> Recovery:
    """Asks again and again from now on, as a registrant and as a newcomer; `since` is when the fault ended, by the monotonic clock."""
    token = resident.api.session.headers["Authorization"]
    with ThreadPoolExecutor(len(READS) + 1) as pool:
        calls = [pool.submit(_first, since, lambda path=path: _read(college.url, path, token)) for path in READS.values()]
        event = pool.submit(_first_event, college, since)
        return Recovery(max(each.result() for each in calls), event.result())


def _first(since: float, good: Callable[[], bool]) -> float:
    while not good():
        if time.monotonic() > since + GIVE_UP_S:
            raise AssertionError(f"no full service {GIVE_UP_S:.0f} s after the fault's end")
        time.sleep(LOOK_S)
    return time.monotonic() - since


def _read(url: str, path: str, token: str) -> bool:
    try:
        return requests.get(f"{url}/api/v1{path}", headers={"Authorization": token}, timeout=PATIENCE_S).ok
    except requests.RequestException:
        return False


def _first_event(college: CollegeApart, since: float) -> float:
    address = f"newcomer.{uuid.uuid4().hex[:12]}@people.example.org"
    body = {"email": address, "password": "une phrase assez longue 42", "language": "en"}
    newcomer, mailbox = Api(college.url), Mailbox(college.places.mail_url, address)
    key = uuid.uuid4().hex

    def opened() -> bool:
        try:
            newcomer.call("POST", "/applications/start", json=body, headers={"Idempotency-Key": key}, raises=False)
        except requests.RequestException:
            return False
        return newcomer.last.ok

    _first(since, opened)
    return _first(since, lambda: bool(mailbox.mails(ACTIVATION_SUBJECT)))
