"""The reviewers' steps: finding an application complete, asking for more, beginning the review, referring it."""

import datetime as dt

from services.applications import dossier
from services.applications.dossier import identity_of
from services.applications.life import lifecycle, summaries
from services.applications.life.lifecycle import Step
from services.applications.models import RequestedItem
from services.applications.review import changes
from services.applications.review.changes import What
from services.common.kernel.errors import Invalid
from services.common.kernel.text import Text
from services.common.kernel.typed_text import possible_days
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import review as contracts
from services.contracts.applications.events import ApplicationFoundComplete, AskedFor, MoreInformationRequested
from services.contracts.applications.shapes import Bilingual, Summary
from services.contracts.college import College, CollegeOnDay, NoSuchField, NotInProfile


def take_step(work: UnitOfWork, college: College, step: Step, request: contracts.Step, reasons: str | None = None) -> Summary:
    """Takes a step that needs nothing more than its reasons. Raises NotFound, VersionMismatch, StepNotPossible, FeeToBePaid."""
    application = dossier.locked(work, request.application_id)
    rules = dossier.judged_by(college, application, work.now)
    changes.check(work, rules, application, request.version)
    lifecycle.take(work, application, step, note=reasons, reasons=reasons)
    if step is lifecycle.MARK_COMPLETE:
        work.announce(ApplicationFoundComplete, ApplicationFoundComplete.Data(**identity_of(application), found_at=work.now))
    return summaries.summarise(college, dossier.load(work.session, application), work.now)


def request_more(work: UnitOfWork, college: College, request: contracts.RequestMore.Request) -> Summary:
    """Asks the applicant for more and opens what was named (F32); due when the profile says, unless `due_on` names another day.

    Raises NotFound, VersionMismatch, StepNotPossible, and Invalid for what the form and the requirements do not have.
    """
    application = dossier.locked(work, request.application_id)
    rules = dossier.judged_by(college, application, work.now)
    changes.check(work, rules, application, request.version)
    lifecycle.check(lifecycle.REQUEST_MORE, application.state, work.caller.roles)
    names = names_of(rules, request.items)
    today = college.day_of(work.now)
    if request.due_on is not None and (code := possible_days.coming(request.due_on, today)):
        raise Invalid(errors=[{"field": "due_on", "code": code}])
    application.information_due_on = request.due_on or today + dt.timedelta(days=college.on(today).review.clocks.information_days)
    why = "\n".join(dict.fromkeys(item.reason for item in request.items))
    asked = What([str(item.field or item.requirement) for item in request.items], text=why)
    lifecycle.take(work, application, lifecycle.REQUEST_MORE, what=asked)
    work.session.add_all(
        RequestedItem(
            application_id=application.id,
            field=item.field,
            requirement=item.requirement,
            reason=item.reason,
            requested_at=work.now,
        )
        for item in request.items
    )
    work.session.flush()
    work.announce(
        MoreInformationRequested,
        MoreInformationRequested.Data(
            **identity_of(application),
            items=[
                AskedFor(name=Bilingual.of(name), reason=item.reason) for name, item in zip(names, request.items, strict=True)
            ],
            due_on=application.information_due_on,
        ),
    )
    return summaries.summarise(college, dossier.load(work.session, application), work.now)


def names_of(college: CollegeOnDay, items: list[contracts.RequestedItem]) -> list[Text]:
    """The names of what is asked for, as on the form. Pure. Raises Invalid: each item names one thing that exists, once."""
    names, faults, seen = [], [], set()
    for index, item in enumerate(items):
        target = (item.field, item.requirement)
        if (target[0] is None) == (target[1] is None):
            faults.append({"field": f"items.{index}", "code": "invalid"})
            continue
        if target in seen:
            faults.append({"field": f"items.{index}", "code": "repeated"})
        seen.add(target)
        try:
            names.append(_name(college, *target))
        except (NoSuchField, NotInProfile):
            faults.append({"field": f"items.{index}.{'field' if target[0] else 'requirement'}", "code": "unknown"})
    if faults:
        raise Invalid(errors=faults)
    return names


def _name(college: CollegeOnDay, field: str | None, requirement: str | None) -> Text:
    if field is not None:
        return college.form.field(field).label
    asked = college.requirement(str(requirement))
    if asked.provided_by == "staff":  # no applicant could answer
        raise NotInProfile(asked.code)
    return asked.name
