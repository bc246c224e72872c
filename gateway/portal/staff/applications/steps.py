"""The steps of a review: notes, documents, completeness, asking for more, the committee. Each is taken on the version that was seen."""

from dataclasses import dataclass
from typing import Any

from gateway.context import Context
from gateway.http.cookies import SAFE
from gateway.http.responses import Response
from gateway.http.uploads import receive_from
from gateway.portal.applicant.documents import LABELS as UPLOAD_LABELS
from gateway.portal.applicant.documents import REFUSED, STATES, accepted, document_of, offers, why_not
from gateway.portal.kit import forms
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.form_of_day import pages_of
from gateway.portal.kit.forms import Form, handle, version_of
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.portal.staff.applications import changed, reader
from gateway.portal.staff.applications.changed import Came
from services.common.kernel.contract import Call
from services.common.kernel.errors import Invalid, ServiceError
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.errors import ReasonsNeeded, StepNotPossible
from services.contracts.applications.review import (
    AddNote,
    AssignApplication,
    BeginReview,
    DecideDocument,
    GetApplication,
    MarkComplete,
    RecordReceivedDocument,
    ReferToCommittee,
    RequestMore,
)
from services.contracts.applications.shapes import Document

REFUSALS: dict[type[ServiceError], str] = {StepNotPossible: ""}


def page_of(application_id: str) -> str:
    """The page of an application."""
    return f"/staff/applications/{application_id}"


def complete(context: Context) -> Response:
    """Finds the application complete."""
    return _at_once(context, (MarkComplete, _("Mark as complete")), Said.FOUND_COMPLETE)


def begin_review(context: Context) -> Response:
    """Begins the review."""
    return _at_once(context, (BeginReview, _("Begin the review")), Said.REVIEW_BEGUN)


def assign(context: Context) -> Response:
    """Takes the application on, or gives it back."""
    mine = forms.read(context).value("mine") == "yes"
    context.ask(AssignApplication, application_id=context.path["application_id"], mine=mine)
    flash(context, Said.TAKEN_ON if mine else Said.GIVEN_BACK)
    return redirect(page_of(context.path["application_id"]))


def _at_once(context: Context, step: tuple[type[Call], str], done: Said) -> Response:
    contract, words = step

    def show(form: Form) -> Response:
        file = changed.read_file(context, context.path["application_id"])
        came = changed.told(context, form, file)
        return render(context, "staff/changed_step.html", form=form, file=file, words=words, changed=came)

    def send(form: Form) -> Response:
        try:
            context.ask(contract, application_id=context.path["application_id"], version=version_of(form))
            flash(context, done)
        except StepNotPossible as error:
            flash(context, Said.WORDS, words=error.say(context.language))
        return redirect(page_of(context.path["application_id"]))

    return handle(context, {}, show, changed.again(send, show, context.language))


def note(context: Context) -> Response:
    """Adds a note, which stays as it is; the applicant never sees it."""

    def send(form: Form) -> Response:
        values = {"application_id": context.path["application_id"], **form.gathered("text")}
        context.ask(AddNote, key=form.key(values), **values)
        flash(context, Said.NOTE_ADDED)
        return redirect(page_of(context.path["application_id"]))

    return _one_text(context, ("text", _("Note")), _("Add a note"), send)


def refer(context: Context) -> Response:
    """Refers the application to the committee, with reasons."""

    def send(form: Form) -> Response:
        values = form.gathered("reasons") | {"version": version_of(form)}
        context.ask(ReferToCommittee, application_id=context.path["application_id"], **values)
        flash(context, Said.REFERRED)
        return redirect(page_of(context.path["application_id"]))

    return _one_text(context, ("reasons", _("Reasons")), _("Refer to the committee"), send, read_by_applicant=True)


def _one_text(
    context: Context,
    field: tuple[str, str],
    title: str,
    send: forms.Show,
    read_by_applicant: bool = False,
) -> Response:
    name, label = field

    def show(form: Form) -> Response:
        file = changed.read_file(context, context.path["application_id"])
        changed.begin(form, file)
        hint = reader.hint(context.request, reader.language_of(context, file)) if read_by_applicant else ""
        came = changed.told(context, form, file)
        return render(context, "staff/one_text.html", form=form, name=name, page_title=title, file=file, hint=hint, changed=came)

    return handle(context, {name: label}, show, changed.again(send, show, context.language), refusals=REFUSALS)


