"""The applicant's steps: submitting, sending back what the college asked for, withdrawing."""

from services.applications import dossier
from services.applications.dossier import Dossier, identity_of
from services.applications.form import blockers
from services.applications.form.blockers import Blocker
from services.applications.life import lifecycle, summaries, timeline
from services.applications.models import Application
from services.common.kernel import clock
from services.common.kernel.present import present
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import shapes, states
from services.contracts.applications.applicant import GetTimeline, ListBlockers
from services.contracts.applications.errors import SubmissionBlocked
from services.contracts.applications.events import ApplicationSubmitted, ApplicationWithdrawn, InformationReceived
from services.contracts.applications.shapes import FEE_TO_BE_PAID, NO_FEE
from services.contracts.college import College

_blockers_schema = shapes.Blocker.schema(many=True)


def submit(work: UnitOfWork, college: College) -> shapes.Summary:
    """Submits the caller's application, or sends it back after the college asked for more; the form is read-only from here on.

    From then on it is judged by the rules of this day (`judged_on`), whatever the college changes later.

    Raises NotReadyYet, StepNotPossible when it is with the college already, SubmissionBlocked with all that is missing (B6).
    """
    application = dossier.mine(work, lock=True)
    step = lifecycle.ANSWER if application.state == states.INCOMPLETE else lifecycle.SUBMIT
    lifecycle.check(step, application.state, work.caller.roles)
    file = dossier.load(work.session, application)
    _refuse_blocked(blockers.find(dossier.judged_by(college, application, work.now), file, work.now))
    lifecycle.take(work, application, step)
    _hand_over(work, file)
    if step is lifecycle.ANSWER:
        work.announce(InformationReceived, InformationReceived.Data(**identity_of(application), received_at=work.now))
    else:
        application.submitted_at, application.judged_on = work.now, college.day_of(work.now)
        charge = _charge(work, college, application)
        application.fee = NO_FEE if charge is None else FEE_TO_BE_PAID
        work.announce(
            ApplicationSubmitted,
            ApplicationSubmitted.Data(
                **identity_of(application),
                category=present(application.category),
                applicant_name=present(application.applicant_name),
                submitted_at=work.now,
                charge=charge,
            ),
        )
    return summaries.summary(college, application, [])


def _charge(work: UnitOfWork, college: College, application: Application) -> str | None:
    """The charge that must be paid before the submission counts as complete (R8), by the college's day."""
    today = clock.local_date(work.now, college.time_zone.key)
    charge = college.charges.before_complete(present(application.category), today)
    return None if charge is None else charge.code


def _refuse_blocked(found: list[Blocker]) -> None:
    if found:
        raise SubmissionBlocked(count=len(found), blockers=_blockers_schema.dump([blocker.shown() for blocker in found]))


def _hand_over(work: UnitOfWork, file: Dossier) -> None:
    """The documents become part of the college's file, and what was asked for is answered."""
    for document in file.documents:
        document.submitted_at = document.submitted_at or work.now
    for item in file.requested:
        item.answered_at = work.now
    file.application.information_due_on = None


def list_blockers(work: UnitOfWork, college: College) -> ListBlockers.Reply:
    """Everything that still keeps the caller's application from being submitted, in the order of the form. Raises NotReadyYet."""
    application = dossier.mine(work)
    rules = dossier.judged_by(college, application, work.now)
    found = blockers.find(rules, dossier.load(work.session, application), work.now)
    return ListBlockers.Reply(blockers=[blocker.shown() for blocker in found])


def withdraw(work: UnitOfWork, college: College, reason: str | None) -> shapes.Summary:
    """Withdraws the caller's application; final. Raises NotReadyYet, StepNotPossible after the decision."""
    application = dossier.mine(work, lock=True)
    lifecycle.take(work, application, lifecycle.WITHDRAW, note=reason, reasons=reason)
    work.announce(ApplicationWithdrawn, ApplicationWithdrawn.Data(**identity_of(application), withdrawn_at=work.now))
    return summaries.summary(college, application, [])


def get_timeline(work: UnitOfWork, college: College) -> GetTimeline.Reply:
    """What happened to the caller's application, oldest first, and whose turn it is. Raises NotReadyYet."""
    application = dossier.mine(work)
    file, rules = dossier.load(work.session, application), dossier.judged_by(college, application, work.now)
    return GetTimeline.Reply(
        entries=timeline.entries(work.session, rules, application.id),
        who_acts_next=summaries.who_acts_next(application, blockers.find(rules, file, work.now)),
    )
