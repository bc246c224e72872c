"""Confirming who one is before a sensitive act; the session then counts as fresh for fifteen minutes (B10)."""

from collections.abc import Mapping

from gateway.http import cookies
from gateway.http.cookies import SAFE
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.access.sign_in import go_on
from gateway.portal.kit import forms, proof_page
from gateway.portal.kit.forms import Form
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.identity import ChallengeOver, StepUp


def confirm(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Asks for a proof, takes it, and goes on to `next`; a step that ran out begins anew."""
    if request.method in SAFE:
        return proof_page.begin_step_up(edge, request, Form({}, {"next": [request.query.get("next", "")]}))

    def show(form: Form) -> Response:
        return proof_page.show(edge, request, proof_page.STEP_UP, form)

    def send(form: Form) -> Response:
        try:
            token = ask(edge, request, StepUp, challenge=form.value("challenge"), **proof_page.proof_of(form))
        except ChallengeOver:
            return proof_page.begin_step_up(edge, request, form)
        cookies.set_access(edge.settings, request.carried, token)
        request.signed_in_by(edge.verifier, token["access_token"])
        return go_on(edge, request, form)

    return forms.handle(edge, request, proof_page.LABELS, show, send, refusals=proof_page.REFUSALS)
