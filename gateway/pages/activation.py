"""Activation: opening the mailed link shows a button, and only pressing it uses up the link, so that no mail scanner does."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from gateway.bodies import content_type, read_all
from gateway.edge import Edge
from gateway.errors import UnsupportedMediaType
from gateway.pages.page import page
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.identity import ActivateAccount

_LARGEST_FORM = 4000
_LONGEST_TOKEN = 200
_FORM = "application/x-www-form-urlencoded"


def offer_activation(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the button; the link stays as it is."""
    token = request.query.get("token", "")
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return page(edge, request, "notice.html", 400, title="activate_incomplete_title", text="activate_incomplete", params={})
    return page(edge, request, "activate.html", token=token)


def activate(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Uses up the link and shows the application ID; raises LinkNotValid."""
    if content_type(request)[0] != _FORM:
        raise UnsupportedMediaType(expected=_FORM)
    form = parse_qs(read_all(request, _LARGEST_FORM, edge.settings.slowest_json_s).decode("utf-8", "replace"))
    token = form.get("token", [""])[0]
    reply = edge.ask(ActivateAccount, request, ActivateAccount.check({"token": token}))
    return page(edge, request, "activated.html", application_id=reply["application_id"])
