"""Signing in with a password, and going on from there: to the second factor, or to where one wanted to go (F1-F5)."""

from contextlib import suppress

from gateway.api.cookie_sessions import end_session
from gateway.context import Context
from gateway.http import cookies
from gateway.http.responses import Response
from gateway.portal.kit import forms, kept_invitation, languages, proof_page, session_guard
from gateway.portal.kit.forms import Form
from gateway.portal.kit.page import redirect, render
from services.common.kernel.errors import ServiceError, Unauthenticated
from services.contracts.identity.errors import SignInRefused, TooManyTries
from services.contracts.identity.sessions import SignIn
from services.contracts.identity.shapes import SignInOutcome


def sign_in(context: Context) -> Response:
    """Asks for login and password; `next` is where to go on to, `kept` a form that a session's end interrupted."""

    def show(form: Form) -> Response:
        ended = bool(form.value("kept"))
        return render(context, "access/sign_in.html", form=form, ended=ended, action=session_guard.SIGN_IN)

    def send(form: Form) -> Response:
        login, password = form.value("login").strip(), form.value("password")
        outcome = context.ask(SignIn, login=login, password=password, kept_by_browser=True)
        if outcome.second_factor:
            return proof_page.begin(context, proof_page.SECOND_FACTOR, outcome.second_factor, form)
        return signed_in(context, outcome, form)

    given = {"next": [context.request.query.get("next", "")]}
    refusals = {SignInRefused: "password", TooManyTries: "password"}
    return forms.handle(context, session_guard.SIGN_IN_LABELS, show, send, given, refusals)


def signed_in(context: Context, outcome: SignInOutcome, form: Form) -> Response:
    """Begins the session and goes on; a form that was interrupted is shown to be sent again."""
    tokens = outcome.tokens
    if tokens is None:
        raise Unauthenticated()
    with suppress(ServiceError):  # the new session begins whether or not an old one could be ended
        end_session(context)
    cookies.clear_acting(context.settings, context.request.carried)
    cookies.set_session(context.settings, context.request.carried, tokens)
    cookies.set_person(context.settings, context.request.carried, tokens.account)
    context.request.renewed, context.request.acting_for = True, None
    context.request.signed_in_by(context.services.verifier, tokens.access_token)
    languages.use_accounts(context, tokens.account.language)
    if outcome.enrolment_needed:
        return session_guard.to_first_factor(context)
    return go_on(context, form)


def go_on(context: Context, form: Form) -> Response:
    """Goes on to `next`, or shows the form that was interrupted there, to be sent again."""
    interrupted = session_guard.kept_form(context.services, form.value("kept"))
    if interrupted is None:
        next_page = session_guard.safe_next(form.value("next"))
        # Whoever opened an account, or signed in, for an invitation meant to go there.
        invited = next_page == session_guard.START and kept_invitation.kept(context)
        return redirect(kept_invitation.PAGE if invited else next_page)
    address, pairs = interrupted
    return render(context, "access/kept.html", address=address, pairs=pairs)
