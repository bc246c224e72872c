"""Sessions: signing in, staying signed in, signing out; the list of one's sessions."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("POST", "/sessions", identity.SignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/passkey", identity.BeginPasskeySignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/second-factor", identity.CompleteSignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/refresh", identity.RefreshSession),
    Route("GET", "/sessions", identity.ListSessions),
    Route("DELETE", "/sessions/current", identity.SignOut, status=204),
    Route("POST", "/sessions/current/step-up", identity.BeginStepUp, rate="sign-in"),
    Route("PUT", "/sessions/current/step-up", identity.StepUp, rate="sign-in"),
    Route("DELETE", "/sessions/others", identity.EndOtherSessions),
    Route("DELETE", "/sessions/{session_id}", identity.EndSession, status=204),
)
