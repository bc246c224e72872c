"""Opening an account (F11): an address, a password, and a mail that confirms the one and tells the application ID."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit import kept_invitation, session_guard
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from services.common.kernel.errors import Invalid
from services.contracts.identity.accounts import OpenAccount, StartApplication
from services.contracts.identity.errors import PasswordTooWeak
from services.contracts.identity.shapes import SHORTEST_PASSWORD

LABELS = {
    "email": _("Email address"),
    "keep": _("Use this address all the same"),
    "password": _("Choose a password"),
    "applying": _("What do you open it for?"),
}


def start(context: Context) -> Response:
    """Asks for address and password; whether the address has an account is not told (F11, F12).

    An address that is advised against is asked about while it can still be changed (F15).
    """
    invited = bool(kept_invitation.kept(context))

    def show(form: Form, status: int = 200) -> Response:
        return render(context, "applicant/start.html", status, form=form, shortest=SHORTEST_PASSWORD, invited=invited)

    def send(form: Form) -> Response:
        advice = context.college.access.advice_on(form.value("email").strip())
        if advice and form.value("keep") != form.value("email"):
            form.faults["email"] = advice.in_(context.language)
            return show(form, Invalid.status)
        values = form.gathered("email", "password", untouched=("password",)) | {"language": context.language}
        # Whoever comes from an invitation to help somebody need not apply, and says so: the browser may be another's.
        values["applying"] = not invited or bool(form.value("applying"))
        reply = context.ask(OpenAccount, key=form.key(values), **values)
        flash(context, Said.ACCOUNT_MAILED, address=reply.email)
        return redirect("/start/done")

    return handle(context, LABELS, show, send, refusals={PasswordTooWeak: "password"})


def done(context: Context) -> Response:
    """Says that a mail is on its way, and what to do if it does not come."""
    return render(context, "applicant/started.html")


def apply(context: Context) -> Response:
    """Starts the application of somebody who opened their account for something else. Raises NoApplicationToStart."""
    context.ask(StartApplication)
    session_guard.renew(context)
    return redirect("/application")
