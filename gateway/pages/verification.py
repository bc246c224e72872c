"""Verification: where the QR code of a certificate leads (B4)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.pages.page import page
from gateway.requests import Request
from gateway.responses import Response
from services.common.errors import Invalid, NotFound
from services.contracts.registry import VerifyCertificate


def verify(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Says whether the certificate is genuine, and what the register says of its holder today."""
    edge.limits.take("register-search", request.address)
    code = path["code"].replace("\0", "")
    try:
        found = edge.ask(VerifyCertificate, request, VerifyCertificate.check({"code": code}))
    except (NotFound, Invalid):
        return page(edge, request, "notice.html", 404, title="verify_unknown_title", text="verify_unknown", params={})
    return page(edge, request, "verify.html", found=found, registrant=found["registrant"])
