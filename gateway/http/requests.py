"""One HTTP request as the gateway reads it: who asks, in which language, from where, under which correlation id."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from gateway.http.errors import MalformedHeader, TooManyValues
from gateway.http.responses import Response
from services.common.kernel.caller import Caller
from services.common.kernel.errors import ServiceError, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.kernel.text import LANGUAGES
from services.common.security.tokens import TokenVerifier

LANGUAGE_COOKIE = "college-language"  # the language that was chosen on a page
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{8,100}")
_LONGEST_DEVICE = 200
MOST_PARAMETERS = 60  # of a query
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class Request:
    """A request; reading it never raises, so that even a refusal knows its language and correlation id."""

    def __init__(self, environ: dict[str, Any], trust_forwarded: bool = False, language_cookie: str = LANGUAGE_COOKIE) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path = _path(environ["PATH_INFO"])
        self.query: Mapping[str, str] = {}
        self.refusal: ServiceError | None = None  # of a request that no address takes
        self._read_query()
        self.correlation_id = self._correlation_id()
        cookies = environ.get("HTTP_COOKIE")
        self.chosen_language = _stated(parse_cookie(cookies).get(language_cookie)) if cookies else None
        self.stated_language = (
            _stated(self.query.get("language")) or self.chosen_language or _preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        )
        self.address = self._address(trust_forwarded)
        self.device = _device(environ.get("HTTP_USER_AGENT", ""))
        self.caller = Caller(
            language=self.stated_language or "en", correlation_id=self.correlation_id, address=self.address, device=self.device
        )
        self.route = ""
        self.calls = self.rounds = 0  # calls to services, and how often it waited for some of them together
        self.renewed = False  # whether the session of the cookies began, or was kept up, with this request
        self.acting_for: str | None = None  # the address of the one for whom a delegate works in this browser
        self.posted: dict[str, list[str]] | None = None  # what a page's form holds, once it has been read
        self.carried = Response()  # its headers go with the answer, whatever that will be

    @property
    def language(self) -> str:
        """The language to answer in: the one asked for, else the person's own, else English."""
        return self.caller.language

    def header(self, name: str) -> str | None:
        """Gives a header's value, or nothing."""
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"))

    def speak(self, language: str) -> None:
        """Answers in another language from now on."""
        self.stated_language = language
        self.caller = replace(self.caller, language=language)

    @property
    def content_length(self) -> int | None:
        """How long the body says it is; nothing for a chunked one."""
        length = self.environ.get("CONTENT_LENGTH")
        if length:
            return int(length)
        return None if self.header("Transfer-Encoding") else 0

    def identify(self, verifier: TokenVerifier) -> Caller:
        """Learns who asks from the bearer token, if there is one; raises Unauthenticated for one that is not valid."""
        if authorization := self.header("Authorization"):
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise Unauthenticated()
            self.signed_in_by(verifier, token.strip())
        return self.caller

    def signed_in_by(self, verifier: TokenVerifier, token: str) -> Caller:
        """Takes the one whom the token speaks of as who asks; raises Unauthenticated for one that is not valid."""
        self.caller = verifier.caller(token, self.stated_language, self.correlation_id, self.address, self.device)
        return self.caller

    def idempotency_key(self) -> str | None:
        """Gives the key under which a repetition is recognised: 1 to 200 printable characters; raises MalformedHeader."""
        key = self.header("Idempotency-Key")
        if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
            raise MalformedHeader(header="Idempotency-Key")
        return key

    def _read_query(self) -> None:
        if text := self.environ.get("QUERY_STRING", ""):
            try:
                self.query = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS))
            except ValueError:
                self.refusal = TooManyValues()

    def _correlation_id(self) -> str:
        given = self.header("X-Correlation-Id") or ""
        return given if _CORRELATION_ID.fullmatch(given) else str(new_id())

    def _address(self, trust_forwarded: bool) -> str:
        # Only the last entry was written by the proxy that we trust; those before it can be anything.
        forwarded = self.header("X-Forwarded-For") if trust_forwarded else None
        return (forwarded or "").rpartition(",")[2].strip() or self.environ.get("REMOTE_ADDR", "")


def _path(path_info: str) -> str:
    return path_info.encode("latin-1").decode("utf-8", "replace")


def _device(user_agent: str) -> str | None:
    # Shown to its owner in the list of sessions, so nothing that could not be shown.
    printable = (character for character in user_agent[:_LONGEST_DEVICE] if character.isascii() and character.isprintable())
    return "".join(printable).strip() or None


def _stated(language: str | None) -> str | None:
    return language if language in LANGUAGES else None


@lru_cache(maxsize=512)
def _preferred(accept_language: str) -> str | None:
    if not accept_language or len(accept_language) > 500:
        return None
    # Not `best_match`: it prefers a plain `en` of any quality to `fr-CA`, which is French too.
    for tag, quality in parse_accept_header(accept_language, LanguageAccept):
        if quality and (language := tag.partition("-")[0].lower()) in LANGUAGES:
            return language
    return None
