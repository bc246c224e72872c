"""The security of one's account: password, address, and the way to second factors, sessions and delegates."""

from gateway.context import Context
from gateway.http.cookies import SAFE
from gateway.http.responses import Response
from gateway.portal.kit import languages
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from services.contracts.identity.accounts import GetMe, SetLanguage
from services.contracts.identity.errors import EmailFrozen, PasswordTooWeak, ProofRefused, TooManyTries
from services.contracts.identity.factors import ListFactors
from services.contracts.identity.recovery import ChangePassword, RequestEmailChange
from services.contracts.identity.shapes import SHORTEST_PASSWORD

HOME = "/security"
LANGUAGE_NAMES = {"en": "English", "fr": "Français"}
PASSWORD_LABELS = {"password": _("Present password"), "new_password": _("New password")}


def overview(context: Context) -> Response:
    """Shows address, ID and second factors, with the ways to change them."""
    me, factors = context.together((GetMe, {}), (ListFactors, {}))
    written_in = LANGUAGE_NAMES[me.language]
    return render(context, "account/security.html", me=me, factors=factors, written_in=written_in)


def password(context: Context) -> Response:
    """Changes the password; all other sessions end."""

    def show(form: Form) -> Response:
        return render(context, "account/password.html", form=form, shortest=SHORTEST_PASSWORD)

    def send(form: Form) -> Response:
        context.ask(ChangePassword, password=form.value("password"), new_password=form.value("new_password"))
        flash(context, Said.PASSWORD_CHANGED)
        return redirect(HOME)

    refusals = {ProofRefused: "password", TooManyTries: "password", PasswordTooWeak: "new_password"}
    return handle(context, PASSWORD_LABELS, show, send, refusals=refusals)


def email(context: Context) -> Response:
    """Takes a new address, which a mailed link then confirms (F61)."""

    def show(form: Form) -> Response:
        return render(context, "account/email.html", form=form)

    def send(form: Form) -> Response:
        reply = context.ask(RequestEmailChange, **form.gathered("email"))
        flash(context, Said.ADDRESS_TO_CONFIRM, address=reply.email)
        return redirect(HOME)

    return handle(context, {"email": _("New email address")}, show, send, refusals={EmailFrozen: "email"})


def language(context: Context) -> Response:
    """Takes the language in which the person is written to, and speaks it from here on (F2)."""

    def show(form: Form) -> Response:
        return render(context, "account/language.html", form=form, choices=LANGUAGE_NAMES.items())

    def send(form: Form) -> Response:
        account = context.ask(SetLanguage, **form.gathered("language"))
        languages.choose(context, account.language)
        flash(context, Said.SAVED)
        return redirect(HOME)

    # What is chosen already is asked for where it is shown, and not again when it is sent.
    given = {"language": [context.ask(GetMe).language]} if context.request.method in SAFE else {}
    return handle(context, {"language": _("Your language")}, show, send, given)
