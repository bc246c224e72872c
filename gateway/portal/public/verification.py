"""Verification of a certificate: where its QR code leads, and what is typed by hand (B4)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.common.kernel.errors import Invalid, NotFound
from services.contracts.registry import NeverIssued, VerifyCertificate


def enter(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows where to type a code or a number, or what the one that was typed says."""
    typed = request.query.get("code", "").strip()
    return _said(edge, request, typed) if typed else render(edge, request, "public/verify_enter.html", code="", refused=None)


def verify(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Says whether the certificate is genuine, and what the register says of its holder today."""
    return _said(edge, request, path["code"])


def _said(edge: Edge, request: Request, typed: str) -> Response:
    typed = typed.replace("\0", "")
    try:
        found = ask(edge, request, VerifyCertificate, code=typed)
    except (NotFound, Invalid) as error:
        refused = "never_issued" if isinstance(error, NeverIssued) else "unknown"
        return render(edge, request, "public/verify_enter.html", 404, code=typed, refused=refused)
    return render(edge, request, "public/verify.html", found=found, registrant=found["registrant"])
