"""After paying: what has come of it so far, and a page that looks again by itself until all is there (F23, F24)."""

from contextlib import suppress

from gateway.context import Context
from gateway.http.addresses import at
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import session_guard
from gateway.portal.kit.page import redirect, render
from services.common.kernel.errors import Forbidden, NotFound
from services.contracts.billing.invoices import GetInvoice
from services.contracts.college.charges import FINALISES_REGISTRATION
from services.contracts.pages import REGISTRATION
from services.contracts.registry import GetMyRegistration
from services.contracts.roles import REGISTRANTS

LET_IN = REGISTRANTS.delegable(REGISTRATION)
OPEN, FINALISED, VOID = "open", "finalised", "void"
# What is waited for takes a second. A page that has looked so often leaves it to the person to look again.
MOST_LOOKS = 20


def done(context: Context) -> Response:
    """Receives a payer who comes back from the provider, and goes on to what has come of the payment.

    A browser that was sent here by another site brings no strict cookie, and may show nobody signed in: then the way on is a link.
    """
    number = context.request.query.get("invoice", "")[:40]
    if number and context.caller.signed_in:
        return redirect(_page_of(number))
    return render(context, "account/payment_done.html", next=_page_of(number) if number else "/fees-and-receipts")


def paid(context: Context) -> Response:
    """Shows the receipt, the registration and the certificate, each as soon as it is there; raises NotFound.

    Whether it was paid only the provider's signed notice tells, which may come a moment after the payer.
    """
    number = context.path["number"][:40]
    invoice = context.ask(GetInvoice, number=number)
    registers = invoice.effect == FINALISES_REGISTRATION
    mine = _registration(context) if registers and invoice.state == FINALISED else None
    # Whoever the registration is not open to, or pays for something else, has seen all that there is for them.
    unseen = invoice.state == FINALISED and not (registers and context.caller.is_let_into(REGISTRATION))
    seen = mine is not None and (mine.certificate_ready or mine.certificate_held)
    settled = invoice.state == VOID or unseen or seen
    looked = _looked(context.request)
    again = None if settled or looked >= MOST_LOOKS else at(context.request.path, {"looked": str(looked + 1)})
    return render(context, "account/paid.html", invoice=invoice, mine=mine, settled=settled, again=again)


def _registration(context: Context) -> GetMyRegistration.Reply | None:
    if not LET_IN.admits(context.caller):
        session_guard.renew(context)  # the role is newer than the access token
    if not LET_IN.admits(context.caller):
        return None
    with suppress(NotFound, Forbidden):
        return context.ask(GetMyRegistration)
    return None


def _looked(request: Request) -> int:
    text = request.query.get("looked", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else MOST_LOOKS


def _page_of(number: str) -> str:
    return at(f"/fees/{number}/paid")
