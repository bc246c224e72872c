"""Saving the form page by page and resuming it: a page may be incomplete, but never holds a wrong value."""

from collections.abc import Mapping
from typing import Any

from services.applications import blockers, dossier, editing, form_rules
from services.applications.dossier import Dossier
from services.applications.form import page_of
from services.applications.form_rules import Context, WrongAnswer
from services.applications.models import Application, ApplicationPage
from services.common import clock
from services.common.errors import Invalid, VersionMismatch
from services.common.typed_text import names
from services.common.work import Work
from services.contracts.applications import states
from services.contracts.applications.errors import ReadOnly
from services.contracts.college import College, Field, Page


def clean_page(
    page: Page, stored: Mapping[str, Any], given: Mapping[str, Any], editable: set[str], context: Context
) -> dict[str, Any]:
    """The values that a page holds after `given` was saved over `stored`. Pure.

    A field that may be changed takes what was given, or nothing; the others stay as they are. Raises ReadOnly for a change to one
    of those, and Invalid with each field that does not exist or has a wrong value.
    """
    asked = {field.code: field for field in page.fields}
    faults: list[dict[str, Any]] = [{"field": code, "code": "unknown"} for code in given if code not in asked]
    closed = [code for code in asked if code not in editable]
    values = {code: stored[code] for code in closed if code in stored}
    changed = [code for code in closed if code in given and _answer(given[code]) != stored.get(code)]
    for code, field in asked.items():
        answer = given.get(code)
        if code not in editable or answer is None:
            continue
        try:
            answer = form_rules.clean(field, answer, context)
        except WrongAnswer as error:
            faults.append(_fault(field, error.code, context.college))
        if answer not in ("", []):
            values[code] = answer
    if faults:
        raise Invalid(errors=faults)
    if changed:
        raise ReadOnly(fields=changed)
    return values


def _answer(given: Any) -> Any:
    return None if given in ("", []) else given


def _fault(field: Field, code: str, college: College) -> dict[str, Any]:
    said = form_rules.said(field, code, college)
    return {"field": field.code, "code": code, "message": {"en": said.en, "fr": said.fr}}


def get_page(work: Work, college: College, page: str) -> dict[str, Any]:
    """What was saved on a page; version 0 if nothing was. Raises UnknownPage, NotReadyYet."""
    of_form = page_of(college, page)
    file = dossier.load(work.session, dossier.mine(work))
    row, editable = file.pages.get(page), set(editing.editable_fields(college, file))
    return {
        "page": page,
        "values": row.values if row else {},
        "editable": [field.code for field in of_form.fields if field.code in editable],
        "version": row.version if row else 0,
        "saved_at": row.saved_at if row else None,
    }


def save(work: Work, college: College, page: str, values: dict[str, Any], version: int) -> dict[str, Any]:
    """Saves one page and tells what is still missing on it. The same again, on the version that it was made on, changes nothing more.

    Raises UnknownPage, NotReadyYet, ReadOnly, VersionMismatch if it was saved elsewhere since, Invalid naming each wrong field.
    """
    of_form = page_of(college, page)
    file = dossier.load(work.session, dossier.mine(work, lock=True))
    editable = set(editing.editable_fields(college, file))
    if file.application.state not in states.EDITABLE or (
        of_form.fields and editable.isdisjoint(field.code for field in of_form.fields)
    ):
        raise ReadOnly()
    row, context = file.pages.get(page), _context(work, college, file, values)
    # A service that was killed between its commit and its answer is asked once more by the broker.
    if row and version == row.version - 1 and _holds(row, of_form, values, editable, context):
        return _saved(work, college, file, row)
    if version != (row.version if row else 0):
        raise VersionMismatch(version=row.version if row else 0)
    before = dict(row.values) if row else {}
    after = clean_page(of_form, before, values, editable, context)
    if row is None:
        row = ApplicationPage(application_id=file.application.id, page=page, values=after, version=0, saved_at=work.now)
        work.session.add(row)
    row.values, row.version, row.saved_at = after, row.version + 1, work.now
    answered = Dossier(file.application, {**file.pages, page: row}, file.documents, file.requested)
    _copy_to_application(college, file.application, answered.answers)
    file.application.last_action_at = work.now
    _audit_amendment(work, file.application, before, after)
    return _saved(work, college, answered, row)


def _holds(row: ApplicationPage, page: Page, given: Mapping[str, Any], editable: set[str], context: Context) -> bool:
    """Whether saving this would leave the page as it is."""
    try:
        return clean_page(page, row.values, given, editable, context) == row.values
    except (Invalid, ReadOnly):
        return False


def _saved(work: Work, college: College, file: Dossier, row: ApplicationPage) -> dict[str, Any]:
    missing = [blocker for blocker in blockers.find(college, file, work.now) if blocker.page == row.page]
    return {"page": row.page, "version": row.version, "saved_at": row.saved_at, "blockers": missing}


def _context(work: Work, college: College, file: Dossier, given: Mapping[str, Any]) -> Context:
    """New answers are judged beside the others as given; a refused document that was chosen may stay until it is replaced."""
    documents = {str(document.id): document.requirement for document in file.documents}
    return Context(college, {**file.answers, **given}, clock.local_date(work.now, college.time_zone.key), documents)


def _copy_to_application(college: College, application: Application, answers: Mapping[str, Any]) -> None:
    """What lists show of an application, by the roles that the profile gives to fields."""
    roles = college.form.roles
    application.category, application.route = answers.get(roles.category), answers.get(roles.route)
    application.applicant_name = display_name(college, answers)


def display_name(college: College, answers: Mapping[str, Any]) -> str | None:
    """The name of the person as the form gives it, or nothing yet."""
    return names.joined(*(answers.get(code) for code in college.form.roles.display_name)) or None


def _audit_amendment(work: Work, application: Application, before: dict[str, Any], after: dict[str, Any]) -> None:
    """What was submitted once leaves its trace when it is changed; a draft is its applicant's own business.

    That a delegate filled in a draft stays known, though not what they wrote (B11).
    """
    changed = [code for code in {**before, **after} if before.get(code) != after.get(code)]
    if application.state == states.DRAFT and changed and work.caller.delegate_id:
        work.audit("application:fill-in", f"application/{application.id}", after={"fields": changed})
    if application.state == states.DRAFT or not changed:
        return
    old, new = ({code: values.get(code) for code in changed} for values in (before, after))
    work.audit("application:amend", f"application/{application.id}", old, new)
