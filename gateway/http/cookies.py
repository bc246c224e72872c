"""Sessions of browsers: the tokens in cookies that no script reads, and the check that a request comes from our own pages."""

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from werkzeug.http import dump_cookie, parse_cookie

from gateway.http.errors import CrossSiteRequest
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.http.signed_values import Purpose
from gateway.settings import GatewaySettings
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Unauthenticated
from services.common.security.tokens import TokenVerifier
from services.contracts.identity.shapes import AccessToken, Account, Tokens

ACCESS, REFRESH, ACTING, PERSON = "college-access", "college-refresh", "college-acting", "college-person"
SESSION = Purpose("session", longest=500)
WORK = Purpose("acting", longest=3_500, good_for_s=86_400)  # written anew every ten minutes while it is used
NAME = Purpose("person", longest=800, good_for_s=86_400)  # written anew with every access token
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def set_session(settings: GatewaySettings, response: Response, tokens: Tokens) -> None:
    """Puts a sign-in's tokens into cookies. The access token's ends with it; the other one's with the browser, or when it is cleared.

    The other one says, signed, since when it is there: one that was left alone for too long is given to nobody (`idle_left`).
    """
    set_access(settings, response, tokens)
    put(settings, response, REFRESH, settings.signed.stamp(SESSION, tokens.refresh_token), "Strict")


def set_access(settings: GatewaySettings, response: Response, token: AccessToken) -> None:
    """Puts another access token into its cookie, such as one that counts as fresh; the session stays the same."""
    put(settings, response, ACCESS, token.access_token, "Lax", token.expires_in)


def clear_session(settings: GatewaySettings, response: Response) -> None:
    """Takes its cookies away, with what was done in it for somebody else."""
    clear_acting(settings, response)
    put(settings, response, PERSON, "", "Lax", 0)
    put(settings, response, ACCESS, "", "Lax", 0)
    put(settings, response, REFRESH, "", "Strict", 0)


def set_person(settings: GatewaySettings, response: Response, account: Account) -> None:
    """Keeps the address of an account whose tokens have just come, so that pages say who is signed in without asking."""
    put(settings, response, PERSON, settings.signed.write(NAME, [str(account.id), account.email]), "Lax")


def person_of(settings: GatewaySettings, request: Request) -> str | None:
    """Gives the address of who is signed in, a delegate's own one; nothing where it is not known."""
    own = request.caller.delegate_id or request.caller.account_id
    if own is None:
        return None
    match settings.signed.read(NAME, value_of(settings, request, PERSON) or ""):
        case [str(account_id), str(email)] if account_id == str(own):
            return email
    return None


@dataclass(frozen=True)
class Acting:
    """For whom a delegate works in this browser: by which delegation, the address of the other, and the token for the opened pages."""

    delegation_id: str
    person: str
    token: str = field(repr=False)


def set_acting(settings: GatewaySettings, response: Response, own: Caller, acting: Acting) -> None:
    """Has the delegate `own` work for somebody from here on: bound to this session of theirs, and of use in no other."""
    content = [str(own.session_id), acting.delegation_id, acting.person, acting.token]
    put(settings, response, ACTING, settings.signed.write(WORK, content), "Lax")


def clear_acting(settings: GatewaySettings, response: Response) -> None:
    """Has nobody work for somebody else any more."""
    put(settings, response, ACTING, "", "Lax", 0)


def acting_of(settings: GatewaySettings, request: Request, own: Caller) -> Acting | None:
    """Gives for whom the session's owner works, or nothing: also for what was begun in another session, or not written by us."""
    match settings.signed.read(WORK, value_of(settings, request, ACTING) or ""):
        case [str(session_id), str(delegation_id), str(person), str(token)] if own.signed_in and session_id == str(
            own.session_id
        ):
            return Acting(delegation_id, person, token)
    return None


