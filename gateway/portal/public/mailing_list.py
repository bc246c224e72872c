"""The mailing list: signing up with express consent, confirming by the mailed link, and leaving in one click (F65)."""

from gateway.context import Context
from gateway.http.cookies import SAFE
from gateway.http.responses import Response
from gateway.portal.kit.form_page import FormPage, Words, complete, incomplete
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from services.contracts.correspondence.mailing_list import ConfirmSubscription, Subscribe, Unsubscribe
from services.contracts.identity.errors import LinkNotValid

LABELS = {"email": _("Email address"), "language": _("Language of the emails"), "consent": _("Your consent")}
LANGUAGES = (("en", "English"), ("fr", "Français"))
AGREED = "yes"

CONFIRM = FormPage(
    "/mailing-list/confirm",
    ConfirmSubscription,
    "link",
    Words(
        _("Confirm that you want our emails"),
        _("Press the button to be put on the mailing list. The link works once."),
        _("Subscribe"),
        _("You are on the mailing list"),
        _("Every email has a link to unsubscribe in one click."),
    ),
    linked=True,
    renewal="/mailing-list",
)


def sign_up(context: Context) -> Response:
    """Asks for address, language and consent; the answer is the same whoever is on the list already."""
    wording = str(context.college.mailing_list.wording)

    def show(form: Form) -> Response:
        if form.value("wording") != wording:  # the words changed meanwhile: nobody has agreed to the new ones yet
            form.given |= {"wording": [wording], "consent": []}
        return render(context, "public/mailing_list.html", form=form, languages=LANGUAGES, agreed=AGREED)

    def send(form: Form) -> Response:
        text = form.value("wording")
        agreed_to = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        values = form.gathered("email", "language")
        context.ask(Subscribe, **values, consent=form.value("consent") == AGREED, wording=agreed_to)
        return redirect("/mailing-list/asked")

    given = {"language": [context.language], "wording": [wording]}
    return handle(context, LABELS, show, send, given)


def asked(context: Context) -> Response:
    """Says that a mail is on its way, and that nothing else comes before its link is used."""
    return render(context, "public/mailing_list_asked.html")


def leave(context: Context) -> Response:
    """Shows the button that leaves the list; when it is pressed, or a mail program asks (RFC 8058), it is done at once.

    The token stands in the address and nothing else is read: a mail program knows no cookie and no form of ours.
    """
    token = context.request.query.get("token", "")
    if not complete(token):
        return incomplete(context)
    if context.request.method in SAFE:
        return render(context, "public/mailing_list_leave.html")
    try:
        context.ask(Unsubscribe, token=token)
    except LinkNotValid as error:
        return render(context, "public/mailing_list_unknown.html", error.status)
    return render(context, "public/mailing_list_left.html")
