"""The staff's view of messages and their delivery."""

from gateway.api.routing import Route
from services.contracts import correspondence

ROUTES = (
    Route("GET", "/staff/messages", correspondence.ListMessageLog),
    Route("GET", "/staff/messages/{message_id}", correspondence.GetLoggedMessage),
    Route("POST", "/staff/decision-previews", correspondence.PreviewDecision),
    Route("POST", "/staff/messages/{message_id}/resend", correspondence.ResendMessage),
)
