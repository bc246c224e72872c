"""A client of the college's HTTP API, as any program outside would write it."""

import os
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import pyotp
import requests

CODE_LASTS_S = 30
# How long anything is waited for that comes by itself: many times what it takes. PATIENCE=3 triples it, for a very slow machine.
PATIENCE_S = 60.0 * float(os.environ.get("PATIENCE", "1"))
Found = TypeVar("Found")


class Refused(Exception):
    """The college answered with a problem (RFC 9457)."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.retry_after = float(response.headers.get("Retry-After", 0) or 0)
        try:
            self.problem: dict[str, Any] = response.json()
        except ValueError:
            self.problem = {"detail": response.text[:300]}
        self.code = self.problem.get("code", "")
        super().__init__(f"{response.request.method} {response.request.path_url}: {self.status} {self.problem}")


class NeverHappened(AssertionError):
    """What was waited for did not come in time."""


class Api:
    """One person's or program's view of the college: base address, language and, once signed in, an access token."""

    def __init__(self, base_url: str, language: str = "en") -> None:
        self.base_url, self.language = base_url.rstrip("/"), language
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = language
        self.access_token = self.refresh_token = ""
        self._last: requests.Response | None = None

    @property
    def last(self) -> requests.Response:
        """The answer got last; raises LookupError before the first."""
        if self._last is None:
            raise LookupError("nothing was asked yet")
        return self._last

    def call(self, method: str, path: str, *, raises: bool = True, **kwargs: Any) -> Any:
        """Sends a request below /api/v1 and gives the JSON of the answer, or its bytes; raises Refused for a problem."""
        response = self.session.request(method, f"{self.base_url}/api/v1{path}", timeout=PATIENCE_S, **kwargs)
        self._last = response
        if raises and response.status_code >= 400:
            raise Refused(response)
        if "json" in response.headers.get("Content-Type", ""):
            return response.json()
        return response.content

    def get(self, path: str, **params: Any) -> Any:
        """Reads."""
        return self.call("GET", path, params=params or None)

    def post(self, path: str, body: Any = None, key: str | None = None, **kwargs: Any) -> Any:
        """Sends a command, with an idempotency key, so that it can be repeated when the answer is lost."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        if "files" not in kwargs:
            kwargs["json"] = body if body is not None else {}
        return self.call("POST", path, headers=headers, **kwargs)

    def sign_in(self, login: str, password: str, code: Callable[[int], str] | None = None) -> dict[str, Any]:
        """Signs in and keeps the tokens; gives the account. `code` gives the authenticator app's of now, or of so many codes later.

        A code works once: if somebody has just used this one, the next is shown, which the college takes already; and else waited for.
        """
        outcome = self.post("/sessions", {"login": login, "password": password})
        if needed := outcome["second_factor"]:
            if code is None:
                raise LookupError(f"{login} is asked for a second factor")
            outcome = self._complete(needed["challenge"], code)
        return self._keep(outcome)

    def enrol(self) -> str:
        """Adds an authenticator app to the account that is signed in, and gives its secret; roles that need one count from here on."""
        begun = self.post("/me/second-factors/totp")
        proof = {"challenge": begun["challenge"], "code": pyotp.TOTP(begun["secret"]).now()}
        self.call("PUT", "/me/second-factors/totp", json=proof)
        self.refresh()
        return begun["secret"]

    def _complete(self, challenge: str, code: Callable[[int], str]) -> dict[str, Any]:
        for later in (0, 1):
            try:
                return self.post("/sessions/second-factor", {"challenge": challenge, "code": code(later)})
            except Refused as refusal:
                if refusal.code != "proof_refused":
                    raise
        time.sleep(CODE_LASTS_S - time.time() % CODE_LASTS_S)
        return self.post("/sessions/second-factor", {"challenge": challenge, "code": code(1)})

    def refresh(self) -> dict[str, Any]:
        """Trades the refresh token for new tokens: roles granted meanwhile are in them."""
        return self._keep(self.post("/sessions/refresh", {"refresh_token": self.refresh_token}))

    def take_up(self, access_token: str, refresh_token: str) -> None:
        """Goes on in a session that was begun elsewhere."""
        self.session.headers["Authorization"] = f"Bearer {access_token}"
        self.access_token, self.refresh_token = access_token, refresh_token

    def _keep(self, tokens: dict[str, Any]) -> dict[str, Any]:
        self.take_up(tokens["access_token"], tokens["refresh_token"])
        return tokens["account"]


def wait_for(what: str, look: Callable[[], Found | None], within_s: float = PATIENCE_S, every_s: float = 0.02) -> Found:
    """Looks again and again until something is found; problems that say «not yet» (404, 503) count as not found. Raises NeverHappened."""
    until = time.monotonic() + within_s
    trouble: Exception | None = None
    while time.monotonic() < until:
        try:
            found = look()
            if found:
                return found
        except Refused as refusal:
            if refusal.status not in {404, 503}:
                raise
            trouble = refusal
        except requests.ConnectionError as error:
            trouble = error
        time.sleep(every_s)
    raise NeverHappened(f"{what} did not come within {within_s:g} s" + (f" (last: {trouble})" if trouble else ""))
