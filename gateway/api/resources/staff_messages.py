"""The staff's view of messages and their delivery."""

from gateway.api.routing import Route
from services.contracts import correspondence

ROUTES = (
    Route("GET", "/staff/messages", correspondence.messages.ListMessageLog),
    Route("GET", "/staff/messages/{message_id}", correspondence.messages.GetLoggedMessage),
    Route("POST", "/staff/decision-previews", correspondence.previews.PreviewDecision),
    Route("POST", "/staff/messages/{message_id}/resend", correspondence.messages.ResendMessage),
)
