"""A page of the application form: its fields as the college defines them, saved complete or not."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.applicant import autosave, differing
from gateway.portal.kit import acting, form_values, own_data
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle, version_of
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import Question, ask, together
from gateway.portal.kit.texts import say
from gateway.services import Edge
from services.common.kernel.errors import Invalid, VersionMismatch
from services.contracts.applications.applicant import GetForm, GetPage, ListDocuments, MergePage
from services.contracts.applications.errors import ReadOnly
from services.contracts.pages import DOCUMENTS

HOME, CHECK = "/application", "/application/check"


def form_page(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows a page with what was saved on it, and saves it; fields that are closed are shown beside. Raises UnknownPage, NotReadyYet."""
    code = path["page"][:100]
    sees_files = request.caller.is_let_into(DOCUMENTS)
    asked: list[Question] = [(GetForm, {}), (GetPage, {"page": code})]
    whole, stored, *papers = together(edge, request, *asked, *([(ListDocuments, {})] if sees_files else []))
    pages = whole["pages"]
    number = next(place for place, one in enumerate(pages) if one["code"] == code)
    page = pages[number]
    unseen: dict[str, Any] = {}  # answers that name a file stay as they are where a delegate does not see the files
    if not sees_files:
        of_files = {field["code"] for field in page["fields"] if field["type"] == "document"}
        page = page | {"fields": [field for field in page["fields"] if field["code"] not in of_files]}
        unseen = {code: value for code, value in stored["values"].items() if code in of_files}
    if page["takes_documents"]:
        return redirect("/application/documents")
    documents = form_values.called(papers[0]["documents"] if papers else [], request.language, edge.college.time_zone.key)
    open_fields = [field for field in page["fields"] if field["code"] in stored["editable"]]

    def show(form: Form) -> Response:
        if form.values(differing.DIFFERS):  # in the other language, or while the service is away
            return choose(form, stored["values"])
        return render(
            edge,
            request,
            "applicant/form_page.html",
            form=form if open_fields else None,  # without a form on the page the language is switched by a link
            page=page,
            stored=stored,
            step=number + 1,
            steps=len(pages),
            open_fields=open_fields,
            closed=_closed(page, stored, documents, request.language),
            documents=[one for one in documents if one["state"] != "refused"],
            choices=form_values.choices,
            most_radios=form_values.MOST_RADIOS,
            own=own_data.tokens(edge.college.form),
        )

    def choose(form: Form, saved: Mapping[str, Any], status: int = 200) -> Response:
        asked = differing.questions(form, open_fields, saved, request.language, documents)
        form.labels = differing.labels(asked)
        values = {"page": page, "asked": asked, "carried": differing.carried(form), "stored": stored}
        return render(edge, request, "applicant/differing.html", status, form=form, **values)

    def send(form: Form) -> Response:
        if form.value(acting.WHOSE) != acting.whose(request):
            return _of_another(edge, request, form)
        values = unseen | form_values.read_from(open_fields, form)
        if form.value("then") == autosave.STAY:
            return autosave.save(edge, request, form, page, values, stored)
        if not differing.settle(form, values, stored["values"], request.language):
            return choose(form, stored["values"], Invalid.status)
        read: dict[str, Any] = {"version": version_of(form), "tags": differing.tags_of(form)}
        try:
            saved = ask(edge, request, MergePage, page=code, values=values, **read)
        except VersionMismatch as error:
            differing.meet(form, error)
            form.faults[""] = say(request.language, differing.CHOOSE)
            return choose(form, differing.saved_now(error), error.status)
        except Invalid:
            differing.take_over(form, open_fields, stored["values"], request.language)
            raise
        _flash(edge, request, page, saved)
        return redirect(_next(pages, number, form.value("then"), may_submit=not request.caller.delegate_id))

    given = form_values.put_into(open_fields, stored["values"], request.language)
    given |= {"version": [str(stored["version"])], acting.WHOSE: [acting.whose(request)]}
    given |= {differing.TAGS: [differing.written(stored["tags"])]}
    labels = form_values.labels(open_fields, request.language)
    return handle(edge, request, labels, show, send, given, refusals={ReadOnly: ""})


def _of_another(edge: Edge, request: Request, form: Form) -> Response:
    """Saves nothing: in another tab the person began, or stopped, to work for somebody."""
    if form.value("then") == autosave.STAY:
        return autosave.told({"said": say(request.language, Said.OF_ANOTHER_ACCOUNT.value)}, 409)
    flash(edge, request, Said.OF_ANOTHER_ACCOUNT)
    return redirect(request.path)


def _closed(
    page: Mapping[str, Any], stored: Mapping[str, Any], documents: list[dict[str, Any]], language: str
) -> list[tuple[str, list[str]]]:
    return [
        (field["label"][language], form_values.shown(field, stored["values"].get(field["code"]), language, documents))
        for field in page["fields"]
        if field["code"] not in stored["editable"]
    ]


def _flash(edge: Edge, request: Request, page: Mapping[str, Any], saved: Mapping[str, Any]) -> None:
    """Says that a page was saved, what was saved elsewhere too and kept, or what must still be answered before the submission."""
    if kept := differing.kept(page["fields"], saved["kept"], request.language):
        flash(edge, request, Said.SAVED_BESIDE, what=kept)
    elif missing := ", ".join(one["label"][request.language] for one in saved["blockers"] if one["field"]):
        flash(edge, request, Said.SAVED_UNFINISHED, what=missing)
    else:
        flash(edge, request, Said.SAVED)


def _next(pages: list[dict[str, Any]], number: int, then: str, may_submit: bool) -> str:
    later = pages[number + 1 :]
    if then == "list" or not (later or may_submit):
        return HOME
    return f"/application/pages/{later[0]['code']}" if later else CHECK
