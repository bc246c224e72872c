"""Who may go where, and the links at the top of every page: both as the pages themselves say (`PAGES` of each area)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Protocol

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule

from services.common.kernel.access import Access
from services.common.kernel.caller import Caller

STAFF = "/staff/"  # where the pages of staff begin: lists and files, laid out over a desk's whole screen


class Shown(Enum):
    """To whom a link is shown, of those who may see its page."""

    OWN = "who is signed in, or a delegate at work"
    DELEGATES = "a delegate at work"
    VISITORS = "who is not signed in"
    EVERYBODY = "visitors and who is signed in, but no delegate at work"


@dataclass(frozen=True)
class Menu:
    """The link to a page at the top of every page: for whom, and for fewer than may see the page where `access` says so.

    Links are in the order of the table of pages, those of a lower `rank` first. The first that is one's own is where signing in leads.
    """

    text: str
    shown: Shown = Shown.OWN
    access: Access | None = None
    rank: int = 0


class Page(Protocol):
    """A page, as far as who may go there and its link are concerned."""

    @property
    def path(self) -> str:
        """Its address, with places."""

    @property
    def methods(self) -> tuple[str, ...]:
        """What it takes."""

    @property
    def access(self) -> Access:
        """Who may see it."""

    @property
    def delegates(self) -> bool:
        """Whether any delegate at work may see it."""

    @property
    def menu(self) -> Menu | None:
        """Its link at the top of every page."""


@dataclass(frozen=True)
class Link:
    """A link to a part of the portal."""

    path: str
    text: str

    def leads_to(self, path: str) -> bool:
        """Whether `path` is in that part."""
        return path == self.path or path.startswith(f"{self.path}/")


def own_of(caller: Caller) -> list[Link]:
    """Gives the links to what is the caller's own; for a delegate at work, to what was opened to them."""
    return _links(caller, {Shown.OWN, Shown.DELEGATES} if caller.delegate_id else {Shown.OWN}) if caller.signed_in else []


def shown_to(caller: Caller, path: str) -> list[tuple[Link, bool]]:
    """Gives the links for the caller, and whether each leads to where they are."""
    if caller.delegate_id:
        links = own_of(caller)
    elif caller.signed_in:
        links = own_of(caller) + _links(caller, {Shown.EVERYBODY})
    else:
        links = _links(caller, {Shown.VISITORS, Shown.EVERYBODY})
    here = max((link for link in links if link.leads_to(path)), key=lambda link: len(link.path), default=None)
    return [(link, link is here) for link in links]


def admits(caller: Caller, address: str, method: str = "GET") -> bool:
    """Whether the page at an address of the portal takes this method from the caller, as far as their roles and pages say.

    A page asks before it shows a link or a button, so that nobody is shown what is then refused. That one may be asked for a proof
    first shuts nobody out.
    """
    try:
        page, _values = _addresses().bind("").match(address.partition("?")[0], method)
    except (HTTPException, RequestRedirect):
        return False
    return bool(page.delegates and caller.delegate_id) or bool(replace(page.access, fresh=False).admits(caller))


def _links(caller: Caller, shown: set[Shown]) -> list[Link]:
    return [
        Link(page.path, menu.text)
        for page, menu in _menu()
        if menu.shown in shown and (menu.access or page.access).admits(caller)
    ]


_pages: list[Page] = []


def know(pages: Iterable[Page]) -> None:
    """Takes the table of all pages: handed over by `routes.py`, as the pages themselves ask here and cannot be asked from here."""
    _pages[:] = pages
    _menu.cache_clear()
    _addresses.cache_clear()


@cache
def _menu() -> list[tuple[Page, Menu]]:
    return sorted(((page, page.menu) for page in _pages if page.menu), key=lambda found: found[1].rank)


@cache
def _addresses() -> Map:
    rules = [Rule(page.path, methods=[method], endpoint=page) for page in _pages for method in page.methods]
    return Map(rules, merge_slashes=False)
