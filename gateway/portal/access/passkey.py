"""Signing in with a passkey alone, where scripts run (B10)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import proof_page
from gateway.portal.kit.forms import Form
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.identity import BeginPasskeySignIn


def passkey(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Asks the browser for a passkey; its answer goes to the second step, which goes on to `next`."""
    form = Form({}, {"next": [request.query.get("next", "")]})
    return proof_page.begin(edge, request, proof_page.PASSKEY, ask(edge, request, BeginPasskeySignIn), form)
