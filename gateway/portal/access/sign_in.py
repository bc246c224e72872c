"""Signing in with a password, and going on from there: to the second factor, or to where one wanted to go (F1-F5)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from gateway.api.cookie_sessions import end_session
from gateway.http import cookies
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import forms, kept_invitation, languages, proof_page, session_guard
from gateway.portal.kit.forms import Form
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.common.kernel.errors import ServiceError
from services.contracts.identity import SignIn, SignInRefused, TooManyTries


def sign_in(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Asks for login and password; `next` is where to go on to, `kept` a form that a session's end interrupted."""

    def show(form: Form) -> Response:
        ended = bool(form.value("kept"))
        return render(edge, request, "access/sign_in.html", form=form, ended=ended, action=session_guard.SIGN_IN)

    def send(form: Form) -> Response:
        login, password = form.value("login").strip(), form.value("password")
        outcome = ask(edge, request, SignIn, login=login, password=password, kept_by_browser=True)
        if outcome["second_factor"]:
            return proof_page.begin(edge, request, proof_page.SECOND_FACTOR, outcome["second_factor"], form)
        return signed_in(edge, request, outcome, form)

    given = {"next": [request.query.get("next", "")]}
    refusals = {SignInRefused: "password", TooManyTries: "password"}
    return forms.handle(edge, request, session_guard.SIGN_IN_LABELS, show, send, given, refusals)


def signed_in(edge: Edge, request: Request, outcome: dict[str, Any], form: Form) -> Response:
    """Begins the session and goes on; a form that was interrupted is shown to be sent again."""
    with suppress(ServiceError):  # the new session begins whether or not an old one could be ended
        end_session(edge, request)
    cookies.clear_acting(edge.settings, request.carried)
    cookies.set_session(edge.settings, request.carried, outcome)
    cookies.set_person(edge.settings, request.carried, outcome["account"])
    request.renewed, request.acting_for = True, None
    request.signed_in_by(edge.verifier, outcome["access_token"])
    languages.use_accounts(edge, request, outcome["account"]["language"])
    if outcome["enrolment_needed"]:
        return session_guard.to_first_factor(edge, request)
    return go_on(edge, request, form)


def go_on(edge: Edge, request: Request, form: Form) -> Response:
    """Goes on to `next`, or shows the form that was interrupted there, to be sent again."""
    interrupted = session_guard.was_kept(edge, form.value("kept"))
    if interrupted is None:
        next_page = session_guard.safe_next(form.value("next"))
        # Whoever opened an account, or signed in, for an invitation meant to go there.
        invited = next_page == session_guard.START and kept_invitation.kept(edge, request)
        return redirect(kept_invitation.PAGE if invited else next_page)
    address, pairs = interrupted
    return render(edge, request, "access/kept.html", address=address, pairs=pairs)
