"""Verification of a certificate: where its QR code leads, and the code typed by hand (B4)."""

from collections.abc import Mapping

from gateway.addresses import at
from gateway.edge import Edge
from gateway.portal.ask import ask
from gateway.portal.page import redirect, render
from gateway.requests import Request
from gateway.responses import Response
from services.common.errors import Invalid, NotFound
from services.contracts.registry import VerifyCertificate


def enter(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows where to type a code, and goes on to what it says."""
    code = "".join(request.query.get("code", "").split())
    return (
        redirect(at(f"/verify/{code[:60]}"))
        if code
        else render(edge, request, "public/verify_enter.html", code="", unknown=False)
    )


def verify(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Says whether the certificate is genuine, and what the register says of its holder today."""
    code = path["code"].replace("\0", "")
    try:
        found = ask(edge, request, VerifyCertificate, code=code)
    except (NotFound, Invalid):
        return render(edge, request, "public/verify_enter.html", 404, code=code, unknown=True)
    return render(edge, request, "public/verify.html", found=found, registrant=found["registrant"])
