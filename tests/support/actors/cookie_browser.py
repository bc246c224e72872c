"""A browser for tests of pages: it keeps cookies and tells where a request comes from, and that is all."""

from http.cookies import SimpleCookie
from typing import Any

import requests

from tests.support.waiting import PATIENCE_S

ACCESS, REFRESH, LANGUAGE = "__Host-college-access", "__Host-college-refresh", "__Host-college-language"
ACTING, INVITATION = "__Host-college-acting", "__Host-college-invitation"
PERSON = "__Host-college-person"


class Browser:
    """Keeps cookies as a browser does, over a line that it takes for https, and posts from our own pages."""

    def __init__(self, base: str) -> None:
        self.base, self.cookies = base, {}

    def ask(self, method: str, path: str, site: str = "same-origin", mode: str = "navigate", **kwargs: Any) -> requests.Response:
        """Asks as a page of `site` would, by a click (`navigate`) or a script (`cors`)."""
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = requests.request(method, self.base + path, headers=headers, timeout=PATIENCE_S, allow_redirects=False, **kwargs)
        for line in answer.raw.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                assert morsel["httponly"] and morsel["secure"] and morsel["path"] == "/"
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def get(self, path: str) -> requests.Response:
        """Follows a link."""
        return self.ask("GET", path)

    def post(self, path: str, **form: str) -> requests.Response:
        """Presses a form's button."""
        return self.ask("POST", path, data=form)
