"""Where signing in leads, and where mails send people: to what is their own."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal import navigation
from gateway.portal.page import redirect, render
from gateway.requests import Request
from gateway.responses import Response


def portal(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Goes on to the first of the caller's own pages; says so where there is none."""
    own = navigation.own_of(request.caller)
    return redirect(own[0].path) if own else render(edge, request, "access/portal.html")
