"""The college's policies that concern the public register (F62, F63)."""

from gateway.context import Context
from gateway.http.errors import NoSuchAddress
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from services.contracts.college import NotInProfile


def policy(context: Context) -> Response:
    """Shows one policy; raises NoSuchAddress."""
    try:
        found = context.college.policy(context.path["code"])
    except NotInProfile as error:
        raise NoSuchAddress() from error
    return render(context, "public/policy.html", policy=found)