def request_more(context: Context) -> Response:
    """Asks the applicant for more: the fields and documents that are ticked, each with why, by a day (F32)."""
    asked = changed.question(context, context.path["application_id"])
    form_of, file = context.together((GetForm, {}), (GetApplication, asked))
    language = context.language
    # Each with its page, as labels such as “City” are on several; documents are asked for by what they are.
    fields = [
        (field["code"], f"{page['title'][language]} – {field['label'][language]}")
        for page in pages_of(context, form_of, file.judged_on)
        for field in page["fields"]
        if field["type"] != "document"
    ]
    papers = [(requirement.code, requirement.name.in_(language)) for requirement in file.requirements]

    def show(form: Form) -> Response:
        hint = reader.hint(context.request, reader.language_of(context, file))
        came = changed.told(context, form, file)
        return render(
            context, "staff/request_more.html", form=form, file=file, fields=fields, papers=papers, reads=hint, changed=came
        )

    def send(form: Form) -> Response:
        reason = form.value("reason").strip()
        items = [{"field": code, "reason": reason} for code in form.values("items")]
        items += [{"requirement": code, "reason": reason} for code in form.values("papers")]
        values: dict[str, Any] = {"items": items, "version": version_of(form)} | form.gathered("due_on")
        changed.check(form, file)
        context.ask(RequestMore, application_id=context.path["application_id"], **values)
        flash(context, Said.APPLICANT_ASKED)
        return redirect(page_of(context.path["application_id"]))

    labels = {
        "items": _("Fields of the form to reopen"),
        "papers": _("Documents"),
        "reason": _("What is needed, and why"),
        "due_on": _("Due date"),
    }
    given = {"version": [str(file.version)]}
    return handle(context, labels, show, changed.again(send, show, context.language), given, refusals=REFUSALS)


@dataclass(frozen=True)
class _Read:
    """A document as a page shows it: whose it is, what it is for, and the verdicts that came since it was read."""

    file: GetApplication.Reply
    document: Document | None
    requirement: str
    changed: list[Came]


def _document(context: Context, form: Form, document_id: str) -> _Read | None:
    """The document, what it is for and whose application it belongs to, where the page was reached from one.

    On the form stand the version of the document that is decided on, and that of the file from which on verdicts are told.
    """
    application_id = form.value("application")
    if not application_id:
        return None
    file = changed.read_file(context, application_id)
    document = next((paper for paper in file.documents if str(paper.id) == document_id), None)
    if document is not None and not form.value("version"):
        form.given |= {"version": [str(document.version)], changed.SINCE: [str(file.version)]}
    verdicts = [change for change in file.changed_since if str(change.document_id) == document_id]
    names = {requirement.code: requirement.name.in_(context.language) for requirement in file.requirements}
    requirement = names.get(document.requirement, "") if document else ""
    return _Read(file, document, requirement, changed.shown(context, file, verdicts))


def decide_document(context: Context) -> Response:
    """Accepts a document, or refuses it with the reason that the applicant then sees (F29)."""
    labels = {"accepted": _("Is the document accepted?"), "reason": _("Reason for refusing it (the applicant sees this)")}

    def show(form: Form) -> Response:
        read = _document(context, form, context.path["document_id"])
        return render(
            context,
            "staff/document.html",
            form=form,
            document_id=context.path["document_id"],
            hint=reader.hint(context.request, reader.language_of(context, read.file)) if read else "",
            states=STATES,
            file=read.file if read else None,
            document=read.document if read else None,
            requirement=read.requirement if read else "",
            changed=read.changed if read else [],
        )

    def send(form: Form) -> Response:
        accepted = {"yes": True, "no": False}.get(form.value("accepted"))
        values: dict[str, Any] = form.gathered("reason") | ({} if accepted is None else {"accepted": accepted})
        if form.value("version"):
            values["version"] = version_of(form)
        context.ask(DecideDocument, document_id=context.path["document_id"], **values)
        flash(context, Said.DOCUMENT_DECIDED)
        back = form.value("application")
        return redirect(page_of(back) if back.replace("-", "").isalnum() else "/staff/applications")

    given = {"application": [context.request.query.get("application", "")]}
    return handle(context, labels, show, changed.again(send, show, context.language), given, refusals={ReasonsNeeded: "reason"})


def upload(context: Context) -> Response:
    """Takes a document that came by post or mail for an applicant (F28)."""
    application_id = context.path["application_id"]

    def show(form: Form, status: int = 200) -> Response:
        file = context.ask(GetApplication, application_id=application_id)
        wanted = file.requirements
        return render(
            context,
            "staff/upload.html",
            status,
            upload=form,
            file=file,
            offered=offers(wanted, context.language),
            accepted=accepted(wanted),
        )

    form = Form(UPLOAD_LABELS)
    if context.request.method in SAFE:
        return show(form)
    try:
        received = receive_from(context)
        values = {"application_id": application_id, **document_of(form, received)}
        context.ask(RecordReceivedDocument, key=form.key(values), **values)
    except Invalid as error:
        form.blame(error, context.language)
        return show(form, error.status)
    except REFUSED as error:
        form.faults["file"] = why_not(error, context.language)
        return show(form, error.status)
    flash(context, Said.FILE_RECEIVED, name=received.file_name)
    return redirect(page_of(application_id))
