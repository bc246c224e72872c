"""Checking all answers and submitting; withdrawing. What still blocks the submission is listed, each with its place (B6)."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import form_values
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask, together
from gateway.portal.kit.texts import _
from gateway.services import Edge
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


def check(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows every answer with a way to change it, and what is missing; takes the submission. Raises NotReadyYet."""

    def show(form: Form) -> Response:
        questions = [(GetPage, {"page": page.code}) for page in edge.college.form.pages]
        mine, blockers, whole, papers, *stored = together(
            edge, request, (GetMyApplication, {}), (ListBlockers, {}), (GetForm, {}), (ListDocuments, {}), *questions
        )
        documents = form_values.called(papers["documents"], request.language, edge.college.time_zone.key)
        return render(
            edge,
            request,
            "applicant/check.html",
            form=form,
            mine=mine,
            blockers=blockers["blockers"],
            sections=_sections(whole["pages"], stored, documents, request.language),
            editable=mine["state"] in states.EDITABLE,
        )

    def send(form: Form) -> Response:
        ask(edge, request, SubmitApplication, key=form.key({}))
        flash(edge, request, Said.SUBMITTED)
        return redirect(HOME)

    return handle(edge, request, {}, show, send, refusals={SubmissionBlocked: "", StepNotPossible: ""})


def _sections(
    pages: list[dict[str, Any]], stored: list[dict[str, Any]], documents: list[dict[str, Any]], language: str
) -> list[dict[str, Any]]:
    found = []
    for page, saved in zip(pages, stored, strict=True):
        rows = [
            {
                "code": field["code"],
                "label": field["label"][language],
                "answer": form_values.shown(field, saved["values"].get(field["code"]), language, documents),
                "editable": field["code"] in saved["editable"],
            }
            for field in page["fields"]
            if form_values.follows(field, saved["values"]) or saved["values"].get(field["code"]) not in (None, "", [])
        ]
        if rows:
            found.append({"code": page["code"], "title": page["title"][language], "rows": rows})
    return found


def withdraw(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Asks whether the applicant is sure, and withdraws the application."""

    def show(form: Form) -> Response:
        return render(edge, request, "applicant/withdraw.html", form=form, mine=ask(edge, request, GetMyApplication))

    def send(form: Form) -> Response:
        ask(edge, request, WithdrawApplication, **form.gathered("reason"))
        flash(edge, request, Said.WITHDRAWN)
        return redirect(HOME)

    return handle(edge, request, {"reason": _("Reason (optional)")}, show, send, refusals={StepNotPossible: ""})
