"""Which component may make which call: what the broker grants. Services make no calls; who the person behind a call is, is checked later."""

from services.common.bus.senders import CALLERS, GATEWAY, STAFF
from services.common.kernel.contract import Call
from services.contracts import applications, billing, correspondence, identity, qa, registry
from services.contracts.applications.applicant import GetForm
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.factors import BeginTotp, ConfirmTotp, ListFactors, RemoveFactor, RenewRecoveryCodes
from services.contracts.identity.sessions import (
    BeginStepUp,
    CompleteSignIn,
    EndOtherSessions,
    EndSession,
    ListSessions,
    RefreshSession,
    SignIn,
    SignOut,
    StepUp,
)
from services.contracts.roles import STAFF_ROLES

__all__ = ["CALLERS", "GATEWAY", "STAFF", "callers_of"]
# What the staff's command line needs besides the calls that are for staff only.
_SIGNING_IN = {SignIn, CompleteSignIn, RefreshSession, SignOut, GetMe, BeginStepUp, StepUp}
_OWN_SECURITY = {
    ListSessions,
    EndSession,
    EndOtherSessions,
    ListFactors,
    BeginTotp,
    ConfirmTotp,
    RemoveFactor,
    RenewRecoveryCodes,
}
_PERSONAL_DATA = {
    owner.personal_data.GetPersonalData for owner in (identity, applications, registry, billing, qa, correspondence)
}
_STAFF_ALSO = frozenset({GetForm} | _SIGNING_IN | _OWN_SECURITY | _PERSONAL_DATA)


def callers_of(call: type[Call]) -> frozenset[str]:
    """Gives the components that may make a call: the gateway each, for a route or for itself; staff tools those of staff."""
    for_staff_only = bool(call.access.roles) and call.access.roles <= set(STAFF_ROLES)
    return frozenset({GATEWAY, STAFF} if for_staff_only or call in _STAFF_ALSO else {GATEWAY})
