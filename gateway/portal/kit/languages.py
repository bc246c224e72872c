"""The language of pages: chosen with a link or a button on any page, kept in a cookie, else the account's or the browser's."""

from gateway.http import cookies
from gateway.http.requests import LANGUAGE_COOKIE, Request
from gateway.services import Edge

_YEAR_S = 31_536_000


def choose(edge: Edge, request: Request, language: str) -> None:
    """Speaks `language` now and on the pages to come."""
    request.speak(language)
    cookies.put(edge.settings, request.carried, LANGUAGE_COOKIE, language, "Lax", _YEAR_S)


def keep_chosen(edge: Edge, request: Request) -> None:
    """Keeps the language that a link of the switch names (`?language=`)."""
    stated = request.query.get("language")
    if stated == request.language and stated != request.chosen_language:
        choose(edge, request, stated)


def use_accounts(edge: Edge, request: Request, language: str) -> None:
    """Speaks the account's language from its sign-in on, unless one was chosen in this browser (F2)."""
    if request.chosen_language is None:
        choose(edge, request, language)
