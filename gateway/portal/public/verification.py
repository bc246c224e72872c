"""Verification of a certificate: where its QR code leads, and what is typed by hand (B4)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from services.common.kernel.errors import Invalid, NotFound
from services.contracts.registry import NeverIssued, VerifyCertificate


def enter(context: Context) -> Response:
    """Shows where to type a code or a number, or what the one that was typed says."""
    typed = context.request.query.get("code", "").strip()
    return _said(context, typed) if typed else render(context, "public/verify_enter.html", code="", refused=None)


def verify(context: Context) -> Response:
    """Says whether the certificate is genuine, and what the register says of its holder today."""
    return _said(context, context.path["code"])


def _said(context: Context, typed: str) -> Response:
    typed = typed.replace("\0", "")
    try:
        found = context.ask(VerifyCertificate, code=typed)
    except (NotFound, Invalid) as error:
        refused = "never_issued" if isinstance(error, NeverIssued) else "unknown"
        return render(context, "public/verify_enter.html", 404, code=typed, refused=refused)
    return render(context, "public/verify.html", found=found, registrant=found.registrant)
