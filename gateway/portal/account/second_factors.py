"""Two-step verification in the portal: adding an authenticator app or a passkey, removing a factor, new recovery codes (B10)."""

import orjson
from markupsafe import Markup

from gateway.context import Context
from gateway.http.body_bounds import PASSKEY_BOUNDS
from gateway.http.cookies import SAFE
from gateway.http.errors import MalformedBody, TooManyValues
from gateway.http.request_body import parse_json
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.session_guard import START, renew
from gateway.portal.kit.texts import _
from services.common.documents.qr import qr_svg
from services.common.kernel.errors import ServiceError
from services.contracts.identity.errors import ChallengeOver, LastFactor, ProofRefused
from services.contracts.identity.factors import (
    BeginPasskey,
    BeginTotp,
    ConfirmPasskey,
    ConfirmTotp,
    FactorAdded,
    RemoveFactor,
    RenewRecoveryCodes,
)
from services.contracts.roles import STAFF_ROLES

HOME = "/security"
LABELS = {"code": _("Code that the app shows"), "name": _("What to call it")}
# Carried by the form, so that it can be shown again with what was wrong: the secret counts only once a code of it was confirmed.
CARRIED = ("challenge", "secret", "address")
_LONGEST_ADDRESS = 500


def authenticator(context: Context) -> Response:
    """Shows a secret for an authenticator app, as a QR code and as text, and adds the app whose code is typed."""

    def show(form: Form) -> Response:
        # Drawn from the address each time: a picture that came with a form would be markup from outside.
        picture = Markup(qr_svg(form.value("address")[:_LONGEST_ADDRESS]))  # noqa: S704
        return render(context, "account/authenticator.html", form=form, carried=CARRIED, picture=picture)

    def send(form: Form) -> Response:
        values = form.gathered("name") | {"challenge": form.value("challenge"), "code": "".join(form.value("code").split())}
        try:
            added = context.ask(ConfirmTotp, **values)
        except ChallengeOver as error:
            flash(context, Said.WORDS, words=_words(error, context.request))
            return redirect("/security/authenticator")
        return _added(context, added, Said.APP_ADDED)

    given = {}
    if context.request.method in SAFE:
        begun = context.ask(BeginTotp)
        given = {"challenge": [begun.challenge], "secret": [begun.secret], "address": [begun.address]}
    return handle(context, LABELS, show, send, given, refusals={ProofRefused: "code"})


def passkey(context: Context) -> Response:
    """Has the browser make a passkey, and adds it; works only where scripts run."""

    def show(form: Form) -> Response:
        return render(context, "account/passkey.html", form=form)

    def send(form: Form) -> Response:
        try:
            made = parse_json(form.value("passkey").encode(), PASSKEY_BOUNDS)
        except (MalformedBody, TooManyValues) as error:
            raise ProofRefused() from error
        try:
            added = context.ask(ConfirmPasskey, challenge=form.value("challenge"), passkey=made, **form.gathered("name"))
        except ChallengeOver as error:
            flash(context, Said.WORDS, words=_words(error, context.request))
            return redirect("/security/passkey")
        return _added(context, added, Said.PASSKEY_ADDED)

    given = {}
    if context.request.method in SAFE:
        begun = context.ask(BeginPasskey)
        given = {"challenge": [begun.challenge], "options": [orjson.dumps(begun.passkey).decode()]}
    return handle(context, {"name": LABELS["name"]}, show, send, given, refusals={ProofRefused: ""})


def _added(context: Context, added: FactorAdded, said: Said) -> Response:
    renew(context)  # who works here holds their roles from now on
    if added.recovery_codes:
        return _codes(context, added.recovery_codes)
    flash(context, said)
    return redirect(HOME)


def recovery_codes(context: Context) -> Response:
    """Asks whether new codes are wanted, and shows them once."""

    def show(form: Form) -> Response:
        return render(context, "account/renew_codes.html", form=form)

    def send(form: Form) -> Response:
        return _codes(context, context.ask(RenewRecoveryCodes).recovery_codes)

    return handle(context, {}, show, send)


def remove(context: Context) -> Response:
    """Removes a factor; the last one of staff stays."""
    try:
        context.ask(RemoveFactor, factor_id=context.path["factor_id"])
        flash(context, Said.FACTOR_REMOVED)
    except LastFactor as error:
        flash(context, Said.WORDS, words=_words(error, context.request))
    return redirect(HOME)


def _codes(context: Context, codes: list[str]) -> Response:
    onward = START if context.caller.has(*STAFF_ROLES) else HOME
    return render(context, "account/recovery_codes.html", codes=codes, onward=onward)


def _words(error: ServiceError, request: Request) -> str:
    return error.say(request.language)
