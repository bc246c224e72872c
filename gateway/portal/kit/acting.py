"""Working for somebody else in the portal (B11): begun with a button, kept in a cookie of this session, over with it or with "Stop".

A page is then asked for as the delegate: services see the one for the other, and only the pages that were opened answer.
"""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from gateway.http import cookies
from gateway.http.cookies import Acting
from gateway.http.errors import NotForDelegates
from gateway.http.requests import Request
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.rpc import ask, together
from gateway.services import Edge
from services.common.kernel.errors import NotFound, ServiceError, Unauthenticated
from services.contracts.identity import ActFor, ListDelegations, SessionEnded, StaffAreNoDelegates, WrongState

WHOSE = "whose"  # the hidden field of a form that must not be sent on in another account than it was filled in for
_OVER = (WrongState, NotFound, StaffAreNoDelegates)


def begin(edge: Edge, request: Request, delegation_id: str) -> bool:
    """Has the caller work for the one who let them in, and tells whether that is still so. Raises StaffAreNoDelegates, NotFound."""
    try:
        opened, found = together(edge, request, (ActFor, {"delegation_id": delegation_id}), (ListDelegations, {}))
    except StaffAreNoDelegates:
        raise
    except WrongState:
        return False
    person = next(one["person"] for one in found["held"] if one["id"] == UUID(delegation_id))
    acting = Acting(delegation_id, person, opened["access_token"])
    cookies.set_acting(edge.settings, request.carried, request.caller, acting)
    return True


def take_on(edge: Edge, request: Request, optional: bool) -> bool:
    """Goes on working for somebody where the session does, with a new token if need be. Gives whether that was found to be over.

    With `optional` (a page for anyone), what cannot be learned now is left alone. Raises Unavailable.
    """
    own = request.caller
    if not own.signed_in or cookies.value_of(edge.settings, request, cookies.ACTING) is None:
        return False
    acting = cookies.acting_of(edge.settings, request, own)
    if acting is None:  # of another session
        cookies.clear_acting(edge.settings, request.carried)
        return False
    try:
        with suppress(Unauthenticated):  # the token has run out, most likely
            cookies.act(edge.verifier, request, acting)
            return False
        _renew(edge, request, acting)
    except SessionEnded:
        cookies.clear_session(edge.settings, request.carried)
        request.caller = replace(own, account_id=None, roles=frozenset(), session_id=None, token=None, proved_at=0)
    except _OVER:
        if request.header("Sec-Fetch-Mode") not in (None, "navigate"):
            raise NotForDelegates() from None  # to a script of the page: the person is told when they next press something
        cookies.clear_acting(edge.settings, request.carried)
        flash(edge, request, Said.WORK_IS_OVER, person=acting.person)
        return True
    except ServiceError:
        if not optional:
            raise
    return False


def whose(request: Request) -> str:
    """Names the account that a form is filled in for; nothing for one's own."""
    return str(request.caller.account_id) if request.caller.delegate_id else ""


def _renew(edge: Edge, request: Request, acting: Acting) -> None:
    own, delegation_id = request.caller, acting.delegation_id
    token = ask(edge, request, ActFor, delegation_id=delegation_id)["access_token"]
    renewed = replace(acting, token=token)
    cookies.set_acting(edge.settings, request.carried, own, renewed)
    cookies.act(edge.verifier, request, renewed)
