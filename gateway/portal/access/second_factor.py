"""The second step of signing in (B10)."""

from gateway.context import Context
from gateway.http.addresses import at
from gateway.http.cookies import SAFE
from gateway.http.responses import Response
from gateway.portal.access.sign_in import signed_in
from gateway.portal.kit import forms, proof_page, session_guard
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form
from gateway.portal.kit.page import redirect
from services.contracts.identity.errors import ChallengeOver
from services.contracts.identity.sessions import CompleteSignIn


def second_factor(context: Context) -> Response:
    """Takes the second proof and goes on; a step that ran out begins anew at the password."""
    if context.request.method in SAFE:
        return redirect(session_guard.SIGN_IN)

    def show(form: Form) -> Response:
        return proof_page.show(context, proof_page.SECOND_FACTOR, form)

    def send(form: Form) -> Response:
        try:
            shown = {"challenge": form.value("challenge"), **proof_page.proof_of(form)}
            outcome = context.ask(CompleteSignIn, kept_by_browser=True, **shown)
        except ChallengeOver:
            flash(context, Said.STEP_RAN_OUT)
            return redirect(at(session_guard.SIGN_IN, {"next": form.value("next")}))
        return signed_in(context, outcome, form)

    return forms.handle(context, proof_page.LABELS, show, send, refusals=proof_page.REFUSALS)
