"""Signing in with a passkey alone, where scripts run (B10)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal import proof_page
from gateway.portal.ask import ask
from gateway.portal.forms import Form
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.identity import BeginPasskeySignIn


def passkey(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Asks the browser for a passkey; its answer goes to the second step, which goes on to `next`."""
    form = Form({}, {"next": [request.query.get("next", "")]})
    return proof_page.begin(edge, request, proof_page.PASSKEY, ask(edge, request, BeginPasskeySignIn), form)
