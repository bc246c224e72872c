"""The college's policies that concern the public register (F62, F63)."""

from collections.abc import Mapping

from gateway.http.errors import NoSuchAddress
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.services import Edge
from services.contracts.college import NotInProfile


def policy(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows one policy; raises NoSuchAddress."""
    try:
        found = edge.college.policy(path["code"])
    except NotInProfile as error:
        raise NoSuchAddress() from error
    return render(edge, request, "public/policy.html", policy=found)
