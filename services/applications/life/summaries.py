"""Where an application stands, as the applicant and the staff see it."""

import datetime as dt

from services.applications.dossier import Dossier, judged_by, judged_on, load, mine
from services.applications.form import blockers, editing
from services.applications.form.blockers import Blocker
from services.applications.life import clocks
from services.applications.models import Application
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import terms
from services.contracts.applications import states, words
from services.contracts.applications.applicant import GetMyApplication
from services.contracts.applications.shapes import FEE_TO_BE_PAID, Bilingual, PageState, RequestedItem, Summary
from services.contracts.college import College, CollegeOnDay, Page

_WAITS_FOR = {"institution": "institution", "staff": "college"}  # by who provides what is missing


def get_mine(work: UnitOfWork, college: College) -> GetMyApplication.Reply:
    """The caller's application with its task list, what blocks it and what the college asked for. Raises NotReadyYet."""
    dossier = load(work.session, mine(work))
    rules = judged_by(college, dossier.application, work.now)
    found = blockers.find(rules, dossier, work.now)
    return GetMyApplication.Reply(
        **vars(summary(college, dossier.application, found)),
        pages=task_list(rules, dossier, found),
        blocker_count=len(found),
        editable_fields=editing.editable_fields(rules, dossier),
        requested=asked_for(dossier),
        information_due_on=dossier.application.information_due_on if dossier.requested else None,
        reply_due_on=_reply_due_on(work, college, dossier.application),
    )


def _reply_due_on(work: UnitOfWork, college: College, application: Application) -> dt.date | None:
    clock = clocks.due_of(work.session, college, [application], work.now).get(application.id)
    if clock is None or application.state != states.SUBMITTED or clock[1].passed:
        return None
    return clock[1].last_day


def summarise(college: College, dossier: Dossier, now: dt.datetime) -> Summary:
    """The summary of an application."""
    rules = judged_by(college, dossier.application, now)
    return summary(college, dossier.application, blockers.find(rules, dossier, now))


def summary(college: College, application: Application, found: list[Blocker]) -> Summary:
    """The summary of an application whose blockers are known."""
    return Summary(
        id=application.id,
        account_id=application.account_id,
        reference=application.reference,
        applicant_name=application.applicant_name,
        category=application.category,
        route=application.route,
        state=application.state,
        state_words=Bilingual.of(words.state_of(application.state, application.fee)),
        payment=application.payment,
        invoice_number=application.invoice_number,
        fee=application.fee,
        fee_invoice_number=application.fee_invoice_number,
        who_acts_next=who_acts_next(application, found),
        version=application.version,
        opened_at=application.opened_at,
        submitted_at=application.submitted_at,
        judged_on=judged_on(college, application),
        decided_at=application.decided_at,
        terms=terms.stated(terms.of(college, application.terms, application.conditions)),
        conditions=application.conditions,
        decision_reasons=application.decision_reasons,
    )


def asked_for(dossier: Dossier) -> list[RequestedItem]:
    """What the college asked for and the applicant has not answered yet."""
    return [RequestedItem(field=item.field, requirement=item.requirement, reason=item.reason) for item in dossier.requested]


def who_acts_next(application: Application, found: list[Blocker]) -> str:
    """Whose turn it is. What is with the applicant waits for others only once the applicant can do nothing more."""
    if application.state in states.EDITABLE:
        providers = {blocker.provided_by for blocker in found}
        for provider, waited_for in _WAITS_FOR.items():
            if provider in providers and "applicant" not in providers:
                return waited_for
        return "applicant"
    if application.state == states.SUBMITTED and application.fee == FEE_TO_BE_PAID:
        return "applicant"
    if application.state in states.APPROVALS:
        return "applicant" if application.payment == "invoiced" else "college"
    return "nobody" if application.state in states.FINAL else "college"


def task_list(college: CollegeOnDay, dossier: Dossier, found: list[Blocker]) -> list[PageState]:
    """The pages of the form with their states: a page that nobody touched is not started, one with a blocker is incomplete."""
    blocked = {blocker.page for blocker in found}
    return [
        PageState(page=page.code, title=Bilingual.of(page.title), state=_page_state(page, dossier, page.code in blocked))
        for page in college.form.pages
    ]


def _page_state(page: Page, dossier: Dossier, blocked: bool) -> str:
    begun = bool(dossier.documents) if page.takes_documents else page.code in dossier.pages
    if dossier.application.state == states.DRAFT and not begun:
        return "not_started"
    return "incomplete" if blocked else "complete"
