"""Where signing in leads, and where mails send people: to what is their own."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit import navigation
from gateway.portal.kit.page import redirect, render
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.delegates import ListDelegations


def portal(context: Context) -> Response:
    """Goes on to the first of the caller's own pages; says so where there is none."""
    caller = context.caller
    own = navigation.own_of(caller)
    if not caller.delegate_id and not caller.roles and (helper := _helper(context)) is not None:
        return helper
    return redirect(own[0].path) if own else render(context, "access/portal.html", me=None, held=[])


def _helper(context: Context) -> Response | None:
    """The page of somebody who opened their account to help others: whom they help, and a button to apply themselves (B11)."""
    me, delegations = context.together((GetMe, {}), (ListDelegations, {}))
    if me.application_id is None or me.roles:  # staff without a second factor; somebody whose role is newer than the token
        return None
    return render(
        context,
        "access/portal.html",
        me=me,
        held=[delegation for delegation in delegations.held if delegation.state == "active"],
    )
