"""Rendering of PDF documents: standards, hostile text, strange characters, errors, several at once."""

import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from services.common.documents import pdf
from services.common.documents.qr import qr_svg
from tests.support.waiting import PATIENCE_S

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: sys.inputs.title)
#set text(lang: sys.inputs.language, region: "CA", font: ("Source Sans 3", "DejaVu Sans"))
= Document
#data.text
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE)
    return path


def data(text: str = "Some text") -> dict:
    return {"document_date": "2026-11-23", "text": text}


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_document_is_tagged_titled_in_its_language_and_declares_its_standards(template, language):
    reader = PdfReader(io.BytesIO(pdf.render(template, data(), language, "Reçu 12")))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == f"{language}-CA"
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "Reçu 12" in xmp
    assert reader.metadata.creation_date.date().isoformat() == "2026-11-23"


def test_the_same_input_gives_the_same_bytes(template):
    first = pdf.render(template, data("one"), "en", "T")
    pdf.render(template, data("two"), "fr", "U")
    assert pdf.render(template, data("one"), "en", "T") == first


@pytest.mark.parametrize(
    "hostile",
    [
        '#eval("1 + 1") #panic() #read("/etc/passwd")',
        "*not bold* _not slanted_ = no heading",
        "<script>alert('x')</script> <label> @reference",
        "$x^2$ `code` \\u{41} // no comment /* none */ ~ -- ...",
        "\"straight\" and 'single' quotes",
        "Zoé D’Amour-Ôùçï Łukasz Şahin Ñandú Đặng Καλή Иван",
        "ᐃᓄᒃᑎᑐᑦ 😀 ☎",
    ],
)
def test_text_is_printed_as_it_is_and_never_evaluated(template, hostile):
    assert hostile in text_of(pdf.render(template, data(hostile), "en", "T"))


def test_a_character_that_no_font_can_draw_is_printed_as_its_code_point(template):
    assert "Li [U+13000][U+13001] ends" in text_of(pdf.render(template, data("Li \U00013000\U00013001 ends"), "en", "T"))


@pytest.mark.parametrize(
    ("character", "printed"),
    [("\x00", "[U+0000]"), ("\x1b", "[U+001B]"), ("\ue000", "[U+E000]"), ("\ufffe", "[U+FFFE]"), ("\u202e", "[U+202E]"),
     ("\u2066", "[U+2066]"), ("\ud800", "[U+D800]")],
)  # fmt: skip
def test_control_private_and_reordering_characters_are_spelled_out(template, character, printed):
    assert f"a{printed}b" in text_of(pdf.render(template, data(f"a{character}b"), "en", "T"))


def test_strange_characters_in_a_title_do_not_stop_the_document(template):
    assert pdf.render(template, data(), "en", "Title \U00013000\x00").startswith(b"%PDF")


def test_a_template_that_asks_for_missing_data_names_it(template):
    with pytest.raises(pdf.PdfError, match=r"page\.typ.*text"):
        pdf.render(template, {"document_date": "2026-11-23"}, "en", "T")


@pytest.mark.parametrize("when", [None, "", "23/11/2026", 5])
def test_a_document_without_its_date_is_refused(template, when):
    with pytest.raises(pdf.PdfError, match="document_date"):
        pdf.render(template, {"document_date": when, "text": "x"}, "en", "T")


def test_an_unknown_language_or_template_is_refused(template, tmp_path):
    with pytest.raises(pdf.PdfError, match="language"):
        pdf.render(template, data(), "de", "T")
    with pytest.raises(pdf.PdfError, match="no template"):
        pdf.render(tmp_path / "missing.typ", data(), "en", "T")


def test_an_error_does_not_spoil_the_next_document(template):
    with pytest.raises(pdf.PdfError):
        pdf.render(template, {"document_date": "2026-11-23"}, "en", "T")
    assert "after" in text_of(pdf.render(template, data("after"), "en", "T"))


UNDER_EVENTLET = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import sys
from pathlib import Path
from eventlet import tpool
from services.common.documents import pdf
def one(number):
    data = {"document_date": "2026-11-23", "text": str(number) * 50}
    inline = pdf.render(Path(sys.argv[1]), data, "en", "T")
    return inline == tpool.execute(pdf.render, Path(sys.argv[1]), data, "en", "T")
assert all(eventlet.GreenPool().imap(one, range(12)))
print("same")
"""


def test_documents_are_rendered_side_by_side_in_greenlets_and_tpool_threads_each_its_own_text(template):
    done = subprocess.run(
        [sys.executable, "-c", UNDER_EVENTLET, str(template)],
        check=False, cwd=pdf.ROOT, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.stdout.strip() == "same", done.stderr


def test_a_qr_code_is_an_image_that_a_document_takes_with_its_alternative_text(tmp_path):
    template = tmp_path / "qr.typ"
    template.write_text(
        "#let data = json(bytes(sys.inputs.data))\n#set document(title: sys.inputs.title)\n= Code\n"
        '#image(bytes(data.qr), format: "svg", alt: "Code for the register")'
    )
    code = qr_svg("https://register.college.example/verify/C-2026-000451-9")
    assert code.startswith("<svg") and code != qr_svg("https://register.college.example/verify/C-2026-000452-7")
    document = pdf.render(template, {"document_date": "2026-11-23", "qr": code}, "en", "T")
    assert figure_texts(document) == ["Code for the register"]


def figure_texts(document: bytes) -> list[str]:
    """The alternative texts of a document's figures, in reading order."""
    found = []

    def journey(node) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                journey(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(node["/Alt"])
            journey(node.get("/K"))

    journey(PdfReader(io.BytesIO(document)).root_object["/StructTreeRoot"]["/K"])
    return found
