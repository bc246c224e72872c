"""Deciding on an application: first written down, then looked at as the applicant will read it, then made (R13)."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.edge import Edge
from gateway.portal.ask import ask
from gateway.portal.flash import Said, flash
from gateway.portal.forms import Form, handle, version_of
from gateway.portal.page import redirect, render
from gateway.portal.staff import changed
from gateway.portal.staff.steps import page_of
from gateway.portal.texts import _
from gateway.requests import Request
from gateway.responses import Response
from services.common.errors import Invalid, NotFound, ServiceError, Unavailable
from services.contracts.applications import states
from services.contracts.applications.errors import ReasonsNeeded, RequirementsOutstanding, StepNotPossible
from services.contracts.applications.review import Decide
from services.contracts.correspondence import PreviewDecision

LABELS = {
    "decision": _("Decision"),
    "reasons": _("Written reasons (needed for a refusal)"),
    "conditions": _("Conditions, one on each line"),
}
DECISIONS = (
    (states.APPROVED, _("Approve")),
    (states.APPROVED_WITH_CONDITIONS, _("Approve with conditions")),
    (states.REFUSED, _("Refuse")),
)


def decision(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Takes a decision, shows it once more with what follows from it, and makes it when it is confirmed; all on the file as it was read."""
    file = changed.read_file(edge, request, path["application_id"])

    def show(form: Form) -> Response:
        changed.begin(form, file)
        return render(
            edge,
            request,
            "staff/decision.html",
            form=form,
            file=file,
            changed=changed.told(edge, request, form, file),
            decisions=DECISIONS,
            standard=edge.college.review.standard_conditions,
            reasons=edge.college.review.refusal_reasons,
        )

    def send(form: Form) -> Response:
        values = _values(form)
        Decide.check({"application_id": path["application_id"], **values})
        _check_words(values)  # before the letter is shown that would lack them
        changed.check(form, file)
        if form.value("sure") != "yes":
            words = dict(DECISIONS)[values["decision"]]
            return render(
                edge,
                request,
                "staff/confirm_decision.html",
                file=file,
                values=values,
                words=words,
                given=form,
                preview=_preview(edge, request, file, values),
            )
        ask(edge, request, Decide, application_id=path["application_id"], **values)
        flash(edge, request, Said.DECIDED)
        return redirect(page_of(path["application_id"]))

    refusals: dict[type[ServiceError], str | Callable[[Form], str]] = {
        StepNotPossible: "",
        ReasonsNeeded: _lacking,
        RequirementsOutstanding: "",
    }
    return handle(edge, request, LABELS, show, changed.again(send, show, request.language), refusals=refusals)


def _check_words(values: Mapping[str, Any]) -> None:
    """Raises Invalid at the field where a decision lacks the words that it needs."""
    for decided, field in ((states.APPROVED_WITH_CONDITIONS, "conditions"), (states.REFUSED, "reasons")):
        if values["decision"] == decided and not values.get(field):
            raise Invalid(errors=[{"field": field, "code": "required"}])


def _lacking(form: Form) -> str:
    """The field of the words that the decision on the form lacks."""
    return "conditions" if form.value("decision") == states.APPROVED_WITH_CONDITIONS else "reasons"


def _preview(edge: Edge, request: Request, file: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Gives the mails as they will be sent; nothing where messages do not answer, as a decision does not wait for them."""
    asked = {name: value for name, value in values.items() if name != "version"}
    person = {name: file[name] for name in ("account_id", "reference", "legal_name", "category")}
    try:
        return ask(edge, request, PreviewDecision, **person, **asked)
    except (Unavailable, NotFound):  # not there, or it has not heard of the person yet
        return None


def _values(form: Form) -> dict[str, Any]:
    conditions = [line.strip() for line in form.value("conditions").splitlines() if line.strip()]
    return form.gathered("decision", "reasons") | {"conditions": conditions, "version": version_of(form)}
