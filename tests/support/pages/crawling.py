"""Follows every link of the college's pages as one person: what they can reach answers, and is there for them.

Links are those of `a`, `link`, `img`, `script` and `iframe`, forms that ask (as they stand, and with each choice of each list), and the
anchors within pages. Forms that send are not sent: their address must take what is posted to it, from this person.
"""

import re
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urljoin, urlsplit

import requests
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gateway.api.routing import Route
from gateway.app import addresses
from gateway.http.cookies import name_of
from gateway.http.requests import LANGUAGE_COOKIE
from services.common.kernel.access import ANYONE, Access
from services.common.kernel.caller import Caller
from tests.support.addresses import own_address
from tests.support.waiting import PATIENCE_S

SIGN_IN = "/sign-in"
ASKED_AGAIN = (SIGN_IN, "/confirm")  # where one is sent who should be somebody else, or show who they are
# How far one looks. Addresses of one route are alike when the words in them are the same (a page of a form, an order, a state): they
# differ in a number, a name that was typed, or a mark of where a list goes on, and so many of them are opened. So many of one route are
# opened in all, which ends the combining of filters; of one for anyone fewer by those who are signed in, as nobody looks at all of these.
MOST_ALIKE, MOST_OF_A_ROUTE, MOST_OF_A_PUBLIC_ONE = 3, 15, 2
_WORD = re.compile(r"[a-z][a-z_]{0,30}")
_LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src"}
_WRITTEN = re.compile(r"https?://[^\s<>\"]+")


