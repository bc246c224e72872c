"""The inbox of the person signed in."""

from gateway.api.routing import Route
from services.contracts import correspondence

ROUTES = (
    Route("GET", "/messages", correspondence.messages.ListMessages),
    Route("GET", "/messages/{message_id}", correspondence.messages.ReadMessage),
)
