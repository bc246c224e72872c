"""The security of one's account: password, address, and the way to second factors, sessions and delegates."""

from collections.abc import Mapping

from gateway.http.cookies import SAFE
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import languages
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask, together
from gateway.portal.kit.texts import _
from gateway.services import Edge
from services.contracts.identity import (
    ChangePassword,
    EmailFrozen,
    GetMe,
    ListFactors,
    PasswordTooWeak,
    ProofRefused,
    RequestEmailChange,
    SetLanguage,
    TooManyTries,
)
from services.contracts.identity.shapes import SHORTEST_PASSWORD

HOME = "/security"
LANGUAGE_NAMES = {"en": "English", "fr": "Français"}
PASSWORD_LABELS = {"password": _("Present password"), "new_password": _("New password")}


def overview(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows address, ID and second factors, with the ways to change them."""
    me, factors = together(edge, request, (GetMe, {}), (ListFactors, {}))
    written_in = LANGUAGE_NAMES[me["language"]]
    return render(edge, request, "account/security.html", me=me, factors=factors, written_in=written_in)


def password(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Changes the password; all other sessions end."""

    def show(form: Form) -> Response:
        return render(edge, request, "account/password.html", form=form, shortest=SHORTEST_PASSWORD)

    def send(form: Form) -> Response:
        ask(edge, request, ChangePassword, password=form.value("password"), new_password=form.value("new_password"))
        flash(edge, request, Said.PASSWORD_CHANGED)
        return redirect(HOME)

    refusals = {ProofRefused: "password", TooManyTries: "password", PasswordTooWeak: "new_password"}
    return handle(edge, request, PASSWORD_LABELS, show, send, refusals=refusals)


def email(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Takes a new address, which a mailed link then confirms (F61)."""

    def show(form: Form) -> Response:
        return render(edge, request, "account/email.html", form=form)

    def send(form: Form) -> Response:
        reply = ask(edge, request, RequestEmailChange, **form.gathered("email"))
        flash(edge, request, Said.ADDRESS_TO_CONFIRM, address=reply["email"])
        return redirect(HOME)

    return handle(edge, request, {"email": _("New email address")}, show, send, refusals={EmailFrozen: "email"})


def language(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Takes the language in which the person is written to, and speaks it from here on (F2)."""

    def show(form: Form) -> Response:
        return render(edge, request, "account/language.html", form=form, choices=LANGUAGE_NAMES.items())

    def send(form: Form) -> Response:
        account = ask(edge, request, SetLanguage, **form.gathered("language"))
        languages.choose(edge, request, account["language"])
        flash(edge, request, Said.SAVED)
        return redirect(HOME)

    # What is chosen already is asked for where it is shown, and not again when it is sent.
    given = {"language": [ask(edge, request, GetMe)["language"]]} if request.method in SAFE else {}
    return handle(edge, request, {"language": _("Your language")}, show, send, given)