def act(verifier: TokenVerifier, request: Request, acting: Acting) -> Caller:
    """Takes the delegate, at work for somebody, as who asks. Raises Unauthenticated where the token, or the delegation, is over."""
    own = request.caller
    caller = request.signed_in_by(verifier, acting.token)
    if caller.delegate_id != own.account_id or caller.session_id != own.session_id:
        request.caller = own
        raise Unauthenticated()
    request.acting_for = acting.person
    return caller


def token_of(settings: GatewaySettings, request: Request) -> str | None:
    """Gives the access token that came in a cookie, or nothing."""
    return value_of(settings, request, ACCESS)


def refresh_token_of(settings: GatewaySettings, request: Request) -> str | None:
    """Gives the refresh token that came in a cookie of ours, or nothing."""
    stamped = settings.signed.age(SESSION, value_of(settings, request, REFRESH) or "")
    return stamped[0] if stamped else None


def idle_left(settings: GatewaySettings, request: Request) -> float | None:
    """Gives for how many seconds more the session may be left alone, less than none if it is over; nothing where there is no session.

    A cookie that we did not write, or that was changed, is of a session that is over.
    """
    cookie = value_of(settings, request, REFRESH)
    if cookie is None:
        return None
    stamped = settings.signed.age(SESSION, cookie)
    return settings.session_idle_s - stamped[1] if stamped else -1.0


def identify(settings: GatewaySettings, verifier: TokenVerifier, request: Request, optional: bool = False) -> Caller:
    """Learns who asks: from the bearer token, else from the cookie. Raises Unauthenticated, CrossSiteRequest.

    A browser sends cookies by itself, wherever the request was made: so one that changes something must come from our own pages.
    With `optional`, who has an old cookie is nobody, as a browser cannot help sending it. Who works for somebody in this browser asks
    as their delegate, and never as themselves once that is over.
    """
    token = token_of(settings, request)
    if token is None or request.header("Authorization"):
        return request.identify(verifier)
    if request.method not in SAFE:
        must_be_ours(settings, request)
    nobody = request.caller
    try:
        own = request.signed_in_by(verifier, token)
        acting = acting_of(settings, request, own)
        return act(verifier, request, acting) if acting else own
    except Unauthenticated:
        request.caller = nobody
        if optional:
            return nobody
        raise


def must_be_ours(settings: GatewaySettings, request: Request) -> None:
    """Raises CrossSiteRequest unless the browser says that our own pages, or the person at its address bar, made the request."""
    site = request.header("Sec-Fetch-Site")
    if site not in {"same-origin", "none"} if site else request.header("Origin") != _origin(settings.public_url):
        raise CrossSiteRequest()


def name_of(cookie: str, public_url: str) -> str:
    """Names a cookie; the prefix, where there is https, binds it to this very host."""
    return cookie if _in_clear(public_url) else f"__Host-{cookie}"


def put(
    settings: GatewaySettings,
    response: Response,
    name: str,
    value: str,
    same_site: str,
    max_age: int | None = None,
) -> None:
    """Puts a cookie that no script reads; without `max_age` (seconds) it ends with the browser, with 0 it is taken away."""
    in_clear = _in_clear(settings.public_url)
    written = dump_cookie(
        name_of(name, settings.public_url),
        value,
        max_age=max_age,
        path="/",
        secure=not in_clear,
        httponly=True,
        samesite=same_site,
    )
    response.headers.append(("Set-Cookie", written))


def value_of(settings: GatewaySettings, request: Request, name: str) -> str | None:
    """Gives what is in a cookie, or nothing."""
    return parse_cookie(request.header("Cookie") or "").get(name_of(name, settings.public_url)) or None


@lru_cache(maxsize=4)
def _in_clear(public_url: str) -> bool:
    # On one's own machine only: elsewhere a browser would not keep our cookies rather than send them in clear.
    url = urlsplit(public_url)
    return url.scheme == "http" and url.hostname in _LOOPBACK


@lru_cache(maxsize=4)
def _origin(public_url: str) -> str:
    url = urlsplit(public_url)
    return f"{url.scheme}://{url.netloc}".lower()
