"""Signing in with a browser: the tokens go into cookies and never into a body that a script could read."""

from contextlib import suppress
from typing import Any

from gateway.context import Context
from gateway.http import cookies, problems
from gateway.http.body_bounds import Bounds, bounds_of
from gateway.http.request_body import content_type, parse_form, read_all, read_json
from gateway.http.request_parsing import sound
from gateway.http.responses import Response, no_content, of_json
from gateway.services import Services
from services.common.kernel.errors import Invalid, ServiceError, Unauthenticated
from services.contracts.identity.errors import SessionEnded
from services.contracts.identity.sessions import CompleteSignIn, RefreshSession, SignIn, SignOut
from services.contracts.identity.shapes import Tokens

SESSION_PREFIX = "/session"
_FORM = "application/x-www-form-urlencoded"
_NO_STORE = [("Cache-Control", "no-store")]
_OURS_ALONE = ("access_token", "refresh_token", "token_type")


def sign_in(context: Context) -> Response:
    """Signs in by login and password, or says which second factor is needed first; takes a form or JSON. Raises as SignIn does."""
    return _by(SignIn, context)


def second_factor(context: Context) -> Response:
    """Signs in with the second factor that was asked for, or with a passkey alone. Raises as CompleteSignIn does."""
    return _by(CompleteSignIn, context)


def refresh(context: Context) -> Response:
    """Trades the refresh token of the cookie for new tokens; where the session is over, the cookies go too (401)."""
    cookies.must_be_ours(context.settings, context.request)
    if cookies.idle_left(context.settings, context.request) is None:
        raise Unauthenticated()
    try:
        if left_alone(context):
            raise SessionEnded()
        token = cookies.refresh_token_of(context.settings, context.request)
        tokens = context.services.ask(RefreshSession, context.request, {"refresh_token": token})
    except SessionEnded as error:
        refused = problems.problem(error, context.request)
        cookies.clear_session(context.settings, refused)
        return refused
    return _shown(context.services, RefreshSession.write_reply(tokens), tokens, 200)


def end(context: Context) -> Response:
    """Ends the session and takes the cookies away; there may be none any more."""
    cookies.must_be_ours(context.settings, context.request)
    end_session(context)
    response = no_content(_NO_STORE)
    cookies.clear_session(context.settings, response)
    return response


def _by(contract: type[SignIn | CompleteSignIn], context: Context) -> Response:
    cookies.must_be_ours(context.settings, context.request)  # or another site could sign a person in as somebody else
    context.services.limits.take("sign-in", context.request.address)
    fields = {**_fields(context, bounds_of(contract)), "kept_by_browser": True}
    outcome = context.services.ask(contract, context.request, contract.check(fields))
    if outcome.tokens:
        with suppress(ServiceError):  # the new session begins whether or not the old one could be ended
            end_session(context)
    return _shown(context.services, contract.write_reply(outcome), outcome.tokens, 201)


def _fields(context: Context, bounds: Bounds) -> dict[str, Any]:
    within_s = context.settings.slowest_json_s
    if content_type(context.request)[0] == _FORM:
        text = read_all(context.request, bounds.bytes, within_s).decode("utf-8", "replace")
        found: dict[str, Any] = dict(parse_form(text, bounds.values))
    else:
        found = read_json(context.request, bounds, within_s)
    if not sound(found):
        raise Invalid(errors=[{"field": "", "code": "invalid"}])
    return found


def _shown(services: Services, reply: dict[str, Any], tokens: Tokens | None, status: int) -> Response:
    response = of_json({name: value for name, value in reply.items() if name not in _OURS_ALONE}, status, _NO_STORE)
    if tokens:
        cookies.set_session(services.settings, response, tokens)
    return response


def left_alone(context: Context) -> bool:
    """Ends the session of the cookies if it was left alone for too long, and tells whether it was."""
    left = cookies.idle_left(context.settings, context.request)
    if left is None or left >= 0:
        return False
    asker = context.caller
    with suppress(ServiceError):  # its cookies go in any case
        end_session(context)
    context.request.caller = asker
    return True


def end_session(context: Context) -> None:
    """Ends the session that the cookies belong to; one that is over already stays so."""
    if token := cookies.token_of(context.settings, context.request):
        try:
            context.request.signed_in_by(context.services.verifier, token)
            context.services.ask(SignOut, context.request, {})
        except ServiceError as error:
            if error.status >= 500:
                raise
        else:
            return
    # The access token has run out, or is for acting in somebody else's account: the session itself is behind the refresh token.
    if refresh_token := cookies.refresh_token_of(context.settings, context.request):
        with suppress(SessionEnded, Unauthenticated):
            tokens = context.services.ask(RefreshSession, context.request, {"refresh_token": refresh_token})
            context.request.signed_in_by(context.services.verifier, tokens.access_token)
            context.services.ask(SignOut, context.request, {})


COOKIE_ROUTES = {
    ("POST", SESSION_PREFIX): sign_in,
    ("POST", f"{SESSION_PREFIX}/second-factor"): second_factor,
    ("POST", f"{SESSION_PREFIX}/refresh"): refresh,
    ("POST", f"{SESSION_PREFIX}/end"): end,
}
