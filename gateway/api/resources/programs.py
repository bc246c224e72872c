"""Programs of others get their tokens here (RFC 6749, client credentials)."""

from gateway.api.routing import Kind, Route
from services.contracts import identity

ROUTES = (Route("POST", "/oauth/token", identity.programs.IssueProgramToken, kind=Kind.FORM, rate="program-token"),)
