"""Accounts: opening one, activating it, one's own."""

from gateway.routing import Route
from services.contracts import identity

ROUTES = (
    Route("POST", "/applications/start", identity.OpenAccount, status=202, rate="start"),
    Route("POST", "/accounts/activate", identity.ActivateAccount),
    Route("POST", "/accounts/activation-mail", identity.ResendActivation, status=202, rate="activation-mail"),
    Route("GET", "/me", identity.GetMe),
    Route("PUT", "/me/language", identity.SetLanguage),
)
