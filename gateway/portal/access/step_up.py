"""Confirming who one is before a sensitive act; the session then counts as fresh for fifteen minutes (B10)."""

from gateway.context import Context
from gateway.http import cookies
from gateway.http.cookies import SAFE
from gateway.http.responses import Response
from gateway.portal.access.sign_in import go_on
from gateway.portal.kit import forms, proof_page
from gateway.portal.kit.forms import Form
from services.contracts.identity.errors import ChallengeOver
from services.contracts.identity.sessions import StepUp


def confirm(context: Context) -> Response:
    """Asks for a proof, takes it, and goes on to `next`; a step that ran out begins anew."""
    if context.request.method in SAFE:
        return proof_page.begin_step_up(context, Form({}, {"next": [context.request.query.get("next", "")]}))

    def show(form: Form) -> Response:
        return proof_page.show(context, proof_page.STEP_UP, form)

    def send(form: Form) -> Response:
        try:
            token = context.ask(StepUp, challenge=form.value("challenge"), **proof_page.proof_of(form))
        except ChallengeOver:
            return proof_page.begin_step_up(context, form)
        cookies.set_access(context.settings, context.request.carried, token)
        context.request.signed_in_by(context.services.verifier, token.access_token)
        return go_on(context, form)

    return forms.handle(context, proof_page.LABELS, show, send, refusals=proof_page.REFUSALS)
