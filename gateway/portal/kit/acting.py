"""Working for somebody else in the portal (B11): begun with a button, kept in a cookie of this session, over with it or with "Stop".

A page is then asked for as the delegate: services see the one for the other, and only the pages that were opened answer.
"""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from gateway.context import Context
from gateway.http import cookies
from gateway.http.cookies import Acting
from gateway.http.errors import NotForDelegates
from gateway.http.requests import Request
from gateway.portal.kit.flash import Said, flash
from services.common.kernel.errors import NotFound, ServiceError, Unauthenticated
from services.contracts.identity.delegates import ActFor, ListDelegations
from services.contracts.identity.errors import SessionEnded, StaffAreNoDelegates, WrongState

WHOSE = "whose"  # the hidden field of a form that must not be sent on in another account than it was filled in for
_OVER = (WrongState, NotFound, StaffAreNoDelegates)


def begin(context: Context, delegation_id: str) -> bool:
    """Has the caller work for the one who let them in, and tells whether that is still so. Raises StaffAreNoDelegates, NotFound."""
    try:
        opened, found = context.together((ActFor, {"delegation_id": delegation_id}), (ListDelegations, {}))
    except StaffAreNoDelegates:
        raise
    except WrongState:
        return False
    person = next(delegation.person for delegation in found.held if delegation.id == UUID(delegation_id))
    acting = Acting(delegation_id, person, opened.access_token)
    cookies.set_acting(context.settings, context.request.carried, context.caller, acting)
    return True


def resume(context: Context, optional: bool) -> bool:
    """Goes on working for somebody where the session does, with a new token if need be. Gives whether that was found to be over.

    With `optional` (a page for anyone), what cannot be learned now is left alone. Raises Unavailable.
    """
    own = context.caller
    if not own.signed_in or cookies.value_of(context.settings, context.request, cookies.ACTING) is None:
        return False
    acting = cookies.acting_of(context.settings, context.request, own)
    if acting is None:  # of another session
        cookies.clear_acting(context.settings, context.request.carried)
        return False
    try:
        with suppress(Unauthenticated):  # the token has run out, most likely
            cookies.act(context.services.verifier, context.request, acting)
            return False
        _renew(context, acting)
    except SessionEnded:
        cookies.clear_session(context.settings, context.request.carried)
        context.request.caller = replace(own, account_id=None, roles=frozenset(), session_id=None, token=None, proved_at=0)
    except _OVER:
        if context.request.header("Sec-Fetch-Mode") not in (None, "navigate"):
            raise NotForDelegates() from None  # to a script of the page: the person is told when they next press something
        cookies.clear_acting(context.settings, context.request.carried)
        flash(context, Said.WORK_IS_OVER, person=acting.person)
        return True
    except ServiceError:
        if not optional:
            raise
    return False


def whose(request: Request) -> str:
    """Names the account that a form is filled in for; nothing for one's own."""
    return str(request.caller.account_id) if request.caller.delegate_id else ""


def _renew(context: Context, acting: Acting) -> None:
    own, delegation_id = context.caller, acting.delegation_id
    token = context.ask(ActFor, delegation_id=delegation_id).access_token
    renewed = replace(acting, token=token)
    cookies.set_acting(context.settings, context.request.carried, own, renewed)
    cookies.act(context.services.verifier, context.request, renewed)
