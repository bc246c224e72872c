"""Names on papers: in every script that people's names have, whole or not at all where that is asked, and as long as they may be."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from deploy.local.engines.packages import Programs
from deploy.local.places import packages_folder
from services.common.documents import pdf
from tests.support.samples.fonts import HIEROGLYPH, fonts_of, lay_font, pieces
from tests.unit.common.document_samples import TEMPLATES, pages_of, sample

# By script, with the font that draws it.
NAMES = {
    "Han": ("小龍 李", "NotoSansCJKsc"),
    "kana": ("さくら 田中", "NotoSansCJKjp"),
    "hangul": ("김민준", "NotoSansCJKkr"),
    "Devanagari": ("प्रिया शर्मा", "NotoSansDevanagari"),
    "Devanagari with a joiner": ("क्\u200dष र्\u200dय", "NotoSansDevanagari"),
    "Bengali": ("অনিতা", "NotoSansBengali"),
    "Tamil": ("தமிழ்", "NotoSansTamil"),
    "Gurmukhi": ("ਗੁਰਪ੍ਰੀਤ", "NotoSansGurmukhi"),
    "Gujarati": ("ગુજરાતી", "NotoSansGujarati"),
    "Telugu": ("తెలుగు", "NotoSansTelugu"),
    "Kannada": ("ಕನ್ನಡ", "NotoSansKannada"),
    "Malayalam": ("മലയാളം", "NotoSansMalayalam"),
    "Oriya": ("ଓଡ଼ିଆ", "NotoSansOriya"),
    "Sinhala": ("සිංහල", "NotoSansSinhala"),
    "Thai": ("สมชาย", "NotoSansThai"),
    "Lao": ("ລາວ", "NotoSansLao"),
    "Khmer": ("ខ្មែរ", "NotoSansKhmer"),
    "Myanmar": ("မြန်မာ", "NotoSansMyanmar"),
    "Ethiopic": ("አማርኛ", "NotoSansEthiopic"),
    "Armenian": ("Հայկ", "NotoSansArmenian"),
    "Georgian": ("ნინო", "NotoSansGeorgian"),
    "Cherokee": ("ᏣᎳᎩ", "NotoSansCherokee"),
    "syllabics": ("ᐃᓄᒃᑎᑐᑦ", "NotoSansCanadianAboriginal"),
    "Arabic": ("محمد رضایی", "NotoSansArabic"),
    "Arabic with a non-joiner": ("علی\u200cرضا", "NotoSansArabic"),
    "Hebrew": ("יעל כהן", "NotoSansHebrew"),
    "Vietnamese": ("Nguyễn Thị Ánh", ""),
    "Cyrillic": ("Дмитрий Щёлоков", ""),
    "Greek": ("Ελένη Παπαδοπούλου", ""),
    "Salish": ("xʷməθkʷəy̓əm", "SourceSans3"),
    "Salish in capitals": ("W̱SÁNEĆ ȽÁU", ""),
    "Haida": ("X̱aad Kíl", ""),
}
LEFTWARD = ("Arabic", "Arabic with a non-joiner", "Hebrew")
# A first name of 100 letters, a last one of 200, and 100 between.
LONGEST = {
    "words": f"{('Maximiliana-Annabella ' * 5).strip()[:100]} {('Mwwm ' * 20)[:99]}m {('Wolfeschlegelsteinhausen ' * 9)[:199]}m",
    "a word": "Wolfeschlegelsteinhausenbergerdorff" * 11,
    "wide": "W" * 400,
    "Han": "龍" * 400,
    "Arabic": "محمد رضایی " * 36,
}
TERM = {
    "text": "Exercer uniquement sous la supervision clinique d’une personne autorisée. " * 2,
    "language": "fr",
    "notice": None,
}
TERMS = [TERM] * 6


def paper(kind: str, name: str, language: str = "en", **changes) -> bytes:
    whole = kind == "certificate"
    data = sample(kind, language, **changes)
    if kind == "certificate":
        data["registrant_name"] = name
    else:
        data["received_from" if kind == "receipt" else "bill_to"]["name"] = name
    return pdf.render(TEMPLATES[kind], data, language, "Title", whole=whole)


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "")


@pytest.fixture(autouse=True)
def fetched():
    assert Programs(packages_folder()).fonts_folder(), "Chinese, Japanese and Korean have no font here: `make fetch`"


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_drawn_by_a_font_of_its_script_and_read_as_it_is_written(kind, script):
    name, font = NAMES[script]
    document = paper(kind, name)
    read = pieces(document)
    assert "[U+" not in "".join(read)
    # What runs leftward is drawn from its end, each piece being whole: readers turn it round.
    line = read[::-1] if script in LEFTWARD else read
    assert squeezed(name) in squeezed("".join(line))
    drawn_by = fonts_of(document)
    assert any(each.startswith(font) for each in drawn_by) or (script == "Hebrew" and "LibertinusSerif-Regular" in drawn_by)
    xmp = PdfReader(io.BytesIO(document)).root_object["/Metadata"].get_object().get_data()
    assert b"<pdfuaid:part>1<" in xmp and b"<pdfaid:part>2<" in xmp and b"<pdfaid:conformance>A<" in xmp


def test_a_name_that_runs_leftward_begins_at_its_right_end_and_stands_where_all_names_stand():
    """Also with a Latin word in it, which does not turn the others round; it is read in the order in which it was written."""
    places = {}

    def note(text, cm, _matrix, _font, _size):
        places.setdefault(text.strip(), cm[4])

    document = paper("receipt", "יעל Jo כהן")
    PdfReader(io.BytesIO(document)).pages[0].extract_text(visitor_text=note)
    left = places["12, rue Principale"]
    assert left == pytest.approx(places["כהן"], abs=1) and places["כהן"] < places["Jo"] < places["יעל"] < left + 100
    read = squeezed("".join(pieces(document)))
    assert read.index("לעי") < read.index("Jo") < read.index("ןהכ")


@pytest.mark.parametrize("name", LONGEST)
@pytest.mark.parametrize(
    ("kind", "terms"),
    [*((kind, []) for kind in TEMPLATES), ("certificate", TERMS)],
    ids=[*TEMPLATES, "certificate with many terms"],
)
def test_the_longest_names_stay_readable_and_on_the_page(kind, name, terms):
    long = LONGEST[name].strip()
    document = paper(
        kind, long, language="fr", **({"terms": terms, "expires_on": "31 mars 2028"} if kind == "certificate" else {})
    )
    [page] = PdfReader(io.BytesIO(document)).pages
    width, height = page.mediabox.width, page.mediabox.height
    smallest = []

    def note(text, cm, matrix, _font, size):
        if text.strip():
            x, y = matrix[4] * cm[0] + cm[4], matrix[5] * cm[3] + cm[5]
            assert 0 < x < width and 0 < y < height
            if "\u200b" in text or (squeezed(text) in squeezed(long) and len(text) > 4):
                smallest.append(abs(size * cm[0]))

    page.extract_text(visitor_text=note)
    assert smallest and min(smallest) >= (12 if kind == "certificate" else 10)
    if name != "Arabic":
        assert squeezed(long) in squeezed(page.extract_text())


def test_a_paper_that_must_be_whole_is_not_made_with_a_letter_missing_and_says_which():
    with pytest.raises(pdf.MissingLetters) as refused:
        paper("certificate", f"Ann {HIEROGLYPH}\ue000 Lee")
    assert refused.value.letters == ("U+E000", "U+13000")
    assert "Ann" not in str(refused.value)


def test_a_paper_that_is_not_sealed_shows_the_letters_place_instead():
    assert "Ann [U+13000] Lee" in pages_of(paper("receipt", f"Ann {HIEROGLYPH} Lee"))[0]


def test_a_font_that_is_laid_into_the_folder_is_used_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("FONTS_FOLDER", str(tmp_path))
    for name in (f"Ann {HIEROGLYPH}", "小龍 李"):
        with pytest.raises(pdf.MissingLetters):
            paper("certificate", name)
    lay_font(tmp_path)
    assert "OneLetter" in "".join(fonts_of(paper("certificate", f"Ann {HIEROGLYPH}"))).replace(" ", "")
    with pytest.raises(pdf.MissingLetters) as still:
        paper("certificate", "小龍 李")
    assert still.value.letters == ("U+5C0F", "U+674E", "U+9F8D")


def test_a_folder_that_is_not_there_is_as_good_as_an_empty_one(tmp_path, monkeypatch):
    monkeypatch.setenv("FONTS_FOLDER", str(tmp_path / "nowhere"))
    assert paper("certificate", "प्रिया शर्मा").startswith(b"%PDF")


def test_every_font_in_the_repository_has_its_licence_beside_it():
    folder = Path(pdf.ROOT, "services/common/documents/templates/fonts")
    licences = {file.name.split("-")[0] for file in folder.glob("*LICENSE*")}
    fonts = [file for file in folder.iterdir() if file.suffix in (".ttf", ".otf")]
    assert len(fonts) > 20
    assert [font.name for font in fonts if not any(font.name.startswith(name) for name in licences)] == []
