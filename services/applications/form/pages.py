"""Saving the form page by page and resuming it: a page may be incomplete, but never holds a wrong value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.applications import dossier
from services.applications.dossier import Dossier
from services.applications.form import blockers, editing, form_rules, merging
from services.applications.form.form import page_of
from services.applications.form.form_rules import Context, WrongAnswer
from services.applications.models import Application, ApplicationPage
from services.applications.review import changes
from services.applications.review.changes import What
from services.common.kernel.errors import Invalid, VersionMismatch
from services.common.kernel.typed_text import names
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.applications.applicant import GetPage, MergePage, SavePage
from services.contracts.applications.errors import ReadOnly
from services.contracts.applications.shapes import SavedPage
from services.contracts.college import College, CollegeOnDay, Field, Page


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


def _fault(field: Field, code: str, college: CollegeOnDay) -> dict[str, Any]:
    said = form_rules.said(field, code, college)
    return {"field": field.code, "code": code, "message": {"en": said.en, "fr": said.fr}}


def get_page(work: UnitOfWork, college: College, page: str) -> GetPage.Reply:
    """What was saved on a page; version 0 if nothing was. Raises UnknownPage, NotReadyYet."""
    application = dossier.mine(work)
    rules = dossier.judged_by(college, application, work.now)
    of_form = page_of(rules, page)
    file = dossier.load(work.session, application)
    row, editable = file.pages.get(page), set(editing.editable_fields(rules, file))
    return GetPage.Reply(
        page=page,
        values=row.values if row else {},
        editable=[field.code for field in of_form.fields if field.code in editable],
        version=row.version if row else 0,
        saved_at=row.saved_at if row else None,
        tags=merging.tags(of_form, row.values if row else {}),
        judged_on=dossier.judged_on(college, application),
    )


def save(work: UnitOfWork, college: College, request: SavePage.Request) -> SavedPage:
    """Saves one page and tells what is still missing on it. The same again, on the version that it was made on, changes nothing more.

    Raises UnknownPage, NotReadyYet, ReadOnly, VersionMismatch if it was saved elsewhere since, Invalid naming each wrong field.
    """
    open_page = _open(work, college, request.page, request.values)
    row, saved = open_page.row, open_page.saved
    # A service that was killed between its commit and its answer is asked once more by the broker.
    if row and request.version == row.version - 1 and _holds(open_page, request.values):
        return _saved(work, open_page, row, row.values)
    if request.version != open_page.version:
        raise _saved_elsewhere(open_page, merging.differing(open_page.fields, request.values, saved))
    return _store(work, open_page, open_page.clean(request.values))


def merge(work: UnitOfWork, college: College, request: MergePage.Request) -> SavedPage:
    """Saves what was changed on a page beside what others changed on it since: each field keeps the one change that was made of it.

    `tags` are those of the fields as they were read. Where a field was changed on both sides, or the two changes do not go together,
    nothing is saved and VersionMismatch says what differs. Raises UnknownPage, NotReadyYet, ReadOnly, Invalid too.
    """
    open_page = _open(work, college, request.page, request.values)
    mine, saved = open_page.clean(request.values), open_page.saved
    read = request.tags if request.tags or request.version != open_page.version else merging.tags(open_page.form_page, saved)
    merged, both = merging.three_way(open_page.fields, read, mine, saved)
    if both:
        raise _saved_elsewhere(open_page, both, mine)
    if open_page.row and merged == saved:
        return _saved(work, open_page, open_page.row, mine)
    if merged != mine:
        try:
            merged = open_page.clean(merged)
        except Invalid:  # each side is right, but not the two together
            raise _saved_elsewhere(open_page, merging.differing(open_page.fields, mine, saved), mine) from None
    return _store(work, open_page, merged, mine)


@dataclass(frozen=True)
class _OpenPage:
    """A page that may be changed now, with what it holds."""

    form_page: Page
    file: Dossier
    editable: set[str]
    context: Context

    @property
    def row(self) -> ApplicationPage | None:
        return self.file.pages.get(self.form_page.code)

    @property
    def saved(self) -> dict[str, Any]:
        return dict(self.row.values) if self.row else {}

    @property
    def version(self) -> int:
        return self.row.version if self.row else 0

    @property
    def fields(self) -> list[str]:
        return [field.code for field in self.form_page.fields if field.code in self.editable]

    def clean(self, given: Mapping[str, Any]) -> dict[str, Any]:
        context = replace(self.context, answers={**self.file.answers, **given})
        return clean_page(self.form_page, self.saved, given, self.editable, context)


def _open(work: UnitOfWork, college: College, page: str, given: Mapping[str, Any]) -> _OpenPage:
    application = dossier.mine(work, lock=True)
    rules = dossier.judged_by(college, application, work.now)
    of_form = page_of(rules, page)
    file = dossier.load(work.session, application)
    editable = set(editing.editable_fields(rules, file))
    if file.application.state not in states.EDITABLE or (
        of_form.fields and editable.isdisjoint(field.code for field in of_form.fields)
    ):
        raise ReadOnly()
    return _OpenPage(of_form, file, editable, _context(work, rules, file, given))


def _saved_elsewhere(page: _OpenPage, differing: list[str], mine: Mapping[str, Any] | None = None) -> VersionMismatch:
    """What differs, field by field: what is saved now, with its tag, and with `mine` what was sent, cleaned."""
    saved = page.saved
    differs = [
        {"field": code, "saved": saved.get(code), "tag": merging.tag(saved.get(code))}
        | ({"sent": mine.get(code)} if mine is not None else {})
        for code in differing
    ]
    return VersionMismatch(version=page.version, differs=differs)


def _store(work: UnitOfWork, page: _OpenPage, after: dict[str, Any], shown: dict[str, Any] | None = None) -> SavedPage:
    file, row, before, code = page.file, page.row, page.saved, page.form_page.code
    if row is None:
        row = ApplicationPage(application_id=file.application.id, page=code, values=after, version=0, saved_at=work.now)
        work.session.add(row)
    row.values, row.version, row.saved_at = after, row.version + 1, work.now
    answered = Dossier(file.application, {**file.pages, code: row}, file.documents, file.requested)
    _copy_to_application(page.context.college, file.application, answered.answers)
    file.application.last_action_at = work.now
    _keep_amendment(work, file.application, code, before, after)
    return _saved(work, replace(page, file=answered), row, after if shown is None else shown)


def _holds(page: _OpenPage, given: Mapping[str, Any]) -> bool:
    """Whether saving this would leave the page as it is."""
    try:
        return page.clean(given) == page.saved
    except (Invalid, ReadOnly):
        return False


def _saved(work: UnitOfWork, page: _OpenPage, row: ApplicationPage, shown: Mapping[str, Any]) -> SavedPage:
    """The answer to a saving. The tags are those of what the sender has before their eyes, which may be older than what others saved."""
    return SavedPage(
        page=row.page,
        version=row.version,
        saved_at=row.saved_at,
        blockers=[
            blocker.shown() for blocker in blockers.find(page.context.college, page.file, work.now) if blocker.page == row.page
        ],
        tags=merging.tags(page.form_page, shown),
        kept=merging.differing(page.fields, shown, row.values),
    )


def _context(work: UnitOfWork, college: CollegeOnDay, file: Dossier, given: Mapping[str, Any]) -> Context:
    """New answers are judged beside the others as given; a refused document that was chosen may stay until it is replaced."""
    documents = {str(document.id): document.requirement for document in file.documents}
    return Context(college, {**file.answers, **given}, college.day_of(work.now), documents)


def _copy_to_application(college: CollegeOnDay, application: Application, answers: Mapping[str, Any]) -> None:
    """What lists show of an application, by the roles that the profile gives to fields."""
    roles = college.form.roles
    application.category, application.route = answers.get(roles.category), answers.get(roles.route)
    application.applicant_name = display_name(college, answers)


def display_name(college: CollegeOnDay, answers: Mapping[str, Any]) -> str | None:
    """The name of the person as the form gives it, or nothing yet."""
    return names.joined(*(answers.get(code) for code in college.form.roles.display_name)) or None


def _keep_amendment(work: UnitOfWork, application: Application, page: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """What was submitted once leaves its trace when it is changed, and is a new version; a draft is its applicant's own business.

    That a delegate filled in a draft stays known, though not what they wrote (B11).
    """
    changed = [code for code in {**before, **after} if before.get(code) != after.get(code)]
    if application.state == states.DRAFT and changed and work.caller.delegate_id:
        work.audit("application:fill-in", f"application/{application.id}", after={"fields": changed})
    if application.state == states.DRAFT or not changed:
        return
    old, new = ({code: values.get(code) for code in changed} for values in (before, after))
    changes.record(work, application, changes.ANSWERS, What([page], answers={code: [old[code], new[code]] for code in changed}))
    work.audit("application:amend", f"application/{application.id}", old, new)
