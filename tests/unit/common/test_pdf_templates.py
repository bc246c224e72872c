"""The documents that people receive, and the demonstration's specimens: data, words and structure in both languages."""

import io

import pytest
from pypdf import PdfReader

from deploy.demo.samples import sample_documents
from services.common.documents.pdf import PdfError, render
from tests.unit.common.document_samples import TEMPLATES, flat, pages_of, sample

BOTH = [(kind, language) for kind in TEMPLATES for language in ("en", "fr")]
WORDS = {
    ("invoice", "en"): ["Invoice number", "Payment due", "Bill to", "HST (13%)", "How to pay", "“Fees and receipts”"],
    ("invoice", "fr"): [
        "Numéro de facture",
        "Paiement exigible",
        "Facturé à",
        "TVH (13 %)",
        "Comment payer",
        "« Droits et reçus »",
    ],
    ("receipt", "en"): ["Receipt number", "Payment method", "Visa ending in 4242", "Total paid (CAD)"],
    ("receipt", "fr"): ["Numéro de reçu", "Mode de paiement", "Visa se terminant par 4242", "Total payé (CAD)"],
    ("certificate", "en"): ["This certifies that", "Registration number", "Terms, conditions and limitations", "Registrar"],
    ("certificate", "fr"): [
        "Le présent document atteste que",
        "Numéro d’inscription",
        "Conditions et restrictions",
        "Registraire",
    ],
}
# Not text on the page: the metadata’s date, the colour, the image, the language of a text.
UNSEEN = {"document_date", "theme", "qr_svg", "language"}


def strings(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() if key not in UNSEEN for text in strings(item)]
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []


def structure(document: bytes) -> list[str]:
    """The kinds of the structure elements, in reading order."""
    found = []

    def journey(node) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                journey(child)
        elif isinstance(node, dict):
            found.append(str(node.get("/S", "")))
            journey(node.get("/K"))

    journey(PdfReader(io.BytesIO(document)).root_object["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_document_holds_all_its_data_on_one_page(kind, language):
    data = sample(kind, language)
    (page,) = pages_of(render(TEMPLATES[kind], data, language, "Title"))
    assert [text for text in strings(data) if flat(text) not in page] == []


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_document_speaks_its_language_only(kind, language):
    (page,) = pages_of(render(TEMPLATES[kind], sample(kind, language), language, "Title"))
    other = "fr" if language == "en" else "en"
    assert [word for word in WORDS[kind, language] if word not in page] == []
    assert [word for word in WORDS[kind, other] if word in page] == []


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_document_is_tagged_with_headings_and_tables_and_declares_its_standards(kind, language):
    document = render(TEMPLATES[kind], sample(kind, language), language, "Title")
    kinds = structure(document)
    assert "/H1" in kinds and "/H2" in kinds
    assert {"/Table", "/THead", "/TH", "/TBody", "/TD"} <= set(kinds)
    root = PdfReader(io.BytesIO(document)).root_object
    assert root["/Lang"] == f"{language}-CA"
    assert root["/MarkInfo"]["/Marked"].value
    xmp = root["/Metadata"].get_object().get_data()
    assert b"<pdfuaid:part>1<" in xmp and b"<pdfaid:conformance>A<" in xmp


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_paid_invoice_says_when_and_no_longer_how_to_pay(language):
    unpaid, paid = (
        pages_of(render(TEMPLATES["invoice"], sample("invoice", language, paid_on=when), language, "T"))[0]
        for when in (None, "2026-11-24")
    )
    stamp, pay = {"en": ("PAID on", "How to pay"), "fr": ("PAYÉE le", "Comment payer")}[language]
    assert f"{stamp} 2026-11-24" in paid and pay not in paid
    assert stamp not in unpaid and pay in unpaid


def test_an_invoice_of_many_lines_runs_over_pages_and_numbers_them():
    line = {"description": "Late fee", "amount": "$150.00", "tax": "$19.50"}
    pages = pages_of(render(TEMPLATES["invoice"], sample("invoice", "en", lines=[line] * 60), "en", "T"))
    assert len(pages) > 1
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert "Description Tax Amount" in pages[1]


def test_a_certificate_bears_both_names_of_the_college_and_describes_its_qr_code():
    document = render(TEMPLATES["certificate"], sample("certificate", "fr"), "fr", "Certificat d’inscription")
    (page,) = pages_of(document)
    for text in ("Ordre des praticiens de l’Ontario", "College of Practitioners of Ontario", "Certificate of Registration"):
        assert text in page
    assert "/Figure" in structure(document)
    size = PdfReader(io.BytesIO(document)).pages[0].mediabox
    assert (size.width, size.height) == (792, 612)


LONG_TERM = {
    "text": "Exercer uniquement sous la supervision clinique d’une personne autorisée. " * 2,
    "language": "fr",
    "notice": None,
}


@pytest.mark.parametrize("terms", [[], [LONG_TERM] * 6])
@pytest.mark.parametrize("name", ["A B", "Anne-Sophie " * 12, "Wolfeschlegelsteinhausenbergerdorff" * 3])
def test_a_certificate_stays_on_one_page_whatever_its_name_and_terms(name, terms):
    data = sample("certificate", "fr", registrant_name=name.strip(), terms=terms, expires_on="31 mars 2028")
    (page,) = pages_of(render(TEMPLATES["certificate"], data, "fr", "T"))
    assert name.strip() in page and "31 mars 2028" in page
    assert ("Conditions et restrictions" in page) == bool(terms)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_hostile_text_in_any_field_prints_literally(kind):
    hostile = '#panic() *b* _i_ <l> "q" $x$ \\ @r'

    def poison(value, key=""):
        if isinstance(value, dict):
            return {name: item if name in UNSEEN else poison(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [poison(item, key) for item in value]
        return hostile if isinstance(value, str) and not key.endswith("_url") else value

    pages = pages_of(render(TEMPLATES[kind], poison(sample(kind, "en")), "en", hostile))
    assert "".join(pages).count(hostile) > 8


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_missing_field_is_named(kind):
    data = sample(kind, "en")
    field = "registration_number" if kind == "certificate" else "total"
    del data[field]
    with pytest.raises(PdfError, match=field):
        render(TEMPLATES[kind], data, "en", "T")


def test_specimens_are_marked_on_every_page_and_made_once(tmp_path):
    documents = sample_documents(tmp_path, "Zoé D’Amour-O’Neil")
    assert set(documents) == {
        "government_id",
        "jurisprudence_certificate",
        "transcript",
        "programme_completion",
        "government_id_photo",
    }
    for kind, path in documents.items():
        if kind == "government_id_photo":
            assert path.read_bytes().startswith(b"\x89PNG")
            continue
        pages = pages_of(path.read_bytes())
        assert all("SPECIMEN" in page for page in pages)
        assert "D’AMOUR-O’NEIL, ZOÉ" in pages[0] if kind == "government_id" else "Zoé D’Amour-O’Neil" in pages[0]
    transcript = documents["transcript"]
    assert len(pages_of(transcript.read_bytes())) >= 2
    before = transcript.stat().st_mtime_ns
    assert sample_documents(tmp_path, "Zoé D’Amour-O’Neil") == documents
    assert transcript.stat().st_mtime_ns == before
    assert sample_documents(tmp_path, "Cher")["transcript"] != transcript
