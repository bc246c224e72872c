"""The second step of signing in (B10)."""

from collections.abc import Mapping

from gateway.http.addresses import at
from gateway.http.cookies import SAFE
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.access.sign_in import signed_in
from gateway.portal.kit import forms, proof_page, session_guard
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form
from gateway.portal.kit.page import redirect
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.identity import ChallengeOver, CompleteSignIn


def second_factor(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Takes the second proof and goes on; a step that ran out begins anew at the password."""
    if request.method in SAFE:
        return redirect(session_guard.SIGN_IN)

    def show(form: Form) -> Response:
        return proof_page.show(edge, request, proof_page.SECOND_FACTOR, form)

    def send(form: Form) -> Response:
        try:
            shown = {"challenge": form.value("challenge"), **proof_page.proof_of(form)}
            outcome = ask(edge, request, CompleteSignIn, kept_by_browser=True, **shown)
        except ChallengeOver:
            flash(edge, request, Said.STEP_RAN_OUT)
            return redirect(at(session_guard.SIGN_IN, {"next": form.value("next")}))
        return signed_in(edge, request, outcome, form)

    return forms.handle(edge, request, proof_page.LABELS, show, send, refusals=proof_page.REFUSALS)
