"""Delegates: whom one lets into which pages, and acting for somebody else."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("GET", "/delegations", identity.delegates.ListDelegations),
    Route("POST", "/delegations", identity.delegates.InviteDelegate, status=201, rate="mail"),
    # Posted, as the secret belongs into no address.
    Route("POST", "/delegations/invitation", identity.delegates.ShowInvitation, rate="link"),
    Route("POST", "/delegations/accept", identity.delegates.AcceptDelegation, rate="link"),
    Route("POST", "/delegations/{delegation_id}/end", identity.delegates.EndDelegation),
    Route("POST", "/delegations/{delegation_id}/act", identity.delegates.ActFor, status=201),
)
