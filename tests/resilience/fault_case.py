"""One case: while a crowd walks through the main job something breaks; afterwards everyone is registered once and all services agree."""

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass

from deploy.demo.journey.api import NeverHappened, wait_for
from deploy.local import pids
from deploy.local.tools.checker import Checker
from services.common.bus.topology import dead_letter_queue
from tests.resilience.apart import SERVICES, CollegeApart
from tests.resilience.crowd import MAILS, CompletedJourney, Crowd, mail_ids
from tests.resilience.people import SteadfastApplicant
from tests.resilience.recovery import Recovery, time_to_recover
from tests.support.waiting import PATIENCE_S

PEOPLE, AT_ONCE = 8, 4
AGREE_WITHIN_S = 2 * PATIENCE_S


@dataclass(frozen=True)
class Figures:
    """What one case showed."""

    fault: str
    walks: str
    took_s: float
    longest_answer_s: float
    refusals: int
    recovery: Recovery | None
    agreed_s: float
    absorbed: int


FIGURES: list[Figures] = []


class FaultCase:
    """Begins a crowd, and judges how it went."""

    def __init__(self, college: CollegeApart, resident: SteadfastApplicant, fault: str) -> None:
        self.college, self.site, self.fault = college, college.site, fault
        self.resident = resident
        self._crowd: Crowd | None = None
        self._recovery: Recovery | None = None
        self._absorbed, self._surprises = 0, list[dict]()
        self.expected_ends: set[str] = set()  # components that were ended on purpose

    @classmethod
    def one_walk(cls, college: CollegeApart) -> CompletedJourney:
        """One person's walk, all being well."""
        return Crowd(college, 1, 1).wait()[0]

    def begin(self, people: int = PEOPLE, at_once: int = AT_ONCE) -> None:
        """Sends the crowd in."""
        self._absorbed, self._surprises = self._absorbed_so_far(), self._surprises_so_far()
        self._pids = {component: self.site.pids(component) for component in self.site.components}
        self._began = time.monotonic()
        self._crowd = Crowd(self.college, people, at_once)

    @staticmethod
    def a_moment(least_s: float = 0.3, most_s: float = 2.0) -> None:
        """Lets a random time go by: from before the first page to the middle of approvals and payments."""
        time.sleep(random.uniform(least_s, most_s))

    def recovered(self, since: float) -> Recovery:
        """Measures how long full service takes from `since`; the longest of several counts."""
        found = time_to_recover(self.college, self.resident, since)
        if self._recovery is None or found.longest_s > self._recovery.longest_s:
            self._recovery = found
        return found

    def judge(self, parked: dict[str, int] | None = None, note: str = "") -> list[CompletedJourney]:
        """Waits for the crowd and asserts all that must hold after any fault; gives what each walk ended with.

        `parked` says how many dead letters of which service are expected; `note` goes into the table.
        """
        assert self._crowd is not None, "nobody was sent in"
        walked = self._crowd.wait()
        took = time.monotonic() - self._began
        agreed = self._await_agreement(parked or {})
        answers = self._crowd.answers
        FIGURES.append(
            Figures(
                f"{self.fault}{note and f' ({note})'}",
                f"{len(walked)}/{len(walked)}",
                took,
                answers.longest_s,
                sum(answers.counts.values()),
                self._recovery,
                agreed,
                self._absorbed_so_far() - self._absorbed,
            )
        )
        assert answers.faults == []
        for number in ("application_id", "invoice_number", "registration_number"):
            twice = [value for value, count in Counter(getattr(each, number) for each in walked).items() if count > 1]
            assert not twice, f"{number} was given twice"
        assert [len(mail_ids(each.person)) for each in walked] == [MAILS] * len(walked)
        ended = {name for name, was in self._pids.items() if self.site.pids(name) != was} - self.expected_ends
        assert not ended, f"ended by themselves: {ended}"
        assert self._surprises_so_far() == self._surprises
        return walked

    def _await_agreement(self, parked: dict[str, int]) -> float:
        began = time.monotonic()
        checker = Checker(self.site, expected_parked=parked)
        try:
            wait_for("all services to agree", lambda: not checker.faults(), AGREE_WITHIN_S, 0.5)
        except NeverHappened:
            raise AssertionError("\n".join(checker.faults())) from None
        finally:
            checker.close()
        return time.monotonic() - began

    def _absorbed_so_far(self) -> int:
        return len(self.site.log_lines(event="event-handled", outcome="again"))

    def _surprises_so_far(self) -> list[dict]:
        # What only the last resort of a loop caught: an error that nobody thought of.
        return [line for name in ("link-broken", "relay-failed", "stop-failed") for line in self.site.log_lines(event=name)]

    def close(self) -> None:
        """Leaves the college whole for the next case."""
        self.site.engines.start()
        for engine in (self.site.engines.broker, self.site.engines.database):
            engine.resume()
        for replica in self.site.running():
            pids.send(replica.identity.pid, signal.SIGCONT)
        for component in self.site.components:
            self.site.start_component(component)
        self.site.wait_ready(2 * PATIENCE_S)
        for service in SERVICES:
            self.site.purge(dead_letter_queue(service))


def table(figures: list[Figures]) -> str:
    """The figures as a table in Markdown."""
    head = (
        "| fault | walks finished | whole case s | longest answer s | refused or cut "
        "| full service after s: calls, event | all agree after s | duplicates absorbed |"
    )
    rows = [head, "|" + "---|" * 8]
    for each in figures:
        after = f"{each.recovery.calls_s:.1f}, {each.recovery.event_s:.1f}" if each.recovery else "-"
        rows.append(
            f"| {each.fault} | {each.walks} | {each.took_s:.0f} | {each.longest_answer_s:.1f} | {each.refusals} | {after} "
            f"| {each.agreed_s:.1f} | {each.absorbed} |"
        )
    return "\n".join(rows)
