"""Programs of others get their tokens here (RFC 6749, client credentials)."""

from gateway.routing import Route
from services.contracts import identity

ROUTES = (Route("POST", "/oauth/token", identity.IssueProgramToken, rate="program-token"),)
