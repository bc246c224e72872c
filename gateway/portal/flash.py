"""What is said once on the next page, after something was done: a text and its values, in a cookie that ends with being read."""

import base64
import binascii

import orjson

from gateway import cookies
from gateway.edge import Edge
from gateway.portal.texts import say
from gateway.requests import Request

FLASH = "college-flash"
_LONGEST = 2_000


def flash(edge: Edge, request: Request, message: str, /, **values: str) -> None:
    """Says a marked text (`_("…")`) on the page that is shown next, in whichever language that is."""
    content = base64.urlsafe_b64encode(orjson.dumps([message, values])).decode()
    cookies.put(edge.settings, request.carried, FLASH, content[:_LONGEST], "Lax")


def take_flash(edge: Edge, request: Request) -> str | None:
    """Gives what was to be said, once; nothing for what cannot be read."""
    content = cookies.value_of(edge.settings, request, FLASH)
    if content is None:
        return None
    cookies.put(edge.settings, request.carried, FLASH, "", "Lax", 0)
    try:
        message, values = orjson.loads(base64.urlsafe_b64decode(content))
        return say(request.language, message, **values)
    except (binascii.Error, ValueError, TypeError, KeyError):
        return None
