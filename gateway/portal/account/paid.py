"""After paying: what has come of it so far, and a page that looks again by itself until all is there (F23, F24)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from gateway.http.addresses import at
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import session_guard
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.common.kernel.errors import Forbidden, NotFound
from services.contracts.billing import GetInvoice
from services.contracts.pages import REGISTRATION
from services.contracts.registry import GetMyRegistration
from services.contracts.roles import REGISTRANTS

LET_IN = REGISTRANTS.delegable(REGISTRATION)
OPEN, FINALISED, VOID = "open", "finalised", "void"
# What is waited for takes a second. A page that has looked so often leaves it to the person to look again.
MOST_LOOKS = 20


def done(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Receives a payer who comes back from the provider, and goes on to what has come of the payment.

    A browser that was sent here by another site brings no strict cookie, and may show nobody signed in: then the way on is a link.
    """
    number = request.query.get("invoice", "")[:40]
    if number and request.caller.signed_in:
        return redirect(_page_of(number))
    return render(edge, request, "account/payment_done.html", next=_page_of(number) if number else "/fees-and-receipts")


def paid(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows the receipt, the registration and the certificate, each as soon as it is there; raises NotFound.

    Whether it was paid only the provider's signed notice tells, which may come a moment after the payer.
    """
    number = path["number"][:40]
    invoice = ask(edge, request, GetInvoice, number=number)
    mine = _registration(edge, request) if invoice["state"] == FINALISED else None
    # A delegate whom the registration is not open to has seen all that there is for them.
    unseen = invoice["state"] == FINALISED and not request.caller.is_let_into(REGISTRATION)
    seen = mine is not None and (mine["certificate_ready"] or mine["certificate_held"])
    settled = invoice["state"] == VOID or unseen or seen
    looked = _looked(request)
    again = None if settled or looked >= MOST_LOOKS else at(request.path, {"looked": str(looked + 1)})
    return render(edge, request, "account/paid.html", invoice=invoice, mine=mine, settled=settled, again=again)


def _registration(edge: Edge, request: Request) -> dict[str, Any] | None:
    if not LET_IN.admits(request.caller):
        session_guard.renew(edge, request)  # the role is newer than the access token
    if not LET_IN.admits(request.caller):
        return None
    with suppress(NotFound, Forbidden):
        return ask(edge, request, GetMyRegistration)
    return None


def _looked(request: Request) -> int:
    text = request.query.get("looked", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else MOST_LOOKS


def _page_of(number: str) -> str:
    return at(f"/fees/{number}/paid")
