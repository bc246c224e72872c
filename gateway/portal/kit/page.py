"""Rendering: a template in the person's language, with the college's look and what every page has around it."""

import gzip
import secrets
from functools import partial
from io import BytesIO
from typing import Any

from markupsafe import Markup

from gateway.context import Context
from gateway.http import cookies
from gateway.http.addresses import at
from gateway.http.requests import Request
from gateway.http.responses import Headers, Response, of_bytes
from gateway.portal.kit import navigation
from gateway.portal.kit.assets import assets_of
from gateway.portal.kit.flash import take_flash
from gateway.portal.kit.templating import templates
from gateway.portal.kit.texts import unbroken
from gateway.settings import MEGABYTE
from services.common.kernel.errors import ServiceError

HTML = "text/html; charset=utf-8"
LANGUAGE = "language"
_WORTH_PACKING = 1400
_PASSING = frozenset({429, 500, 503})  # what may be over in a moment


def render(context: Context, template: str, status: int = 200, **values: Any) -> Response:
    """Makes a page of a template (`area/name.html`).

    With `form` (forms.py) the switch to the other language is a button of that form, so that what was typed stays; there is none where
    `other_address` is given as None.
    """
    language = context.language
    other = "en" if language == "fr" else "fr"
    assets = assets_of(context.college)
    around = {
        "language": language,
        "other": other,
        "other_address": _address(context.request, {LANGUAGE: other}),
        "here": _address(context.request, {}),
        "college": context.college,
        "profile": context.services.profile,
        "caller": context.caller,
        "may": partial(navigation.admits, context.caller),
        "person": cookies.person_of(context.settings, context.request),
        "acting_for": context.request.acting_for,
        "links": navigation.shown_to(context.caller, context.request.path),
        "wide": context.request.path.startswith(navigation.STAFF),
        "asset": assets.address,
        "session_left": _session_left(context),
        "session_idle": context.settings.session_idle_s,
        "largest_mb": context.settings.largest_upload // MEGABYTE,
        "flash": take_flash(context),
        "posted": context.request.method == "POST",  # then what the page shows as typed is nowhere else
        "form": None,
        "unread": None,
    }
    html = templates(language).get_template(template).render(around | values).encode()
    headers = [("Content-Language", language), ("Cache-Control", _cached(context.request))]
    return _packed(context.request, html, status, headers)


def error_page(context: Context, error: ServiceError, headers: Headers) -> Response:
    """Makes the page that says what went wrong and what to do (404, 403, 410, 422, 500, 503 …)."""
    language = context.language
    title, detail = unbroken(error.title.in_(language)), unbroken(error.say(language))
    response = render(
        context,
        "error.html",
        error.status,
        title=title,
        detail=detail,
        correlation_id=context.request.correlation_id,
        code=error.code,
        retry=error.status in _PASSING and context.request.method == "GET",
    )
    present = {name for name, _ in response.headers}
    response.headers += [header for header in headers if header[0] not in present]
    return response


def bare_error_page(request: Request, error: ServiceError, headers: Headers) -> Response:
    """Says what went wrong without a template: for when the page that says so could not be made either."""
    language = request.language
    title, detail = error.title.in_(language), error.say(language)
    html = Markup(
        '<!DOCTYPE html>\n<html lang="{0}">\n<head><meta charset="utf-8"><title>{1}</title></head>\n'
        "<body><main><h1>{1}</h1><p>{2}</p><p>{3}</p></main></body>\n</html>\n"
    ).format(language, unbroken(title), unbroken(detail), request.correlation_id)
    return of_bytes(html.encode(), HTML, error.status, headers)


def redirect(address: str, status: int = 303) -> Response:
    """Sends the browser on, to look at another page (303): what was posted is not posted again when that is loaded anew."""
    return Response(status, [], [("Location", address), ("Content-Length", "0"), ("Cache-Control", "no-store")])


def _address(request: Request, query: dict[str, str]) -> str:
    kept = {name: value for name, value in request.query.items() if name != LANGUAGE} | query
    return at(request.path, kept)


def _session_left(context: Context) -> float | None:
    # Nothing where a cookie that did not come along would have to tell.
    if not context.caller.signed_in:
        return None
    return context.settings.session_idle_s if context.request.renewed else cookies.idle_left(context.settings, context.request)


def _cached(request: Request) -> str:
    # What is one's own, a mailed link too, is not left behind in a browser that others use.
    own = request.caller.signed_in or request.method == "POST" or "token" in request.query
    return "no-store" if own else "private, no-cache"


def _packed(request: Request, html: bytes, status: int, headers: Headers) -> Response:
    headers = [*headers, ("Vary", "Accept-Encoding, Accept-Language, Cookie")]
    if len(html) < _WORTH_PACKING or "gzip" not in (request.header("Accept-Encoding") or ""):
        return of_bytes(html, HTML, status, headers)
    packed = BytesIO()
    # A name of random length: the size of an answer must not tell what a secret on the page has in common with what was asked.
    with gzip.GzipFile(secrets.token_hex(secrets.randbelow(32) + 1), "wb", 5, packed, mtime=0) as file:
        file.write(html)
    return of_bytes(packed.getvalue(), HTML, status, [*headers, ("Content-Encoding", "gzip")])
