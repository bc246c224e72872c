"""Who may go where: a page asks before it shows a link or a button, so that nobody is shown what is then refused."""

from dataclasses import replace
from functools import cache

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule

from gateway.portal.kit.portal_page import PortalPage
from services.common.kernel.caller import Caller


def admits(caller: Caller, address: str, method: str = "GET") -> bool:
    """Whether the page at an address of the portal takes this method from the caller, as far as their roles and pages say.

    That one may be asked for a proof first shuts nobody out.
    """
    try:
        page, _values = _pages().bind("").match(address.partition("?")[0], method)
    except (HTTPException, RequestRedirect):
        return False
    if not isinstance(page, PortalPage):
        return True
    if page.delegates and caller.delegate_id:
        return True
    return replace(page.access, fresh=False).admits(caller)


@cache
def _pages() -> Map:
    from gateway.portal.routes import PORTAL  # the table of all pages, which ask here

    return Map(
        [Rule(path, methods=[method], endpoint=getattr(page, "__self__", page)) for (method, path), page in PORTAL.items()],
        merge_slashes=False,
    )
