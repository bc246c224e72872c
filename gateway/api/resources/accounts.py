"""Accounts: opening one, activating it, getting in again, one's own."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("POST", "/applications/start", identity.OpenAccount, status=202, rate="start"),
    Route("POST", "/accounts/activate", identity.ActivateAccount, rate="link"),
    Route("POST", "/accounts/activation-mail", identity.ResendActivation, status=202, rate="mail"),
    Route("POST", "/accounts/password-mail", identity.RequestPasswordReset, status=202, rate="mail"),
    Route("POST", "/accounts/password", identity.ResetPassword, rate="link"),
    Route("POST", "/accounts/application-id-mail", identity.RequestApplicationId, status=202, rate="mail"),
    Route("POST", "/accounts/unlock-mail", identity.RequestUnlock, status=202, rate="mail"),
    Route("POST", "/accounts/unlock", identity.Unlock, rate="link"),
    Route("POST", "/accounts/email", identity.ConfirmEmailChange, rate="link"),
    Route("POST", "/access-requests", identity.RequestAccess, status=202, rate="access-request"),
    Route("POST", "/application", identity.StartApplication, status=202),
    Route("GET", "/me", identity.GetMe),
    Route("PUT", "/me/language", identity.SetLanguage),
    Route("PUT", "/me/password", identity.ChangePassword, rate="sign-in"),
    Route("POST", "/me/email", identity.RequestEmailChange, status=202, rate="mail"),
)
