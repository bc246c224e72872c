"""Sample data of the papers, and the words of a rendered one."""

import io
import json
import re
from pathlib import Path

from pypdf import PdfReader

from services.common.documents.pdf import ROOT
from services.common.documents.qr import qr_svg

SAMPLES = Path(__file__).parent / "pdf_samples"


TEMPLATES = {
    "invoice": ROOT / "services/billing/templates/invoice.typ",
    "receipt": ROOT / "services/billing/templates/receipt.typ",
    "certificate": ROOT / "services/registry/templates/certificate.typ",
}


def sample(kind: str, language: str, **changes) -> dict:
    data = json.loads((SAMPLES / f"{kind}.json").read_text(encoding="utf-8"))[language]
    if kind == "certificate":
        data["qr_svg"] = qr_svg(data["verification_url"])
    return {**data, **changes}


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def pages_of(document: bytes) -> list[str]:
    return [flat(page.extract_text()) for page in PdfReader(io.BytesIO(document)).pages]
