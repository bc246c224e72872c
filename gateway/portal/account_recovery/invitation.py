"""Where a delegate's invitation leads (B11): what it is about, the way to an account of one's own, and accepting it."""

from gateway.context import Context
from gateway.http.addresses import at
from gateway.http.cookies import SAFE
from gateway.http.errors import NotForDelegates
from gateway.http.responses import Response
from gateway.portal.kit import kept_invitation, session_guard
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.form_page import complete, incomplete
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from services.common.kernel.errors import ServiceError
from services.contracts.identity.delegates import AcceptDelegation, ShowInvitation
from services.contracts.identity.errors import LinkNotValid, StaffAreNoDelegates
from services.contracts.pages import PAGES

PAGE = kept_invitation.PAGE
HELD = "/security/delegates"
OPEN_ACCOUNT = "open-account"  # the button of those who have none yet
RATE = "link"


def invitation(context: Context) -> Response:
    """Shows an invitation, and accepts it with its button; signed out, it leads to signing in or an account, and back here.

    Looking at it uses nothing up, so that no mail scanner does.
    """

    def show(form: Form) -> Response:
        token = form.value("token")
        if not complete(token):
            return incomplete(context)
        if not context.caller.signed_in:
            if context.request.header("Sec-Fetch-Site") in session_guard.ELSEWHERE and context.request.method in SAFE:
                return render(context, "access/once_more.html")
            return _page(context, form)
        if context.caller.delegate_id:
            return _page(context, form)
        if context.request.method in SAFE:
            context.services.limits.take(RATE, context.request.address)  # what is posted was counted before
        try:
            found = context.ask(ShowInvitation, token=token)
        except (LinkNotValid, StaffAreNoDelegates) as error:
            kept_invitation.forget(context)
            return _page(context, form, error.status, error=error)
        return _page(context, form, found=found)

    def send(form: Form) -> Response:
        token = form.value("token")
        if not complete(token):
            return incomplete(context)
        if not context.caller.signed_in:
            kept_invitation.keep(context, token)
            return redirect("/start" if form.value("then") == OPEN_ACCOUNT else at(session_guard.SIGN_IN, {"next": PAGE}))
        if context.caller.delegate_id:
            raise NotForDelegates()
        try:
            accepted = context.ask(AcceptDelegation, token=token)
        except (LinkNotValid, StaffAreNoDelegates):
            return show(form)  # which says more: one's own, accepted before, or over
        kept_invitation.forget(context)
        flash(context, Said.DELEGATION_ACCEPTED, person=accepted.person)
        return redirect(HELD)

    given = {"token": [context.request.query.get("token") or kept_invitation.kept(context)]}
    return handle(context, {}, show, send, given)


def _page(
    context: Context,
    form: Form,
    status: int = 200,
    *,
    found: ShowInvitation.Reply | None = None,
    error: ServiceError | None = None,
) -> Response:
    return render(
        context,
        "account_recovery/delegation.html",
        status,
        form=form,
        found=found,
        error=error,
        over=isinstance(error, LinkNotValid),
        pages=PAGES,
        open_account=OPEN_ACCOUNT,
    )
