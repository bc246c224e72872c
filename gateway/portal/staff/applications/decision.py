"""Deciding on an application: first written down, then looked at as the applicant will read it, then made (R13)."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle, version_of
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.portal.staff.applications import changed, reader, terms_form
from gateway.portal.staff.applications.steps import page_of
from services.common.kernel.errors import Invalid, NotFound, ServiceError, Unavailable
from services.contracts.applications import states
from services.contracts.applications.errors import ReasonsNeeded, RequirementsOutstanding, StepNotPossible
from services.contracts.applications.review import Decide, GetApplication
from services.contracts.applications.words import STEPS
from services.contracts.correspondence.previews import PreviewDecision
from services.contracts.terms import GivenTerm
from services.contracts.terms import given as given_terms

LABELS = {
    "decision": _("Decision"),
    "reasons": _("Written reasons (needed for a refusal)"),
}
CONDITIONAL_ONLY = {
    "en": "Only an approval with conditions has conditions: choose it, or remove them.",
    "fr": "Seule une approbation avec conditions en comporte : choisissez-la, ou retirez-les.",
}
DECISIONS = (
    (states.APPROVED, STEPS["approve"]),
    (states.APPROVED_WITH_CONDITIONS, STEPS["approve_with_conditions"]),
    (states.REFUSED, STEPS["refuse"]),
)


def decision(context: Context) -> Response:
    """Takes a decision, shows it once more with what follows from it, and makes it when it is confirmed; all on the file as it was read."""
    file = changed.read_file(context, context.path["application_id"])

    def show(form: Form) -> Response:
        changed.begin(form, file)
        reads = reader.language_of(context, file)
        return render(
            context,
            "staff/decision.html",
            form=form,
            file=file,
            changed=changed.told(context, form, file),
            decisions=DECISIONS,
            terms_form=terms_form,
            standard=terms_form.choices(context.college, context.language),
            reads=reader.hint(context.request, reads),
            letters_in=reads or context.language,
            reasons=context.college.review.refusal_reasons,
        )

    def send(form: Form) -> Response:
        if form.value(terms_form.MORE):
            return show(form)
        try:
            return decide(form)
        except Invalid as error:
            raise terms_form.at_its_field(error, form, context.college) from None

    def decide(form: Form) -> Response:
        values = _values(form)
        Decide.check({"application_id": context.path["application_id"], **values})
        _check_words(values)  # before the letter is shown that would lack them
        terms = given_terms(
            context.college, [GivenTerm.of_values({"code": None, "en": None, "fr": None} | term) for term in values["terms"]]
        )
        changed.check(form, file)
        if form.value("sure") != "yes":
            words = dict(DECISIONS)[values["decision"]]
            return render(
                context,
                "staff/confirm_decision.html",
                file=file,
                values=values,
                words=words,
                given=form,
                terms=terms,
                carried=terms_form.carried(form),
                preview=_preview(context, file, values),
            )
        context.ask(Decide, application_id=context.path["application_id"], **values)
        flash(context, Said.DECIDED)
        return redirect(page_of(context.path["application_id"]))

    refusals: dict[type[ServiceError], str | Callable[[Form], str]] = {
        StepNotPossible: "",
        ReasonsNeeded: _lacking,
        RequirementsOutstanding: "",
    }
    return handle(context, _labels(context.language), show, changed.again(send, show, context.language), refusals=refusals)


def _labels(language: str) -> dict[str, str]:
    return {"decision": LABELS["decision"], **terms_form.labels(language), "reasons": LABELS["reasons"]}


def _check_words(values: Mapping[str, Any]) -> None:
    """Raises Invalid at the field where a decision lacks the words that it needs, or has conditions that it cannot have."""
    for decided, field in ((states.APPROVED_WITH_CONDITIONS, "terms"), (states.REFUSED, "reasons")):
        if values["decision"] == decided and not values.get(field):
            raise Invalid(errors=[{"field": field, "code": "required"}])
    if values["terms"] and values["decision"] != states.APPROVED_WITH_CONDITIONS:
        raise Invalid(errors=[{"field": "terms", "code": "invalid", "message": CONDITIONAL_ONLY}])


def _lacking(form: Form) -> str:
    """The field of the words that the decision on the form lacks."""
    return "standard" if form.value("decision") == states.APPROVED_WITH_CONDITIONS else "reasons"


def _preview(context: Context, file: GetApplication.Reply, values: Mapping[str, Any]) -> PreviewDecision.Reply | None:
    """Gives the mails as they will be sent; nothing where messages do not answer, as a decision does not wait for them."""
    asked = {name: value for name, value in values.items() if name != "version"}
    try:
        return context.ask(
            PreviewDecision,
            account_id=file.account_id,
            reference=file.reference,
            legal_name=file.legal_name,
            category=file.category,
            **asked,
        )
    except (Unavailable, NotFound):  # not there, or it has not heard of the person yet
        return None


def _values(form: Form) -> dict[str, Any]:
    return form.gathered("decision", "reasons") | {"terms": terms_form.given(form), "version": version_of(form)}
