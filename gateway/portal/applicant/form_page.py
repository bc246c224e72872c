"""A page of the application form: its fields as the college defines them, saved complete or not."""

from collections.abc import Mapping
from typing import Any

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.applicant import autosave, differing
from gateway.portal.kit import acting, form_values, own_data
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.form_of_day import pages_of
from gateway.portal.kit.forms import Form, handle, version_of
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import say
from services.common.kernel.errors import Invalid, VersionMismatch
from services.contracts.applications.applicant import GetForm, GetPage, ListDocuments, MergePage
from services.contracts.applications.errors import ReadOnly
from services.contracts.applications.shapes import SavedPage
from services.contracts.pages import DOCUMENTS

HOME, CHECK = "/application", "/application/check"


def form_page(context: Context) -> Response:
    """Shows a page with what was saved on it, and saves it; fields that are closed are shown beside. Raises UnknownPage, NotReadyYet."""
    code = context.path["page"][:100]
    sees_files = context.caller.is_let_into(DOCUMENTS)
    with context.round() as asked:
        whole, saved_before = asked.ask(GetForm), asked.ask(GetPage, page=code)
        papers = asked.ask(ListDocuments) if sees_files else None
    stored = saved_before.reply
    pages = pages_of(context, whole.reply, stored.judged_on)
    number = next(place for place, entry in enumerate(pages) if entry["code"] == code)
    page = pages[number]
    unseen: dict[str, Any] = {}  # answers that name a file stay as they are where a delegate does not see the files
    if not sees_files:
        of_files = {field["code"] for field in page["fields"] if field["type"] == "document"}
        page = page | {"fields": [field for field in page["fields"] if field["code"] not in of_files]}
        unseen = {code: value for code, value in stored.values.items() if code in of_files}
    if page["takes_documents"]:
        return redirect("/application/documents")
    documents = form_values.called(papers.reply.documents if papers else [], context.language, context.college.time_zone.key)
    open_fields = [field for field in page["fields"] if field["code"] in stored.editable]

    def show(form: Form) -> Response:
        if form.values(differing.DIFFERS):  # in the other language, or while the service is away
            return choose(form, stored.values)
        return render(
            context,
            "applicant/form_page.html",
            form=form if open_fields else None,  # without a form on the page the language is switched by a link
            page=page,
            stored=stored,
            step=number + 1,
            steps=len(pages),
            open_fields=open_fields,
            closed=_closed(page, stored, documents, context.language),
            documents=[document for document in documents if document.state != "refused"],
            choices=form_values.choices,
            most_radios=form_values.MOST_RADIOS,
            own=own_data.tokens(context.college_of(stored.judged_on).form),
        )

    def choose(form: Form, saved: Mapping[str, Any], status: int = 200) -> Response:
        asked = differing.questions(form, open_fields, saved, context.language, documents)
        form.labels = differing.labels(asked)
        values = {"page": page, "asked": asked, "carried": differing.carried(form), "stored": stored}
        return render(context, "applicant/differing.html", status, form=form, **values)

    def send(form: Form) -> Response:
        if form.value(acting.WHOSE) != acting.whose(context.request):
            return _of_another(context, form)
        values = unseen | form_values.read_from(open_fields, form)
        if form.value("then") == autosave.STAY:
            return autosave.save(context, form, page, values, stored)
        if not differing.settle(form, values, stored.values, context.language):
            return choose(form, stored.values, Invalid.status)
        read: dict[str, Any] = {"version": version_of(form), "tags": differing.tags_of(form)}
        try:
            saved = context.ask(MergePage, page=code, values=values, **read)
        except VersionMismatch as error:
            differing.meet(form, error)
            form.faults[""] = say(context.language, differing.CHOOSE)
            return choose(form, differing.saved_now(error), error.status)
        except Invalid:
            differing.take_over(form, open_fields, stored.values, context.language)
            raise
        _flash(context, page, saved)
        return redirect(_next(pages, number, form.value("then"), may_submit=not context.caller.delegate_id))

    given = form_values.put_into(open_fields, stored.values, context.language)
    given |= {"version": [str(stored.version)], acting.WHOSE: [acting.whose(context.request)]}
    given |= {differing.TAGS: [differing.written(stored.tags)]}
    labels = form_values.labels(open_fields, context.language)
    return handle(context, labels, show, send, given, refusals={ReadOnly: ""})


def _of_another(context: Context, form: Form) -> Response:
    """Saves nothing: in another tab the person began, or stopped, to work for somebody."""
    if form.value("then") == autosave.STAY:
        return autosave.told({"said": say(context.language, Said.OF_ANOTHER_ACCOUNT.value)}, 409)
    flash(context, Said.OF_ANOTHER_ACCOUNT)
    return redirect(context.request.path)


def _closed(
    page: Mapping[str, Any], stored: GetPage.Reply, documents: list[form_values.CalledDocument], language: str
) -> list[tuple[str, list[str]]]:
    return [
        (field["label"][language], form_values.shown(field, stored.values.get(field["code"]), language, documents))
        for field in page["fields"]
        if field["code"] not in stored.editable
    ]


def _flash(context: Context, page: Mapping[str, Any], saved: SavedPage) -> None:
    """Says that a page was saved, what was saved elsewhere too and kept, or what must still be answered before the submission."""
    if kept := differing.kept(page["fields"], saved.kept, context.language):
        flash(context, Said.SAVED_BESIDE, what=kept)
    elif missing := ", ".join(blocker.label.in_(context.language) for blocker in saved.blockers if blocker.field):
        flash(context, Said.SAVED_UNFINISHED, what=missing)
    else:
        flash(context, Said.SAVED)


def _next(pages: list[dict[str, Any]], number: int, then: str, may_submit: bool) -> str:
    later = pages[number + 1 :]
    if then == "list" or not (later or may_submit):
        return HOME
    return f"/application/pages/{later[0]['code']}" if later else CHECK
