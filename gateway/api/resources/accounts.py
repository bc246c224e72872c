"""Accounts: opening one, activating it, getting in again, one's own."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("POST", "/applications/start", identity.accounts.OpenAccount, status=202, rate="start"),
    Route("POST", "/accounts/activate", identity.accounts.ActivateAccount, rate="link"),
    Route("POST", "/accounts/activation-mail", identity.accounts.ResendActivation, status=202, rate="mail"),
    Route("POST", "/accounts/password-mail", identity.recovery.RequestPasswordReset, status=202, rate="mail"),
    Route("POST", "/accounts/password", identity.recovery.ResetPassword, rate="link"),
    Route("POST", "/accounts/application-id-mail", identity.recovery.RequestApplicationId, status=202, rate="mail"),
    Route("POST", "/accounts/unlock-mail", identity.recovery.RequestUnlock, status=202, rate="mail"),
    Route("POST", "/accounts/unlock", identity.recovery.Unlock, rate="link"),
    Route("POST", "/accounts/email", identity.recovery.ConfirmEmailChange, rate="link"),
    Route("POST", "/access-requests", identity.support.RequestAccess, status=202, rate="access-request"),
    Route("POST", "/application", identity.accounts.StartApplication, status=202),
    Route("GET", "/me", identity.accounts.GetMe),
    Route("PUT", "/me/language", identity.accounts.SetLanguage),
    Route("PUT", "/me/password", identity.recovery.ChangePassword, rate="sign-in"),
    Route("POST", "/me/email", identity.recovery.RequestEmailChange, status=202, rate="mail"),
)
