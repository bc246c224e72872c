"""Who asks for a page: known from the session's cookies, kept up without being noticed, and sent to sign in where it is over."""

import re
from contextlib import suppress

from gateway.api.cookie_sessions import left_alone
from gateway.context import Context
from gateway.http import cookies
from gateway.http.addresses import at
from gateway.http.request_body import content_type
from gateway.http.responses import Response
from gateway.http.signed_values import Purpose
from gateway.portal.kit import forms, proof_page
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.services import Services
from services.common.kernel.errors import ServiceError, Unauthenticated
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.errors import SessionEnded
from services.contracts.identity.sessions import RefreshSession
from services.contracts.roles import STAFF_ROLES

SIGN_IN = "/sign-in"
START = "/portal"
FIRST_FACTOR = "/security/authenticator"
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
# Where a link was that a browser follows without the strict cookie: in a mail, say. It comes along when our own page asks once more.
ELSEWHERE = frozenset({"cross-site", "same-site"})
_LONGEST_NEXT = 2_000
KEPT = Purpose("kept", longest=300_000, good_for_s=7 * 86_400)
SIGN_IN_LABELS = {"login": _("Application ID or email"), "password": _("Password")}


def identify(context: Context, optional: bool) -> bool:
    """Learns who asks; trades the refresh token when the access token has run out. Gives whether a session was found to be over.

    With `optional` (a page for anyone), a session that cannot be kept up now is left alone. Raises CrossSiteRequest, Unavailable.
    """
    if context.request.method not in cookies.SAFE:
        cookies.must_be_ours(context.settings, context.request)
    if left_alone(context):
        cookies.clear_session(context.settings, context.request.carried)
        return True
    if token := cookies.token_of(context.settings, context.request):
        try:
            context.request.signed_in_by(context.services.verifier, token)
            return False
        except Unauthenticated:
            pass  # it has run out, most likely
    if refresh_token := cookies.refresh_token_of(context.settings, context.request):
        try:
            _renew(context, refresh_token)
        except SessionEnded:
            cookies.clear_session(context.settings, context.request.carried)
            return True
        except ServiceError:
            if not optional:
                raise
    return False


def renew(context: Context) -> None:
    """Trades the refresh token where what the session may do has just changed, such as with a first second factor.

    What a delegate may do does not change so, and they stay the delegate.
    """
    if context.caller.delegate_id:
        return
    if refresh_token := cookies.refresh_token_of(context.settings, context.request):
        with suppress(ServiceError):  # the new roles come with the next token, ten minutes later at most
            _renew(context, refresh_token)


def _renew(context: Context, refresh_token: str) -> None:
    tokens = context.ask(RefreshSession, refresh_token=refresh_token)
    # Whatever becomes of the page: the old ones no longer work.
    cookies.set_session(context.settings, context.request.carried, tokens)
    cookies.set_person(context.settings, context.request.carried, tokens.account)
    context.request.renewed = True
    context.request.signed_in_by(context.services.verifier, tokens.access_token)


def to_sign_in(context: Context, over: bool) -> Response:
    """Sends a person to sign in and then back here; a form that was posted meanwhile is kept on the page and can be sent again."""
    if context.request.method in cookies.SAFE:
        if not over and context.request.header("Sec-Fetch-Site") in ELSEWHERE:
            return render(context, "access/once_more.html")
        if over:
            flash(context, Said.SESSION_ENDED)
        stated = {"language": context.request.query["language"]} if "language" in context.request.query else {}
        return redirect(at(SIGN_IN, {"next": at(context.request.path, context.request.query), **stated}))
    if content_type(context.request)[0] != forms.URLENCODED:
        flash(context, Said.SESSION_ENDED_WITH_FILE)
        return redirect(SIGN_IN)
    posted, here = forms.read(context), at(context.request.path, context.request.query)
    form = forms.Form(SIGN_IN_LABELS, {"kept": [keep_form(context.services, here, posted)], "next": [here]})
    return render(context, "access/sign_in.html", 401, form=form, ended=True, action=SIGN_IN)


def to_first_factor(context: Context) -> Response:
    """Sends a member of staff who has no second factor to add one, and says why (B10)."""
    flash(context, Said.FACTOR_NEEDED)
    return redirect(FIRST_FACTOR)


def lacks_second_factor(context: Context) -> bool:
    """Whether the caller is a member of staff who may not act as one yet, for want of a second factor."""
    if not context.caller.signed_in or context.caller.has(*STAFF_ROLES):
        return False
    with suppress(ServiceError):
        return not set(STAFF_ROLES).isdisjoint(context.ask(GetMe).roles)
    return False


def to_step_up(context: Context) -> Response:
    """Sends a person to confirm who they are, and then back; what was posted meanwhile is kept on the page and can be sent again."""
    here = at(context.request.path, context.request.query)
    if context.request.method in cookies.SAFE or content_type(context.request)[0] != forms.URLENCODED:
        return redirect(at(proof_page.STEP_UP.action, {"next": here}))
    form = forms.Form({}, {"kept": [keep_form(context.services, here, forms.read(context))], "next": [here]})
    return proof_page.begin_step_up(context, form)


def keep_form(services: Services, address: str, form: forms.Form) -> str:
    """Gives what was posted to an address as one signed text for a hidden field; passwords and codes are left out."""
    pairs = [(name, text) for name, texts in form.given.items() if not _secret(name) for text in texts]
    return services.settings.signed.write(KEPT, [address, pairs])


def kept_form(services: Services, text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Gives what `keep_form` wrote: the address, and names with texts; nothing for what we did not write."""
    found = services.settings.signed.read(KEPT, text)
    return found and (found[0], [(name, value) for name, value in found[1]])


def safe_next(address: str) -> str:
    """Gives an address of ours to go on to; for any other, the start."""
    return address if len(address) <= _LONGEST_NEXT and _OURS.fullmatch(address) else START


def _secret(name: str) -> bool:
    return "password" in name or name in {"code", "recovery_code", "challenge"}
