"""The decision on an application: approval, approval with conditions, refusal with written reasons (R13)."""

from collections.abc import Collection
from typing import Any

from services.applications import dossier
from services.applications.dossier import Dossier, identity_of
from services.applications.form import requirements
from services.applications.life import lifecycle, summaries
from services.applications.life.lifecycle import APPROVE, APPROVE_WITH_CONDITIONS, REFUSE
from services.applications.review import approved_person, changes
from services.common.kernel.errors import Invalid
from services.common.kernel.present import present
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.applications.errors import ReasonsNeeded, RequirementsOutstanding
from services.contracts.applications.events import ApplicantDescribed, ApplicationApproved, ApplicationRefused
from services.contracts.applications.review import Decide
from services.contracts.applications.shapes import Summary
from services.contracts.college import College, CollegeOnDay
from services.contracts.terms import carried, given

STEPS = {states.APPROVED: APPROVE, states.APPROVED_WITH_CONDITIONS: APPROVE_WITH_CONDITIONS, states.REFUSED: REFUSE}


def check_words(decision: str, reasons: str | None, conditions: Collection[Any]) -> None:
    """A refusal states its reasons, a conditional approval its conditions, and no other decision has conditions. Pure.

    Raises ReasonsNeeded, Invalid.
    """
    conditional = decision == states.APPROVED_WITH_CONDITIONS
    if conditions and not conditional:
        raise Invalid(errors=[{"field": "terms", "code": "invalid"}])
    if conditional and not conditions:
        raise ReasonsNeeded()
    if decision == states.REFUSED and not (reasons or "").strip():
        raise ReasonsNeeded()


def decide(work: UnitOfWork, college: College, request: Decide.Request) -> Summary:
    """Decides on an application and announces it. Whoever decides on less than all that is in the file is told what came since.

    Raises NotFound, VersionMismatch, StepNotPossible, ReasonsNeeded, Invalid for a condition that is not in both languages, and
    RequirementsOutstanding for an approval of a file that lacks something.
    """
    stated = given(college.at(work.now), request.terms, request.conditions)
    check_words(request.decision, request.reasons, stated)
    application = dossier.locked(work, request.application_id)
    rules = dossier.judged_by(college, application, work.now)
    changes.check(work, rules, application, request.version)
    step = STEPS[request.decision]
    lifecycle.check(step, application.state, work.caller.roles)
    file = dossier.load(work.session, application)
    if request.decision in states.APPROVALS:
        _check_outstanding(rules, file)
    lifecycle.take(work, application, step, reasons=request.reasons)
    kept = carried(stated)
    application.decided_at, application.decision_reasons = work.now, request.reasons
    application.terms, application.conditions = kept["terms"], kept["conditions"]
    if request.decision == states.REFUSED:
        work.announce(
            ApplicationRefused,
            ApplicationRefused.Data(**identity_of(application), reasons=present(request.reasons), decided_at=work.now),
        )
    else:
        work.announce(
            ApplicationApproved,
            ApplicationApproved.Data(
                **identity_of(application),
                **approved_person.as_registered(rules, file.answers),
                category=present(application.category),
                **kept,
                reasons=request.reasons,
                approved_at=work.now,
            ),
        )
        work.announce(ApplicantDescribed, approved_person.described(rules, application, file.answers))
    return summaries.summary(college, application, [])


def _check_outstanding(college: CollegeOnDay, file: Dossier) -> None:
    """All that the application needs must have come before an approval, what could follow after submission included."""
    names = [requirement.requirement.name for requirement in requirements.live(college, file) if requirement.outstanding]
    if names:
        raise RequirementsOutstanding(
            names_en="; ".join(name.en for name in names), names_fr="; ".join(name.fr for name in names)
        )
