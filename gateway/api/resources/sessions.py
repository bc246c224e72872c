"""Sessions: signing in, staying signed in, signing out; the list of one's sessions."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("POST", "/sessions", identity.sessions.SignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/passkey", identity.sessions.BeginPasskeySignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/second-factor", identity.sessions.CompleteSignIn, status=201, rate="sign-in"),
    Route("POST", "/sessions/refresh", identity.sessions.RefreshSession),
    Route("GET", "/sessions", identity.sessions.ListSessions),
    Route("DELETE", "/sessions/current", identity.sessions.SignOut, status=204),
    Route("POST", "/sessions/current/step-up", identity.sessions.BeginStepUp, rate="sign-in"),
    Route("PUT", "/sessions/current/step-up", identity.sessions.StepUp, rate="sign-in"),
    Route("DELETE", "/sessions/others", identity.sessions.EndOtherSessions),
    Route("DELETE", "/sessions/{session_id}", identity.sessions.EndSession, status=204),
)
