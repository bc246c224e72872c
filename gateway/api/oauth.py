"""The token endpoint for programs: a form in, and errors out, as RFC 6749 has them, so that any OAuth client works with it."""

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from gateway.api.routing import Route
from gateway.context import Context
from gateway.http.errors import MalformedBody, UnsupportedMediaType
from gateway.http.request_body import content_type, read_all
from gateway.http.responses import Response, of_json
from services.common.kernel.errors import Invalid
from services.contracts.identity.programs import ProgramRefused, ScopeRefused

FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
INVALID_REQUEST, INVALID_CLIENT, INVALID_SCOPE = "invalid_request", "invalid_client", "invalid_scope"
UNSUPPORTED_GRANT = "unsupported_grant_type"
ERRORS = {400: (INVALID_REQUEST, INVALID_SCOPE, UNSUPPORTED_GRANT), 401: (INVALID_CLIENT,)}
CHALLENGE = 'Basic realm="college", charset="UTF-8"'
_LARGEST_FORM = 8_192
_MOST_FIELDS = 20
_NO_STORE = ("Cache-Control", "no-store")


class Refusal(Exception):
    """A refusal in the words of the RFC: the code, and in English what a developer is to change."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description

    def response(self) -> Response:
        """Gives the answer (section 5.2)."""
        told = {"error": self.error, "error_description": self.description}
        if self.error == INVALID_CLIENT:
            return of_json(told, 401, [_NO_STORE, ("WWW-Authenticate", CHALLENGE)])
        return of_json(told, 400, [_NO_STORE])


def token(context: Context, route: Route) -> Response:
    """Gives a program a token for its credentials. What the RFC has no word for, such as a part that is away, is a problem document."""
    try:
        reply = context.services.ask(route.contract, context.request, route.contract.check(_asked(context)))
    except Refusal as refusal:
        return refusal.response()
    except (Invalid, MalformedBody, UnsupportedMediaType):
        return Refusal(INVALID_REQUEST, f"Send one {FORM} form with grant_type={GRANT} and, if wanted, scope.").response()
    except ProgramRefused as error:
        return Refusal(INVALID_CLIENT, error.say("en")).response()
    except ScopeRefused as error:
        return Refusal(INVALID_SCOPE, error.say("en")).response()
    return of_json(route.contract.write_reply(reply, context.caller), 200, [_NO_STORE])


def _asked(context: Context) -> dict[str, Any]:
    """Reads the form: the credentials come in the Authorization header or in the form, never in both; what is not known is ignored."""
    form = _read(context)
    if "grant_type" not in form:
        raise Refusal(INVALID_REQUEST, "grant_type is missing.")
    if form["grant_type"] != GRANT:
        raise Refusal(UNSUPPORTED_GRANT, f"The only grant_type is {GRANT}.")
    asked: dict[str, Any] = {name: form[name] for name in ("client_id", "client_secret", "scope") if name in form}
    if authorization := context.request.header("Authorization"):
        client_id, client_secret = _basic(authorization)
        if "client_secret" in asked or asked.get("client_id", client_id) != client_id:
            raise Refusal(INVALID_REQUEST, "The credentials are given twice: send them in the header or in the form.")
        asked |= {"client_id": client_id, "client_secret": client_secret}
    if not (asked.get("client_id") and asked.get("client_secret")):
        raise Refusal(INVALID_CLIENT, "The credentials are missing: use HTTP Basic, or client_id and client_secret in the form.")
    return asked


def _read(context: Context) -> dict[str, str]:
    """Gives the form's fields; one without a value counts as left out. Raises MalformedBody, UnsupportedMediaType, Invalid, BodyTooLarge."""
    if content_type(context.request)[0] != FORM:
        raise UnsupportedMediaType(expected=FORM)
    body = read_all(context.request, _LARGEST_FORM, context.settings.slowest_json_s)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise MalformedBody() from error
    form = {name: value for name, value in pairs if value}
    if len({name for name, _ in pairs}) != len(pairs):
        raise MalformedBody()  # a parameter must not be given more than once (section 3.2)
    return form


def _basic(authorization: str) -> tuple[str, str]:
    """Gives the credentials of an Authorization header, each of which was encoded as in a form before (section 2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError("another scheme")
        client_id, colon, client_secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        if not colon:
            raise ValueError("no colon")
        return unquote_plus(client_id, errors="strict"), unquote_plus(client_secret, errors="strict")
    except (binascii.Error, ValueError) as error:
        raise Refusal(INVALID_CLIENT, "The Authorization header is not HTTP Basic with an identifier and a secret.") from error
