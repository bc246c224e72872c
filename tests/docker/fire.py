"""One case: while a crowd walks through the main job something happens to containers; afterwards everyone is registered once, and all agree."""

import time
from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from deploy.demo.journey.api import NeverHappened, wait_for
from deploy.local.college.site import Site
from deploy.local.tools.checker import Checker
from tests.docker.stack import OURS, Stack
from tests.resilience.crowd import MAILS, CompletedJourney, Crowd, mail_ids
from tests.support.waiting import PATIENCE_S

PEOPLE, AT_ONCE = 6, 3
AGREE_WITHIN_S = 2 * PATIENCE_S
# What a person is told when a part of the college is not there. (Other refusals say that something is not made yet, or taken already.)
FAILED = {"unavailable", "outcome_unknown", "busy", "remote_error", "internal_error_at_the_edge", "cut", ""}


@dataclass(frozen=True)
class Figures:
    """What one case showed."""

    case: str
    walks: int
    took_s: float
    longest_answer_s: float
    refused: int
    healthy_s: float | None
    agreed_s: float


FIGURES: list[Figures] = []


class Fire:
    """Begins a crowd, and judges how it went."""

    def __init__(self, stack: Stack, case: str) -> None:
        self.stack, self.case = stack, case
        self._healthy_s: float | None = None

    def begin(self, people: int = PEOPLE, at_once: int = AT_ONCE) -> Crowd:
        """Sends the crowd in."""
        self._surprises = self._surprises_so_far()
        self._began = time.monotonic()
        self.crowd = Crowd(self.stack, people, at_once)
        return self.crowd

    def healthy_again(self) -> None:
        """Waits until every container is healthy, and notes how long that took from now."""
        began = time.monotonic()
        self.stack.wait_healthy()
        self._healthy_s = max(self._healthy_s or 0.0, time.monotonic() - began)

    def judge(self, refused: bool = True, note: str = "") -> list[CompletedJourney]:
        """Waits for the crowd and asserts all that must hold. `refused` says whether an answer may say «later» or be cut."""
        walked = self.crowd.wait()
        took, answers = time.monotonic() - self._began, self.crowd.answers
        agreed = agreement(self.stack)
        refusals = sum(answers.counts.values())
        case = f"{self.case}{note and f' ({note})'}"
        FIGURES.append(Figures(case, len(walked), took, answers.longest_s, refusals, self._healthy_s, agreed))
        assert answers.faults == []
        failed = {code: count for code, count in answers.codes.items() if code in FAILED}
        assert refused or not failed, f"failed: {failed}\n{self._refusals()}"
        for number in ("application_id", "invoice_number", "registration_number"):
            twice = [value for value, count in Counter(getattr(each, number) for each in walked).items() if count > 1]
            assert not twice, f"{number} was given twice"
        assert [len(mail_ids(each.person)) for each in walked] == [MAILS] * len(walked)
        assert self._surprises_so_far() <= self._surprises
        return walked

    def _refusals(self) -> str:
        """What the gateways' logs say of the answers that said «later»."""
        lines = self.stack.log_lines("gateway", status=503)
        return "\n".join(str(line) for line in lines[-20:])

    def _surprises_so_far(self) -> int:
        """Counts what only the last resort of a loop caught: an error that nobody thought of."""
        names = ("link-broken", "relay-failed", "stop-failed")
        return sum(len(self.stack.log_lines(service, event=name)) for service in OURS for name in names)


def agreement(stack: Stack) -> float:
    """Waits until all databases and queues agree; gives how long that took. Raises AssertionError naming what does not fit."""
    site = SimpleNamespace(
        vhost="college",
        settings=SimpleNamespace(database_name=lambda service: service),
        engines=SimpleNamespace(admin_database_url=stack.database_url, queues=lambda _: stack.queues()),
    )
    began, checker = time.monotonic(), Checker(cast(Site, cast(Any, site)))
    try:
        wait_for("all services to agree", lambda: not checker.faults(), AGREE_WITHIN_S, 0.5)
    except NeverHappened:
        raise AssertionError("\n".join(checker.faults())) from None
    finally:
        checker.close()
    return time.monotonic() - began


def table(figures: list[Figures]) -> str:
    """The figures as a table in Markdown."""
    head = (
        "| case | walks finished | whole case s | longest answer s | refused or cut | all healthy after s | all agree after s |"
    )
    rows = [head, "|" + "---|" * 7]
    for each in figures:
        healthy = "-" if each.healthy_s is None else f"{each.healthy_s:.1f}"
        rows.append(
            f"| {each.case} | {each.walks}/{each.walks} | {each.took_s:.0f} | {each.longest_answer_s:.1f} | {each.refused} "
            f"| {healthy} | {each.agreed_s:.1f} |"
        )
    return "\n".join(rows)
