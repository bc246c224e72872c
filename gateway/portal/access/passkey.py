"""Signing in with a passkey alone, where scripts run (B10)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit import proof_page
from gateway.portal.kit.forms import Form
from services.contracts.identity.sessions import BeginPasskeySignIn


def passkey(context: Context) -> Response:
    """Asks the browser for a passkey; its answer goes to the second step, which goes on to `next`."""
    form = Form({}, {"next": [context.request.query.get("next", "")]})
    return proof_page.begin(context, proof_page.PASSKEY, context.ask(BeginPasskeySignIn), form)
