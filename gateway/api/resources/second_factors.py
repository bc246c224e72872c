"""Two-step verification of the person signed in."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("GET", "/me/second-factors", identity.factors.ListFactors),
    Route("POST", "/me/second-factors/totp", identity.factors.BeginTotp, status=201),
    Route("PUT", "/me/second-factors/totp", identity.factors.ConfirmTotp, rate="sign-in"),
    Route("POST", "/me/second-factors/passkey", identity.factors.BeginPasskey, status=201),
    Route("PUT", "/me/second-factors/passkey", identity.factors.ConfirmPasskey, rate="sign-in"),
    Route("DELETE", "/me/second-factors/{factor_id}", identity.factors.RemoveFactor, status=204),
    Route("POST", "/me/recovery-codes", identity.factors.RenewRecoveryCodes, status=201),
)
