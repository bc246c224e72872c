"""The page that asks for a proof: a code of the authenticator app, a recovery code, a passkey, or the password (B10)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.context import Context
from gateway.http.body_bounds import PASSKEY_BOUNDS
from gateway.http.errors import MalformedBody, TooManyValues
from gateway.http.request_body import parse_json
from gateway.http.responses import Response
from gateway.portal.kit.forms import Form
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _
from services.common.kernel.errors import ServiceError
from services.contracts.identity.errors import ProofRefused, TooManyTries
from services.contracts.identity.sessions import BeginStepUp
from services.contracts.identity.shapes import PROOFS, ProofNeeded

LABELS = {
    "code": _("Code of the authenticator app"),
    "recovery_code": _("Recovery code"),
    "password": _("Password"),
    "passkey": _("Passkey"),
}
CARRIED = ("challenge", "methods", "options", "next", "kept")


@dataclass(frozen=True)
class Purpose:
    """What a proof is asked for: where the form goes and what the page is called."""

    action: str
    title: str
    intro: str


SECOND_FACTOR = Purpose(
    "/sign-in/second-factor",
    _("Second step of signing in"),
    _("Your password is correct. Now confirm your identity in a second way."),
)
PASSKEY = Purpose(
    "/sign-in/second-factor",
    _("Sign in with a passkey"),
    _("Your device will ask for your fingerprint, your face or your PIN. You do not need a password."),
)
STEP_UP = Purpose("/confirm", _("Confirm that it is you"), _("What you are about to do is sensitive, so we ask once more."))


def begin(context: Context, purpose: Purpose, needed: ProofNeeded, form: Form) -> Response:
    """Shows what a proof is needed for; `needed` tells which ones will do, `form` where to go on to."""
    given = {
        "challenge": [needed.challenge],
        "methods": [" ".join(needed.methods)],
        "options": [orjson.dumps(needed.passkey).decode() if needed.passkey else ""],
        "next": [form.value("next")],
        "kept": [form.value("kept")],
    }
    return show(context, purpose, Form(LABELS, given))


def begin_step_up(context: Context, form: Form) -> Response:
    """Asks which proofs will do to confirm who the caller is, and shows the page."""
    return begin(context, STEP_UP, context.ask(BeginStepUp), form)


def show(context: Context, purpose: Purpose, form: Form) -> Response:
    """Shows the page, or shows it again."""
    methods = [method for method in form.value("methods").split() if method in PROOFS]
    return render(context, "access/proof.html", form=form, purpose=purpose, methods=methods, carried=CARRIED)


def proof_of(form: Form) -> dict[str, Any]:
    """Gives the one proof that was filled in, as the calls take it; with none, what says that one is required."""
    if passkey := form.value("passkey"):
        try:
            return {"passkey": parse_json(passkey.encode(), PASSKEY_BOUNDS)}
        except (MalformedBody, TooManyValues):
            return {"passkey": {}}
    if password := form.value("password"):
        return {"password": password}
    if recovery_code := form.value("recovery_code").strip():
        return {"recovery_code": recovery_code}
    return {"code": "".join(form.value("code").split())}


def field_of(form: Form) -> str:
    """Names the field at which a refusal stands: the one that was filled in, else the first that is asked."""
    filled = [name for name in ("passkey", "password", "recovery_code", "code") if form.value(name)]
    asked = [{"totp": "code"}.get(method, method) for method in form.value("methods").split() if method != "passkey"]
    return (filled or asked or ["code"])[0]


REFUSALS: dict[type[ServiceError], Callable[[Form], str]] = {ProofRefused: field_of, TooManyTries: field_of}
