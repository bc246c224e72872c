"""The second step of signing in (B10)."""

from collections.abc import Mapping

from gateway.addresses import at
from gateway.cookies import SAFE
from gateway.edge import Edge
from gateway.portal import forms, proof_page, who
from gateway.portal.access.sign_in import signed_in
from gateway.portal.ask import ask
from gateway.portal.flash import Said, flash
from gateway.portal.forms import Form
from gateway.portal.page import redirect
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.identity import ChallengeOver, CompleteSignIn


def second_factor(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Takes the second proof and goes on; a step that ran out begins anew at the password."""
    if request.method in SAFE:
        return redirect(who.SIGN_IN)

    def show(form: Form) -> Response:
        return proof_page.show(edge, request, proof_page.SECOND_FACTOR, form)

    def send(form: Form) -> Response:
        try:
            shown = {"challenge": form.value("challenge"), **proof_page.proof_of(form)}
            outcome = ask(edge, request, CompleteSignIn, kept_by_browser=True, **shown)
        except ChallengeOver:
            flash(edge, request, Said.STEP_RAN_OUT)
            return redirect(at(who.SIGN_IN, {"next": form.value("next")}))
        return signed_in(edge, request, outcome, form)

    return forms.handle(edge, request, proof_page.LABELS, show, send, refusals=proof_page.REFUSALS)
