"""Delegates: whom one lets into which pages, and acting for somebody else."""

from gateway.api.routing import Route
from services.contracts import identity

ROUTES = (
    Route("GET", "/delegations", identity.ListDelegations),
    Route("POST", "/delegations", identity.InviteDelegate, status=201, rate="mail"),
    # Posted, as the secret belongs into no address.
    Route("POST", "/delegations/invitation", identity.ShowInvitation, rate="link"),
    Route("POST", "/delegations/accept", identity.AcceptDelegation, rate="link"),
    Route("POST", "/delegations/{delegation_id}/end", identity.EndDelegation),
    Route("POST", "/delegations/{delegation_id}/act", identity.ActFor, status=201),
)
