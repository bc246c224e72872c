"""Supporting documents: what is needed, in which state it is, and uploading it (F26-F29)."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.context import Context
from gateway.http.cookies import SAFE
from gateway.http.downloads import SHOWN
from gateway.http.errors import NOT_OPENED, TooManyRequests
from gateway.http.file_types import EXTENSIONS
from gateway.http.request_body import content_type
from gateway.http.responses import Response
from gateway.http.uploads import ReceivedForm, receive_from
from gateway.portal.applicant.form_page import CHECK
from gateway.portal.kit import acting
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _, say, unbroken
from services.common.documents.files import FileTooLarge, StoreFull
from services.common.kernel.errors import Invalid, NotFound, ServiceError
from services.common.kernel.text import Text
from services.contracts.applications import states
from services.contracts.applications.applicant import GetMyApplication, ListDocuments, RecordDocument, RemoveDocument
from services.contracts.applications.errors import (
    DocumentInUse,
    DocumentRefused,
    DocumentTooLarge,
    MalwareFound,
    ReadOnly,
    RequirementNotYours,
    ScannerAway,
    TooManyDocuments,
)
from services.contracts.applications.shapes import Document, Requirement
from services.contracts.applications.words import REQUIREMENT_STATES
from services.contracts.college import CollegeOnDay
from services.contracts.college.requirements import FILE_TYPES
from services.contracts.pages import APPLICATION_FORM

PAGE = "/application/documents"
# Of what is missing the applicant reads from whom it is to come.
STATES: Mapping[str, str | Text] = {
    **REQUIREMENT_STATES,
    "expected": _("Expected from the institution"),
    "college": _("Obtained by the College"),
}
COLOURS = {
    "missing": "grey",
    "expected": "grey",
    "college": "grey",
    "requested": "orange",
    "received": "blue",
    "accepted": "green",
    "refused": "red",
}
LABELS = {"file": _("File"), "requirement": _("Type of document")}
# What is told beside the file.
REFUSED = (
    *(DocumentRefused, RequirementNotYours, ReadOnly, TooManyDocuments, MalwareFound, ScannerAway),
    *(DocumentTooLarge, FileTooLarge, StoreFull, TooManyRequests, *NOT_OPENED),
)


def documents(context: Context) -> Response:
    """Shows every requirement with its state and takes a file for one of them; what is wrong with a file is told beside it."""
    if context.request.method in SAFE:
        return _show(context, Form(LABELS))
    if content_type(context.request)[0] != "multipart/form-data":  # the button of the other language
        return redirect(PAGE)
    form = Form(LABELS)
    try:
        received = receive_from(context)
        values = document_of(form, received)
        if form.value(acting.WHOSE) != acting.whose(context.request):
            flash(context, Said.OF_ANOTHER_ACCOUNT)
            return redirect(PAGE)
        context.ask(RecordDocument, key=form.key(values) if form.value("once") else None, **values)
    except Invalid as error:
        form.blame(error, context.language)
        return _show(context, form, error.status)
    except REFUSED as error:
        form.faults["file"] = why_not(error, context.language)
        return _show(context, form, error.status)
    flash(context, Said.FILE_RECEIVED, name=received.file_name)
    return redirect(PAGE)


def why_not(error: ServiceError, language: str) -> str:
    """What is wrong with a file, and what to do."""
    return unbroken(f"{error.title.in_(language)} {error.say(language)}")


def document_of(form: Form, received: ReceivedForm) -> dict[str, Any]:
    """Gives the document that a form with a file describes, and keeps what was typed. Raises Invalid where it is for nothing."""
    form.given = {name: [text] for name, text in received.fields.items()}
    if not form.value("requirement"):
        raise Invalid(errors=[{"field": "requirement", "code": "required"}])
    return {"requirement": form.value("requirement"), **received.stored}


def _show(context: Context, form: Form, status: int = 200) -> Response:
    with context.round() as asked:
        listed = asked.ask(ListDocuments)
        mine = asked.ask(GetMyApplication) if context.caller.is_let_into(APPLICATION_FORM) else None
    papers = listed.reply
    editable = mine is None or mine.reply.state in states.EDITABLE  # a delegate who cannot know is told when they try
    if wanted := context.request.query.get("for"):
        form.given.setdefault("requirement", [wanted])
    wanted = form.value("requirement")
    asked_for = [requirement for requirement in papers.requirements if requirement.provided_by == "applicant"]
    return render(
        context,
        "applicant/documents.html",
        status,
        upload=form,
        whose=acting.whose(context.request),
        papers=papers,
        removable={document.id for document in papers.documents if editable and _may_go(document)},
        taken=taken,
        offered=offers(asked_for, context.language),
        # What was asked for by a link of the form, and is not needed with the answers so far.
        may_follow=bool(wanted) and wanted not in {requirement.code for requirement in papers.requirements},
        accepted=accepted(asked_for),
        states=STATES,
        standing=standing,
        colours=COLOURS,
        showable=SHOWN,
        place=_place(context.college_of(mine.reply.judged_on if mine else None)) if editable else None,
    )


def standing(requirement: Requirement) -> str:
    """The state of a requirement, or who it is to come from while it is missing and the applicant has nothing to do for it."""
    if requirement.state != "missing":
        return requirement.state
    return {"institution": "expected", "staff": "college"}.get(requirement.provided_by, "missing")


def _may_go(paper: Document) -> bool:
    return paper.from_whom == "applicant" and paper.state == "received"


def _place(college: CollegeOnDay) -> dict[str, Any]:
    """Which page of the form this is, of how many, and which comes after it."""
    pages = college.form.pages
    number = next(place for place, page in enumerate(pages) if page.takes_documents)
    later = pages[number + 1 :]
    return {
        "step": number + 1,
        "steps": len(pages),
        "next": f"/application/pages/{later[0].code}" if later else CHECK,
        "title": later[0].title if later else None,
    }


def taken(requirement: Requirement, language: str) -> str:
    """The files that a requirement takes."""
    return say(language, _("%(types)s, at most %(limit)s MB"), types=", ".join(requirement.types), limit=requirement.limit_mb)


def offers(requirements: Iterable[Requirement], language: str) -> list[tuple[str, str]]:
    """The requirements as choices, each with the files that it takes."""
    return [
        (requirement.code, f"{requirement.name.in_(language)} – {taken(requirement, language)}") for requirement in requirements
    ]


def accepted(requirements: Iterable[Requirement]) -> str:
    """The files that any of these take, as a browser's choice of files is told: their endings, and for telephones their types."""
    kinds = {FILE_TYPES[kind.lower()] for requirement in requirements for kind in requirement.types if kind.lower() in FILE_TYPES}
    return ",".join([*sorted(f".{ending}" for kind in kinds for ending in EXTENSIONS[kind]), *sorted(kinds)])


def remove(context: Context) -> Response:
    """Asks whether the applicant is sure, and removes a document that was not submitted yet. Raises NotFound."""

    def show(form: Form) -> Response:
        papers = context.ask(ListDocuments)
        paper = next(
            (document for document in papers.documents if str(document.id) == context.path["document_id"] and _may_go(document)),
            None,
        )
        if paper is None:
            raise NotFound()
        names = {requirement.code: requirement.name.in_(context.language) for requirement in papers.requirements}
        return render(
            context,
            "applicant/remove_document.html",
            form=form,
            paper=paper,
            what=names.get(paper.requirement),
            states=STATES,
        )

    def send(_form: Form) -> Response:
        try:
            context.ask(RemoveDocument, document_id=context.path["document_id"])
            flash(context, Said.DOCUMENT_REMOVED)
        except (DocumentInUse, ReadOnly) as error:
            flash(context, Said.WORDS, words=error.title.in_(context.language))
        return redirect(PAGE)

    return handle(context, {}, show, send)
