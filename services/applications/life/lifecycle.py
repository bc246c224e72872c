"""The state machine of an application as data (R13): which step leads from which states where, and who takes it."""

from collections.abc import Collection
from dataclasses import dataclass

from services.applications.life import timeline
from services.applications.models import Application, HistoryEntry
from services.applications.review import changes
from services.applications.review.changes import What
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import roles
from services.contracts.applications import states as s
from services.contracts.applications import words
from services.contracts.applications.errors import FeeToBePaid, StepNotPossible
from services.contracts.applications.shapes import FEE_TO_BE_PAID, NO_FEE

APPLICANT = frozenset({roles.APPLICANT})
REVIEWERS = roles.REVIEWERS.roles
DECIDERS = roles.DECIDERS.roles
SYSTEM: frozenset[str] = frozenset()  # nobody may ask for it: facts and timers bring it about
UNDECIDED = frozenset({s.DRAFT, s.SUBMITTED, s.INCOMPLETE, s.COMPLETE, s.IN_REVIEW, s.AT_COMMITTEE})
DECIDABLE = frozenset({s.IN_REVIEW, s.AT_COMMITTEE})


@dataclass(frozen=True)
class Step:
    """One step: from which states to which, who takes it, and what the timeline says of it."""

    code: str
    from_states: frozenset[str]
    to_state: str
    takers: frozenset[str]
    told_as: str

    @property
    def words(self) -> Text:
        """What the step is called."""
        return words.STEPS[self.code]


SUBMIT = Step("submit", frozenset({s.DRAFT}), s.SUBMITTED, APPLICANT, "submitted")
ANSWER = Step(
    "answer",
    frozenset({s.INCOMPLETE}),
    s.SUBMITTED,
    APPLICANT,
    "information_received",
)
WITHDRAW = Step("withdraw", UNDECIDED, s.WITHDRAWN, APPLICANT, "withdrawn")
MARK_COMPLETE = Step("mark_complete", frozenset({s.SUBMITTED}), s.COMPLETE, REVIEWERS, "found_complete")
REQUEST_MORE = Step(
    "request_more",
    frozenset({s.SUBMITTED, s.IN_REVIEW}),
    s.INCOMPLETE,
    REVIEWERS,
    "information_requested",
)
BEGIN_REVIEW = Step(
    "begin_review",
    frozenset({s.COMPLETE}),
    s.IN_REVIEW,
    REVIEWERS,
    "review_begun",
)
REFER = Step(
    "refer_to_committee",
    frozenset({s.IN_REVIEW}),
    s.AT_COMMITTEE,
    DECIDERS,
    "referred_to_committee",
)
APPROVE = Step("approve", DECIDABLE, s.APPROVED, DECIDERS, "approved")
APPROVE_WITH_CONDITIONS = Step(
    "approve_with_conditions",
    DECIDABLE,
    s.APPROVED_WITH_CONDITIONS,
    DECIDERS,
    "approved_with_conditions",
)
REFUSE = Step("refuse", DECIDABLE, s.REFUSED, DECIDERS, "refused")
LAPSE = Step("lapse", frozenset(s.EDITABLE), s.LAPSED, SYSTEM, "lapsed")
FINALISE = Step("finalise", frozenset(s.APPROVALS), s.FINALISED, SYSTEM, "finalised")

STEPS = (
    SUBMIT, ANSWER, MARK_COMPLETE, REQUEST_MORE, BEGIN_REVIEW, REFER,
    APPROVE, APPROVE_WITH_CONDITIONS, REFUSE, WITHDRAW, LAPSE, FINALISE,
)  # fmt: skip


def possible(state: str, held_roles: Collection[str], fee: str = NO_FEE) -> list[Step]:
    """The steps that someone with these roles may take from a state; without its fee nothing that was submitted is complete (R8)."""
    return [
        step
        for step in STEPS
        if state in step.from_states
        and not step.takers.isdisjoint(held_roles)
        and not (step is MARK_COMPLETE and fee == FEE_TO_BE_PAID)
    ]


def check(step: Step, state: str, held_roles: Collection[str]) -> None:
    """Raises StepNotPossible if the step does not lead from `state`, naming what does, in both languages."""
    if state in step.from_states:
        return
    instead = possible(state, held_roles)
    raise StepNotPossible(
        state=state,
        state_en=words.STATES[state].en,
        state_fr=words.STATES[state].fr,
        possible=[other.code for other in instead],
        possible_en=", ".join(other.words.within("en") for other in instead) or "nothing",
        possible_fr=", ".join(other.words.within("fr") for other in instead) or "rien",
    )


def take(
    work: UnitOfWork,
    application: Application,
    step: Step,
    note: str | None = None,
    reasons: str | None = None,
    what: What | None = None,
) -> None:
    """Takes a step: the new state and version, a line of history, an audit entry and a line of the timeline.

    `note` is what the timeline shows beside its words; `reasons` are the written reasons kept in the history; `what` tells the staff more
    of it than its reasons. The caller holds the lock on the row. Raises StepNotPossible, FeeToBePaid.
    """
    before = application.state
    check(step, before, work.caller.roles)
    if step is MARK_COMPLETE and application.fee == FEE_TO_BE_PAID:
        raise FeeToBePaid()
    application.state = step.to_state
    changes.record(work, application, step.told_as, what or What(text=reasons or note))
    application.last_action_at = work.now
    work.session.add(
        HistoryEntry(
            application_id=application.id,
            version=application.version,
            at=work.now,
            actor=work.actor,
            step=step.code,
            from_state=before,
            to_state=step.to_state,
            reasons=reasons,
        )
    )
    timeline.tell(work, application.id, step.told_as, note=note)
    work.audit(f"application:{step.code}", f"application/{application.id}", {"state": before}, {"state": step.to_state})
