"""Delegates: whom one lets into which pages (B11)."""

from collections.abc import Mapping

from gateway.http import cookies
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import acting
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _
from gateway.services import Edge
from services.contracts.identity import EndDelegation, InviteDelegate, ListDelegations, WrongState
from services.contracts.identity.words import DELEGATION_STATES
from services.contracts.pages import PAGES

PAGE = "/security/delegates"
LABELS = {
    "name": _("Name of the delegate"),
    "email": _("Email address of the delegate"),
    "pages": _("Pages that the delegate may use"),
}


def delegates(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists whom the caller lets in, and who lets the caller in."""
    return render(
        edge, request, "account/delegates.html", found=ask(edge, request, ListDelegations), states=DELEGATION_STATES, pages=PAGES
    )


def invite(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Invites a delegate for chosen pages; submitting stays with the caller."""

    def show(form: Form) -> Response:
        choices = [(code, words.in_(request.language)) for code, words in PAGES.items()]
        return render(edge, request, "account/invite_delegate.html", form=form, choices=choices)

    def send(form: Form) -> Response:
        ask(edge, request, InviteDelegate, **form.gathered("name", "email"), pages=form.values("pages"))
        flash(edge, request, Said.INVITATION_MAILED)
        return redirect(PAGE)

    return handle(edge, request, LABELS, show, send, refusals={WrongState: "email"})


def act(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Begins to work for the one who let the caller in, on the first of the opened pages. Raises StaffAreNoDelegates, NotFound."""
    if not acting.begin(edge, request, path["delegation_id"]):
        flash(edge, request, Said.NOTHING_TO_WORK_ON)
        return redirect(PAGE)
    return redirect("/portal")


def stop(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Goes back to the delegate's own pages; there may be nobody to stop working for any more."""
    cookies.clear_acting(edge.settings, request.carried)
    flash(edge, request, Said.WORK_STOPPED)
    return redirect(PAGE)


def end(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Ends a delegation."""
    ask(edge, request, EndDelegation, delegation_id=path["delegation_id"])
    flash(edge, request, Said.DELEGATION_ENDED)
    return redirect(PAGE)
