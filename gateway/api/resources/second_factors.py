"""Two-step verification of the person signed in."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("GET", "/me/second-factors", identity.ListFactors),
    Route("POST", "/me/second-factors/totp", identity.BeginTotp, status=201),
    Route("PUT", "/me/second-factors/totp", identity.ConfirmTotp, rate="sign-in"),
    Route("POST", "/me/second-factors/passkey", identity.BeginPasskey, status=201),
    Route("PUT", "/me/second-factors/passkey", identity.ConfirmPasskey, rate="sign-in"),
    Route("DELETE", "/me/second-factors/{factor_id}", identity.RemoveFactor, status=204),
    Route("POST", "/me/recovery-codes", identity.RenewRecoveryCodes, status=201),
)
