"""The language of pages: chosen with a link or a button on any page, kept in a cookie, else the account's or the browser's."""

from gateway.context import Context
from gateway.http import cookies
from gateway.http.requests import LANGUAGE_COOKIE

_YEAR_S = 31_536_000


def choose(context: Context, language: str) -> None:
    """Speaks `language` now and on the pages to come."""
    context.request.speak(language)
    cookies.put(context.settings, context.request.carried, LANGUAGE_COOKIE, language, "Lax", _YEAR_S)


def keep_chosen(context: Context) -> None:
    """Keeps the language that a link of the switch names (`?language=`)."""
    stated = context.request.query.get("language")
    if stated == context.language and stated != context.request.chosen_language:
        choose(context, stated)


def use_accounts(context: Context, language: str) -> None:
    """Speaks the account's language from its sign-in on, unless one was chosen in this browser (F2)."""
    if context.request.chosen_language is None:
        choose(context, language)
