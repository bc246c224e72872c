"""Sessions: signing in, staying signed in, signing out."""

from gateway.routing import Route
from services.contracts import identity

ROUTES = (
    Route("POST", "/sessions", identity.SignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/refresh", identity.RefreshSession),
    Route("DELETE", "/sessions/current", identity.SignOut, status=204),
)