@dataclass
class GetForm:
    """A form that asks: what it sends as it stands, and what else could be chosen in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: list[tuple[str, str]] = field(default_factory=list)

    def asks(self) -> list[str]:
        """The addresses that it leads to: as it stands, and with each other choice."""
        ways = [self.fields, *(self.fields | {name: value} for name, value in self.choices)]
        return list(dict.fromkeys(f"{self.action}?{urlencode(way)}" for way in ways))


class Found(HTMLParser):
    """What is in a page: links, addresses that forms post to, names that anchors can lead to."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.other_language: set[str] = set()
        self.posts: list[str] = []
        self.names: set[str] = set()
        self._form: GetForm | None = None
        self._forms: list[GetForm] = []
        self._select = ""
        self.feed(html)
        self.links += [ask for form in self._forms for ask in form.asks()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        self.names |= {at[name] for name in ("id", "name") if name in at}
        if at.get(_LINKS.get(tag, "")):
            self.links.append(at[_LINKS[tag]])
            if tag == "a" and "hreflang" in at:
                self.other_language.add(at["href"])
        if tag == "form":
            self._begin(at)
        if "formaction" in at:
            self.posts.append(at["formaction"])
        if self._form is not None:
            self._read_input(tag, at)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _begin(self, at: dict[str, str]) -> None:
        if at.get("method", "get").lower() == "get":
            self._form = GetForm(at.get("action", ""))
            self._forms.append(self._form)
        else:
            self.posts.append(at.get("action", ""))

    def _read_input(self, tag: str, at: dict[str, str]) -> None:
        form = self._form
        if form is None:
            return
        if tag == "select":
            self._select = at.get("name", "")
        elif tag == "option" and self._select:
            if "selected" in at or self._select not in form.fields:
                form.fields[self._select] = at.get("value", "")
            form.choices.append((self._select, at.get("value", "")))
        elif tag == "input" and "name" in at:
            if at.get("type") in {"radio", "checkbox"}:
                form.choices.append((at["name"], at.get("value", "on")))
                if "checked" not in at:
                    return
            form.fields[at["name"]] = at.get("value", "")


class Visitor:
    """Somebody at a browser: `name` says who in what is reported, `caller` what the table of access knows of them."""

    def __init__(self, name: str, college_url: str, language: str = "en") -> None:
        self.name, self.url, self.language = name, college_url, language
        self.session = requests.Session()
        self.session.headers.update({"Accept-Language": language, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})
        own_address(self.session)
        self.caller = Caller()

    def sign_in(self, login: str, password: str) -> "Visitor":
        """Signs in as a browser does, with cookies."""
        answer = self.session.post(f"{self.url}/session", json={"login": login, "password": password}, timeout=PATIENCE_S)
        answer.raise_for_status()
        return self._known()

    def take_up(self, access_token: str, roles: Iterable[str]) -> "Visitor":
        """Goes on with a sign-in that was made elsewhere, in the roles that its token tells of."""
        self.session.cookies.set(name_of("college-access", self.url), access_token)
        return self._known(roles)

    def act(self, delegation_id: str, person: Caller, pages: Iterable[str]) -> "Visitor":
        """Begins to work for the one who let them in."""
        self.post(f"/security/delegates/{delegation_id}/act", {}).raise_for_status()
        self.caller = replace(person, delegate_id=self.caller.account_id, pages=frozenset(pages))
        return self

    def get(self, address: str) -> requests.Response:
        """Follows a link, and whatever it leads on to; the language that was chosen stays."""
        answer = self.session.get(address, timeout=PATIENCE_S)
        chosen = name_of(LANGUAGE_COOKIE, self.url)
        if self.session.cookies.get(chosen):
            self.session.cookies.set(chosen, None)
        return answer

    def post(self, path: str, form: dict[str, str]) -> requests.Response:
        """Sends a form of ours, and follows where that leads."""
        return self.session.post(self.url + path, data=form, timeout=PATIENCE_S)

    def _known(self, roles: Iterable[str] | None = None) -> "Visitor":
        me = self.session.get(f"{self.url}/api/v1/me", timeout=PATIENCE_S).json()
        self.caller = Caller(account_id=me["id"], roles=frozenset(roles or me["roles"]), proved_at=time.time())
        return self


class Crawl:
    """One person's way through all that they can reach from where they begin. `faults` are what a person would stumble over."""

    def __init__(self, visitor: Visitor, fine: Iterable[tuple[str, int]] = ()) -> None:
        self.visitor, self.faults = visitor, list[str]()
        self.pages: dict[str, Found | None] = {}
        self.outside: set[str] = set()
        self._fine = set(fine)
        self._alike: Counter[Any] = Counter()
        self._anchors: list[tuple[str, str, str]] = []
        self._waiting: deque[tuple[str, str, bool]] = deque()
        self._posts: set[str] = set()

    def follow(self, *links: str, where: str = "the start", whatever: bool = True) -> "Crawl":
        """Opens addresses, and from there every link until there is none that is new; without `whatever` only those that are new."""
        for link in links:
            self._take(urljoin(self.visitor.url + "/", link), where, first=whatever)
        while self._waiting:
            self._open(*self._waiting.popleft())
        for page, name, where_ in self._anchors:
            found = self.pages.get(page)
            if found is not None and name not in found.names:
                self._fault(where_, f"{page}#{name}", "nothing has this name")
        self._anchors.clear()
        return self

    def _fault(self, where: str, address: str, what: str) -> None:
        self.faults.append(f"{self.visitor.name}: {self._short(where)} → {self._short(address)}: {what}")

    def _short(self, address: str) -> str:
        return address.removeprefix(self.visitor.url)

    def _take(self, link: str, where: str, first: bool = False, leaf: bool = False) -> None:
        address, name = urldefrag(link)
        if not address.startswith(self.visitor.url + "/") and address != self.visitor.url:
            self.outside.add(link)
            return
        if name:
            self._anchors.append((address, unquote(name), where))
        if address in self.pages:
            return
        if not first and not self._is_new(address, leaf):
            return
        self.pages[address] = None
        self._waiting.append((address, where, leaf))

    def _is_new(self, address: str, leaf: bool) -> bool:
        parts = urlsplit(address)
        route, access = self._rule(parts.path, "GET")
        if leaf:  # the other language of a page: once for each route
            kinds: list[tuple[Any, int]] = [((route, leaf), 1)]
        else:
            query = parse_qsl(parts.query, keep_blank_values=True)
            words = [one for one in parts.path.split("/") if _WORD.fullmatch(one)]
            asked = tuple(sorted((name, value if _WORD.fullmatch(value) else "") for name, value in query))
            most = MOST_OF_A_PUBLIC_ONE if access.public and self.visitor.caller.signed_in else MOST_OF_A_ROUTE
            kinds = [(route or parts.path, most), ((route or parts.path, *words, asked), MOST_ALIKE)]
        if any(self._alike[kind] >= most for kind, most in kinds):
            return False
        self._alike.update(kind for kind, _ in kinds)
        return True

    @staticmethod
    def _rule(path: str, method: str) -> tuple[str, Access]:
        try:
            rule, _values = addresses().bind("college.test").match(path, method=method, return_rule=True)
        except (HTTPException, RequestRedirect):
            return "", ANYONE
        found = rule.endpoint.contract.access if isinstance(rule.endpoint, Route) else None
        page = getattr(rule.endpoint, "__self__", None)
        return rule.rule, found or getattr(page, "access", ANYONE)

    def _open(self, address: str, where: str, leaf: bool) -> None:
        answer = self.visitor.get(address)
        rule, _ = self._rule(urlsplit(address).path, "GET")
        if answer.status_code >= 400 and (rule, answer.status_code) not in self._fine:
            self._fault(where, address, str(answer.status_code))
            return
        went = urlsplit(answer.url).path
        if self.visitor.caller.signed_in and went in ASKED_AGAIN and urlsplit(address).path not in ASKED_AGAIN:
            self._fault(where, address, f"leads to {went}")
        if leaf or not answer.headers.get("Content-Type", "").startswith("text/html"):
            return
        self.pages[address] = self.pages[urldefrag(answer.url)[0]] = found = Found(answer.text)
        for link in found.links:
            if not link.startswith(("mailto:", "tel:", "data:")):
                self._take(urljoin(answer.url, link), address, leaf=link in found.other_language)
        for action in found.posts:
            self._check_post(urljoin(answer.url, action), address)

    def _check_post(self, address: str, where: str) -> None:
        path = urlsplit(address).path
        if path in self._posts or not address.startswith(self.visitor.url):
            return
        self._posts.add(path)
        rule, access = self._rule(path, "POST")
        if not rule:
            self._fault(where, address, "takes nothing that is posted")
        elif not access.admits(self.visitor.caller):
            self._fault(where, address, f"is for {access}")


def written_links(text: str) -> list[str]:
    """Gives the addresses that stand in a text."""
    return [link.rstrip(".,;:)>") for link in _WRITTEN.findall(text)]
