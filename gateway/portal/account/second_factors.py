"""Two-step verification in the portal: adding an authenticator app or a passkey, removing a factor, new recovery codes (B10)."""

from collections.abc import Mapping
from typing import Any

import orjson
from markupsafe import Markup

from gateway.http.body_bounds import PASSKEY_BOUNDS
from gateway.http.cookies import SAFE
from gateway.http.errors import MalformedBody, TooManyValues
from gateway.http.request_body import parse_json
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.session_guard import START, renew
from gateway.portal.kit.texts import _
from gateway.services import Edge
from services.common.documents.qr import qr_svg
from services.common.kernel.errors import ServiceError
from services.contracts.identity import (
    BeginPasskey,
    BeginTotp,
    ChallengeOver,
    ConfirmPasskey,
    ConfirmTotp,
    LastFactor,
    ProofRefused,
    RemoveFactor,
    RenewRecoveryCodes,
)
from services.contracts.roles import STAFF_ROLES

HOME = "/security"
LABELS = {"code": _("Code that the app shows"), "name": _("What to call it")}
# Carried by the form, so that it can be shown again with what was wrong: the secret counts only once a code of it was confirmed.
CARRIED = ("challenge", "secret", "address")
_LONGEST_ADDRESS = 500


def authenticator(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows a secret for an authenticator app, as a QR code and as text, and adds the app whose code is typed."""

    def show(form: Form) -> Response:
        # Drawn from the address each time: a picture that came with a form would be markup from outside.
        picture = Markup(qr_svg(form.value("address")[:_LONGEST_ADDRESS]))  # noqa: S704
        return render(edge, request, "account/authenticator.html", form=form, carried=CARRIED, picture=picture)

    def send(form: Form) -> Response:
        values = form.gathered("name") | {"challenge": form.value("challenge"), "code": "".join(form.value("code").split())}
        try:
            added = ask(edge, request, ConfirmTotp, **values)
        except ChallengeOver as error:
            flash(edge, request, Said.WORDS, words=_words(error, request))
            return redirect("/security/authenticator")
        return _added(edge, request, added, Said.APP_ADDED)

    given = {}
    if request.method in SAFE:
        begun = ask(edge, request, BeginTotp)
        given = {name: [begun[name]] for name in CARRIED}
    return handle(edge, request, LABELS, show, send, given, refusals={ProofRefused: "code"})


def passkey(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Has the browser make a passkey, and adds it; works only where scripts run."""

    def show(form: Form) -> Response:
        return render(edge, request, "account/passkey.html", form=form)

    def send(form: Form) -> Response:
        try:
            made = parse_json(form.value("passkey").encode(), PASSKEY_BOUNDS)
        except (MalformedBody, TooManyValues) as error:
            raise ProofRefused() from error
        try:
            added = ask(edge, request, ConfirmPasskey, challenge=form.value("challenge"), passkey=made, **form.gathered("name"))
        except ChallengeOver as error:
            flash(edge, request, Said.WORDS, words=_words(error, request))
            return redirect("/security/passkey")
        return _added(edge, request, added, Said.PASSKEY_ADDED)

    given = {}
    if request.method in SAFE:
        begun = ask(edge, request, BeginPasskey)
        given = {"challenge": [begun["challenge"]], "options": [orjson.dumps(begun["passkey"]).decode()]}
    return handle(edge, request, {"name": LABELS["name"]}, show, send, given, refusals={ProofRefused: ""})


def _added(edge: Edge, request: Request, added: dict[str, Any], said: Said) -> Response:
    renew(edge, request)  # who works here holds their roles from now on
    if added["recovery_codes"]:
        return _codes(edge, request, added["recovery_codes"])
    flash(edge, request, said)
    return redirect(HOME)


def recovery_codes(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Asks whether new codes are wanted, and shows them once."""

    def show(form: Form) -> Response:
        return render(edge, request, "account/renew_codes.html", form=form)

    def send(form: Form) -> Response:
        return _codes(edge, request, ask(edge, request, RenewRecoveryCodes)["recovery_codes"])

    return handle(edge, request, {}, show, send)


def remove(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Removes a factor; the last one of staff stays."""
    try:
        ask(edge, request, RemoveFactor, factor_id=path["factor_id"])
        flash(edge, request, Said.FACTOR_REMOVED)
    except LastFactor as error:
        flash(edge, request, Said.WORDS, words=_words(error, request))
    return redirect(HOME)


def _codes(edge: Edge, request: Request, codes: list[str]) -> Response:
    onward = START if request.caller.has(*STAFF_ROLES) else HOME
    return render(edge, request, "account/recovery_codes.html", codes=codes, onward=onward)


def _words(error: ServiceError, request: Request) -> str:
    return error.say(request.language)
