"""Sample documents for the demonstration and the journeys: believable, invented, with SPECIMEN across each page."""

import hashlib
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import typst

from services.common.documents import pdf, pdf_fonts

SOURCES = Path(__file__).resolve().parent / "samples"
DATE = "2026-06-12"
DEGREE = "Master of Arts in Counselling Psychology"
TITLES = {
    "government_id": "Ontario photo card (specimen)",
    "jurisprudence_certificate": "Certificate of completion: jurisprudence module (specimen)",
    "transcript": "Official transcript (specimen)",
    "programme_completion": "Confirmation of programme completion (specimen)",
}


def sample_documents(folder: Path, applicant_name: str) -> dict[str, Path]:
    """Return the applicant's sample documents by kind, writing into the folder those not there from an earlier call.

    PDF: government_id, jurisprudence_certificate, transcript (several pages), programme_completion. PNG: government_id_photo.
    The same name gives the same bytes.
    """
    key = hashlib.sha256(applicant_name.encode()).hexdigest()
    place = Path(folder) / key[:16]
    place.mkdir(parents=True, exist_ok=True)
    data = _details(applicant_name, str(int(key[:12], 16)).rjust(15, "0"))
    documents = {}
    for kind, title in TITLES.items():
        documents[kind] = _once(place / f"{kind}.pdf", partial(_pdf, kind, data, title))
    card = documents["government_id"]
    documents["government_id_photo"] = _once(card.with_suffix(".png"), partial(_card_as_picture, data))
    return documents


def _details(name: str, digits: str) -> dict[str, Any]:
    given_names, _, family_name = name.rpartition(" ")
    return {
        "document_date": DATE,
        "name": name,
        "given_names": given_names,
        "family_name": family_name,
        "number": f"{digits[:4]}-{digits[4:8]}-{digits[8:12]}",
        "student_number": f"20{digits[:7]}",
        "born_on": "1994-03-17",
        "issued_on": "2026-06-12",
        "expires_on": "2031-06-12",
        "completed_on": "2026-05-29",
        "conferred_on": "2026-06-10",
        "address": ["48 Wellington Street, Unit 5", "Sudbury, ON  P3C 2H8"],
        "score": "92%",
        "degree": DEGREE,
        "clinical_hours": "462",
        "supervision_hours": "104",
        "credits": "72.0",
        "average": "87",
        "terms": json.loads((SOURCES / "transcript_terms.json").read_text(encoding="utf-8")),
    }


def _pdf(kind: str, data: dict[str, Any], title: str) -> bytes:
    return pdf.render(SOURCES / f"{kind}.typ", data, "en", title)


def _card_as_picture(data: dict[str, Any]) -> bytes:
    """The card as a person's scanner would give it, 300 dots an inch."""
    inputs = {"data": json.dumps(data), "language": "en", "title": TITLES["government_id"]}
    return typst.compile(
        SOURCES / "government_id.typ",
        root=pdf.ROOT,
        font_paths=[pdf_fonts.OURS],
        ignore_system_fonts=True,
        format="png",
        ppi=300,
        sys_inputs=inputs,
    )


def _once(path: Path, make: Callable[[], bytes]) -> Path:
    """Write the file when it is not there; whole or not at all, for journeys run side by side."""
    if not path.exists():
        part = path.with_suffix(path.suffix + f".{os.getpid()}.part")
        part.write_bytes(make())
        part.replace(path)
    return path
