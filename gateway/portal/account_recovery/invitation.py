"""Where a delegate's invitation leads (B11): what it is about, the way to an account of one's own, and accepting it."""

from collections.abc import Mapping
from typing import Any

from gateway.http.addresses import at
from gateway.http.cookies import SAFE
from gateway.http.errors import NotForDelegates
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import kept_invitation, session_guard
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.form_page import complete, incomplete
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.common.kernel.errors import ServiceError
from services.contracts.identity import AcceptDelegation, LinkNotValid, ShowInvitation, StaffAreNoDelegates
from services.contracts.pages import PAGES

PAGE = kept_invitation.PAGE
HELD = "/security/delegates"
OPEN_ACCOUNT = "open-account"  # the button of those who have none yet
RATE = "link"


def invitation(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows an invitation, and accepts it with its button; signed out, it leads to signing in or an account, and back here.

    Looking at it uses nothing up, so that no mail scanner does.
    """

    def show(form: Form) -> Response:
        token = form.value("token")
        if not complete(token):
            return incomplete(edge, request)
        if not request.caller.signed_in:
            if request.header("Sec-Fetch-Site") in session_guard.ELSEWHERE and request.method in SAFE:
                return render(edge, request, "access/once_more.html")
            return _page(edge, request, form)
        if request.caller.delegate_id:
            return _page(edge, request, form)
        if request.method in SAFE:
            edge.limits.take(RATE, request.address)  # what is posted was counted before
        try:
            found = ask(edge, request, ShowInvitation, token=token)
        except (LinkNotValid, StaffAreNoDelegates) as error:
            kept_invitation.forget(edge, request)
            return _page(edge, request, form, error.status, error=error)
        return _page(edge, request, form, found=found)

    def send(form: Form) -> Response:
        token = form.value("token")
        if not complete(token):
            return incomplete(edge, request)
        if not request.caller.signed_in:
            kept_invitation.keep(edge, request, token)
            return redirect("/start" if form.value("then") == OPEN_ACCOUNT else at(session_guard.SIGN_IN, {"next": PAGE}))
        if request.caller.delegate_id:
            raise NotForDelegates()
        try:
            accepted = ask(edge, request, AcceptDelegation, token=token)
        except (LinkNotValid, StaffAreNoDelegates):
            return show(form)  # which says more: one's own, accepted before, or over
        kept_invitation.forget(edge, request)
        flash(edge, request, Said.DELEGATION_ACCEPTED, person=accepted["person"])
        return redirect(HELD)

    given = {"token": [request.query.get("token") or kept_invitation.kept(edge, request)]}
    return handle(edge, request, {}, show, send, given)


def _page(
    edge: Edge,
    request: Request,
    form: Form,
    status: int = 200,
    *,
    found: dict[str, Any] | None = None,
    error: ServiceError | None = None,
) -> Response:
    return render(
        edge,
        request,
        "account_recovery/delegation.html",
        status,
        form=form,
        found=found,
        error=error,
        over=isinstance(error, LinkNotValid),
        pages=PAGES,
        open_account=OPEN_ACCOUNT,
    )
