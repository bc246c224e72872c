"""Delegates: whom one lets into which pages (B11)."""

from gateway.context import Context
from gateway.http import cookies
from gateway.http.responses import Response
from gateway.portal.kit import acting
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from services.contracts.identity.delegates import EndDelegation, InviteDelegate, ListDelegations
from services.contracts.identity.errors import WrongState
from services.contracts.identity.words import DELEGATION_STATES
from services.contracts.pages import PAGES

PAGE = "/security/delegates"
LABELS = {
    "name": _("Name of the delegate"),
    "email": _("Email address of the delegate"),
    "pages": _("Pages that the delegate may use"),
}


def delegates(context: Context) -> Response:
    """Lists whom the caller lets in, and who lets the caller in."""
    return render(context, "account/delegates.html", found=context.ask(ListDelegations), states=DELEGATION_STATES, pages=PAGES)


def invite(context: Context) -> Response:
    """Invites a delegate for chosen pages; submitting stays with the caller."""

    def show(form: Form) -> Response:
        choices = [(code, words.in_(context.language)) for code, words in PAGES.items()]
        return render(context, "account/invite_delegate.html", form=form, choices=choices)

    def send(form: Form) -> Response:
        context.ask(InviteDelegate, **form.gathered("name", "email"), pages=form.values("pages"))
        flash(context, Said.INVITATION_MAILED)
        return redirect(PAGE)

    return handle(context, LABELS, show, send, refusals={WrongState: "email"})


def act(context: Context) -> Response:
    """Begins to work for the one who let the caller in, on the first of the opened pages. Raises StaffAreNoDelegates, NotFound."""
    if not acting.begin(context, context.path["delegation_id"]):
        flash(context, Said.NOTHING_TO_WORK_ON)
        return redirect(PAGE)
    return redirect("/portal")


def stop(context: Context) -> Response:
    """Goes back to the delegate's own pages; there may be nobody to stop working for any more."""
    cookies.clear_acting(context.settings, context.request.carried)
    flash(context, Said.WORK_STOPPED)
    return redirect(PAGE)


def end(context: Context) -> Response:
    """Ends a delegation."""
    context.ask(EndDelegation, delegation_id=context.path["delegation_id"])
    flash(context, Said.DELEGATION_ENDED)
    return redirect(PAGE)
