"""A crowd of people walking through the main job at once, from an account to the public register, whatever happens meanwhile."""

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from deploy.demo.journey.api import wait_for
from tests.resilience.answers import Answers
from tests.resilience.people import PATIENCE_S, SteadfastApplicant, SteadfastReviewer

MAILS = 7  # account, transcript received, submitted, complete, invoice, receipt, portal open


@dataclass(frozen=True)
class CompletedJourney:
    """What one person ended with; each of these numbers is theirs alone."""

    person: SteadfastApplicant
    application_id: str
    invoice_number: str
    registration_number: str


class Crowd:
    """Walks of `people`, `at_once` at a time, begun with the object."""

    def __init__(self, college, people: int, at_once: int, pause_s: float = 0.3) -> None:
        self._college, self._pause_s = college, pause_s
        self.answers = Answers()
        self.officer = self._reviewer("registration_officer")
        self.registrar = self._reviewer("registrar")
        self._began = time.monotonic()
        self._pool = ThreadPoolExecutor(at_once)
        self._walks: list[Future[CompletedJourney]] = [self._pool.submit(self._walk, number) for number in range(people)]

    def _reviewer(self, role: str) -> SteadfastReviewer:
        account = self._college.account(role)
        reviewer = SteadfastReviewer(self._college.url, account, self.answers)
        reviewer.sign_in()
        return reviewer

    def _walk(self, number: int) -> CompletedJourney:
        time.sleep(random.uniform(0, self._pause_s))
        one = SteadfastApplicant(self._college.places, self.answers, last_name=f"Steadfast-{number}")
        one.get_in()
        one.fill_form()
        found = wait_for("the application in the queue", lambda: self._find(one), PATIENCE_S, 0.1)
        self.officer.upload(found["id"], "transcript", self._college.transcript(one))
        one.submit()
        file = self.officer.bring_to_decision(found["id"])
        self.registrar.approve(file)
        invoice = one.invoice(PATIENCE_S)
        one.settle(invoice["number"])
        registration = one.registered()
        wait_for("every mail", lambda: len(mail_ids(one)) >= MAILS, PATIENCE_S, 0.2)
        return CompletedJourney(one, one.application_id, invoice["number"], registration["registration_number"])

    def _find(self, one: SteadfastApplicant) -> dict | None:
        found = self.officer.api.get("/staff/applications", reference=one.application_id)["applications"]
        return found[0] if found else None

    @property
    def finished(self) -> int:
        """How many have finished by now."""
        return sum(journey.done() and journey.exception() is None for journey in self._walks)

    @property
    def under_way(self) -> bool:
        """Whether anyone walks still."""
        return not all(journey.done() for journey in self._walks)

    def wait(self) -> list[CompletedJourney]:
        """Waits for all, and gives what each ended with; raises what stopped one."""
        walked = [journey.result() for journey in self._walks]
        self._pool.shutdown()
        return walked


def mail_ids(one: SteadfastApplicant) -> set[str]:
    """The identities of the mails a person got: one that was sent twice has the same."""
    return {mail["headers"]["message-id"] for mail in one.mailbox.mails()}
