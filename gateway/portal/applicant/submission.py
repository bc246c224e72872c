"""Checking all answers and submitting; withdrawing. What still blocks the submission is listed, each with its place (B6)."""

from typing import Any

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit import form_values
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.form_of_day import pages_of
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.portal.public.fees import ShownFee, shown
from services.common.kernel import clock
from services.contracts.applications import states
from services.contracts.applications.applicant import (
    GetForm,
    GetMyApplication,
    GetPage,
    ListBlockers,
    ListDocuments,
    SubmitApplication,
    WithdrawApplication,
)
from services.contracts.applications.errors import StepNotPossible, SubmissionBlocked

HOME = "/application"


def check(context: Context) -> Response:
    """Shows every answer with a way to change it, and what is missing; takes the submission. Raises NotReadyYet."""

    def show(form: Form) -> Response:
        with context.round() as asked:
            mine, blockers = asked.ask(GetMyApplication), asked.ask(ListBlockers)
            form_of, papers = asked.ask(GetForm), asked.ask(ListDocuments)
        pages = pages_of(context, form_of.reply, mine.reply.judged_on)
        with context.round() as asked:
            stored = [asked.ask(GetPage, page=page["code"]) for page in pages]
        documents = form_values.called(papers.reply.documents, context.language, context.college.time_zone.key)
        return render(
            context,
            "applicant/check.html",
            form=form,
            mine=mine.reply,
            blockers=blockers.reply.blockers,
            sections=_sections(pages, [page.reply for page in stored], documents, context.language),
            editable=mine.reply.state in states.EDITABLE,
            costs=_costs(context, mine.reply),
        )

    def send(form: Form) -> Response:
        context.ask(SubmitApplication, key=form.key({}))
        flash(context, Said.SUBMITTED)
        return redirect(HOME)

    return handle(context, {}, show, send, refusals={SubmissionBlocked: "", StepNotPossible: ""})


def _costs(context: Context, mine: GetMyApplication.Reply) -> list[ShownFee]:
    """What the first submission costs today, so that nobody learns of it afterwards (R8)."""
    if mine.state != states.DRAFT or mine.category is None:
        return []
    today = context.services.profile.day_of(clock.now())
    charge = context.college.charges.before_complete(mine.category, today)
    fees = [] if charge is None else context.services.profile.fees_of(charge, mine.category, today)
    return [shown(context.college, fee) for fee in fees]


def _sections(
    pages: list[dict[str, Any]], stored: list[GetPage.Reply], documents: list[form_values.CalledDocument], language: str
) -> list[dict[str, Any]]:
    found = []
    for page, saved in zip(pages, stored, strict=True):
        rows = [
            {
                "code": field["code"],
                "label": field["label"][language],
                "answer": form_values.shown(field, saved.values.get(field["code"]), language, documents),
                "editable": field["code"] in saved.editable,
            }
            for field in page["fields"]
            if form_values.follows(field, saved.values) or saved.values.get(field["code"]) not in (None, "", [])
        ]
        if rows:
            found.append({"code": page["code"], "title": page["title"][language], "rows": rows})
    return found


def withdraw(context: Context) -> Response:
    """Asks whether the applicant is sure, and withdraws the application."""

    def show(form: Form) -> Response:
        return render(context, "applicant/withdraw.html", form=form, mine=context.ask(GetMyApplication))

    def send(form: Form) -> Response:
        context.ask(WithdrawApplication, **form.gathered("reason"))
        flash(context, Said.WITHDRAWN)
        return redirect(HOME)

    return handle(context, {"reason": _("Reason (optional)")}, show, send, refusals={StepNotPossible: ""})
