"""Signing in with a browser: the tokens go into cookies and never into a body that a script could read."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from gateway.http import cookies, problems
from gateway.http.body_bounds import Bounds, bounds_of
from gateway.http.request_body import content_type, parse_form, read_all, read_json
from gateway.http.request_parsing import sound
from gateway.http.requests import Request
from gateway.http.responses import Response, no_content, of_json
from gateway.services import Edge
from services.common.kernel.contract import Call
from services.common.kernel.errors import Invalid, ServiceError, Unauthenticated
from services.contracts.identity import CompleteSignIn, RefreshSession, SessionEnded, SignIn, SignOut

SESSION_PREFIX = "/session"
_FORM = "application/x-www-form-urlencoded"
_NO_STORE = [("Cache-Control", "no-store")]
_OURS_ALONE = ("access_token", "refresh_token", "token_type")


def sign_in(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Signs in by login and password, or says which second factor is needed first; takes a form or JSON. Raises as SignIn does."""
    return _by(SignIn, edge, request)


def second_factor(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Signs in with the second factor that was asked for, or with a passkey alone. Raises as CompleteSignIn does."""
    return _by(CompleteSignIn, edge, request)


def refresh(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Trades the refresh token of the cookie for new tokens; where the session is over, the cookies go too (401)."""
    cookies.must_be_ours(edge.settings, request)
    if cookies.idle_left(edge.settings, request) is None:
        raise Unauthenticated()
    try:
        if left_alone(edge, request):
            raise SessionEnded()
        token = cookies.refresh_token_of(edge.settings, request)
        tokens = edge.ask(RefreshSession, request, {"refresh_token": token})
    except SessionEnded as error:
        refused = problems.problem(error, request)
        cookies.clear_session(edge.settings, refused)
        return refused
    return _shown(edge, RefreshSession, tokens, 200)


def end(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Ends the session and takes the cookies away; there may be none any more."""
    cookies.must_be_ours(edge.settings, request)
    end_session(edge, request)
    response = no_content(_NO_STORE)
    cookies.clear_session(edge.settings, response)
    return response


def _by(contract: type[Call], edge: Edge, request: Request) -> Response:
    cookies.must_be_ours(edge.settings, request)  # or another site could sign a person in as somebody else
    edge.limits.take("sign-in", request.address)
    fields = {**_fields(edge, request, bounds_of(contract)), "kept_by_browser": True}
    outcome = edge.ask(contract, request, contract.check(fields))
    if outcome["access_token"]:
        with suppress(ServiceError):  # the new session begins whether or not the old one could be ended
            end_session(edge, request)
    return _shown(edge, contract, outcome, 201)


def _fields(edge: Edge, request: Request, bounds: Bounds) -> dict[str, Any]:
    within_s = edge.settings.slowest_json_s
    if content_type(request)[0] == _FORM:
        text = read_all(request, bounds.bytes, within_s).decode("utf-8", "replace")
        found: dict[str, Any] = dict(parse_form(text, bounds.values))
    else:
        found = read_json(request, bounds, within_s)
    if not sound(found):
        raise Invalid(errors=[{"field": "", "code": "invalid"}])
    return found


def _shown(edge: Edge, contract: type[Call], outcome: dict[str, Any], status: int) -> Response:
    reply = contract.write_reply(outcome)
    response = of_json({name: value for name, value in reply.items() if name not in _OURS_ALONE}, status, _NO_STORE)
    if outcome["access_token"]:
        cookies.set_session(edge.settings, response, outcome)
    return response


def left_alone(edge: Edge, request: Request) -> bool:
    """Ends the session of the cookies if it was left alone for too long, and tells whether it was."""
    left = cookies.idle_left(edge.settings, request)
    if left is None or left >= 0:
        return False
    asker = request.caller
    with suppress(ServiceError):  # its cookies go in any case
        end_session(edge, request)
    request.caller = asker
    return True


def end_session(edge: Edge, request: Request) -> None:
    """Ends the session that the cookies belong to; one that is over already stays so."""
    if token := cookies.token_of(edge.settings, request):
        try:
            request.signed_in_by(edge.verifier, token)
            edge.ask(SignOut, request, {})
        except ServiceError as error:
            if error.status >= 500:
                raise
        else:
            return
    # The access token has run out, or is for acting in somebody else's account: the session itself is behind the refresh token.
    if refresh_token := cookies.refresh_token_of(edge.settings, request):
        with suppress(SessionEnded, Unauthenticated):
            tokens = edge.ask(RefreshSession, request, {"refresh_token": refresh_token})
            request.signed_in_by(edge.verifier, tokens["access_token"])
            edge.ask(SignOut, request, {})


COOKIE_ROUTES = {
    ("POST", SESSION_PREFIX): sign_in,
    ("POST", f"{SESSION_PREFIX}/second-factor"): second_factor,
    ("POST", f"{SESSION_PREFIX}/refresh"): refresh,
    ("POST", f"{SESSION_PREFIX}/end"): end,
}
