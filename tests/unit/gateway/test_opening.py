"""What is found in the files that people upload: whole ones pass whatever made them, others are told apart by what is wrong."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gateway.http.file_types import media_type
from gateway.opening import Verdict, pictures
from gateway.opening.__main__ import verdict_on
from tests.support.samples.sample_files import PDF, a_pdf, a_picture, held_upright, png_said_to_be
from tests.unit.gateway.plain_pdf import CATALOG, written

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "HEIF": "image/heic"}
GOOD, DAMAGED, TOO_MANY = Verdict.GOOD, Verdict.DAMAGED, Verdict.TOO_MANY_PIXELS


def jpeg_said_to_be(width, height):
    content = bytearray(a_picture())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def heic_said_to_be(width, height):
    content = a_picture("HEIF")
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", width, height) + content[at + 8 :]


PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
CASES = {
    "a PDF": (PDF, GOOD),
    "with an owner's password only": (a_pdf(owner="secret"), GOOD),
    "with a byte-order mark before it": (b"\xef\xbb\xbf" + PDF, GOOD),
    "with empty lines before it": (b"\r\n\r\n\n" + PDF, GOOD),
    "with 3 kB of nothing after its end": (PDF + bytes(3000), GOOD),
    "with 7 kB of lines after its end": (PDF + b"\r\n" * 3500, GOOD),
    "whose table of places is wrong": (written(CATALOG, PAGES, b"<</Type/Page>>").replace(b"startxref\n", b"startxref\n9"), GOOD),
    "that needs a password": (a_pdf(user="secret"), Verdict.PASSWORD),
    "that needs a password, and has an owner's": (a_pdf(user="secret", owner="other"), Verdict.PASSWORD),
    "without a page": (a_pdf(pages=0), Verdict.NO_PAGE),
    "of nothing but its first line": (b"%PDF-1.7\n", DAMAGED),
    "of its first and last line": (b"%PDF-1.7 %%EOF", DAMAGED),
    "of junk between them": (b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 2000 + b"trailer\n%%EOF\n", DAMAGED),
    "whose page is not there": (written(CATALOG, PAGES), DAMAGED),
    "whose contents are not there": (written(CATALOG, PAGES, b"<</Type/Page/Contents 9 0 R>>"), DAMAGED),
    "whose picture is not there": (written(CATALOG, PAGES, b"<</Type/Page/Resources<</XObject<</A 9 0 R>>>>>>"), DAMAGED),
    "whose pages go round": (written(CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"), DAMAGED),
    "a JPEG": (a_picture(), GOOD),
    "a progressive JPEG": (a_picture(progressive=True), GOOD),
    "a JPEG with a film after it, as telephones write": (a_picture() + b"ftypmp42" * 1000, GOOD),
    "a JPEG of 3 bytes": (b"\xff\xd8\xff", DAMAGED),
    "a JPEG of 8 bytes": (b"\xff\xd8\xff\xe0\0\x10JF", DAMAGED),
    "a JPEG of 60000 by 60000": (jpeg_said_to_be(60_000, 60_000), TOO_MANY),
    "a PNG": (a_picture("PNG"), GOOD),
    "a PNG of 8 bytes": (b"\x89PNG\r\n\x1a\n", DAMAGED),
    "a PNG of zeros": (b"\x89PNG\r\n\x1a\n" + bytes(100), DAMAGED),
    "a PNG with a changed byte": (a_picture("PNG")[:60] + b"?" + a_picture("PNG")[61:], DAMAGED),
    "a PNG of 60000 by 60000": (png_said_to_be(60_000, 60_000, zlib.compress(bytes(50_000_000))), TOO_MANY),
    "a HEIC": (a_picture("HEIF"), GOOD),
    "a HEIC held upright": (held_upright(), GOOD),
    "a HEIC of its first box": (a_picture("HEIF")[:28], DAMAGED),
    "a HEIC of 60000 by 60000": (heic_said_to_be(60_000, 60_000), DAMAGED),  # more than its library believes
}


@pytest.mark.parametrize(("content", "found"), CASES.values(), ids=CASES)
def test_each_file_is_found_to_be_what_it_is(content, found):
    assert verdict_on(BytesIO(content), media_type(content[:8192])) is found


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_picture_has_so_many_pixels_and_no_more(monkeypatch, name, kind):
    for most, found in ((64 * 48, GOOD), (64 * 48 - 1, TOO_MANY)):
        monkeypatch.setitem(pictures.MOST_PIXELS, kind, most)
        assert verdict_on(BytesIO(a_picture(name)), kind) is found


WHOLE = {"application/pdf": a_pdf(pages=3), **{kind: a_picture(name) for name, kind in KINDS.items()}}


@pytest.mark.parametrize("kind", WHOLE)
@settings(deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_not_taken_for_a_whole_one(kind, share):
    # The last 12 bytes of a PNG say that it ends; of a PDF's last line, what follows the mark of its end says nothing.
    content = WHOLE[kind].rstrip(b"\n")
    cut = content[: int(share * (len(content) - (12 if kind == "image/png" else 0)))]
    assert media_type(cut) != kind or verdict_on(BytesIO(cut), kind) is not GOOD


def test_a_telephones_picture_is_shown_as_a_jpeg_the_way_up_that_it_was_held_and_says_nothing_else():
    shown = BytesIO()
    pictures.show(BytesIO(held_upright(width=640, height=480)), shown)
    picture = Image.open(shown)
    assert (picture.format, picture.size) == ("JPEG", (480, 640))
    red = [place for place in ((40, 40), (440, 40), (40, 600), (440, 600)) if picture.getpixel(place)[1] < 60]
    assert red == [(440, 40)]  # its left upper corner, turned to the right
    assert not picture.getexif()


def test_a_large_picture_is_shown_no_larger_than_a_screen_has_a_use_for():
    shown = BytesIO()
    pictures.show(BytesIO(a_picture("HEIF", 3200, 64)), shown)
    assert Image.open(shown).size == (3000, 60)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypheix\0\0\0\0mif1heix", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmsf1\0\0\0\0hevcmsf1", "image/heic"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1heic", "other"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "other"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "other"),
        (b"\0\0\0\x18ftyp", "other"),
    ],
)
def test_a_heic_is_known_by_the_brands_of_its_first_box(head, kind):
    assert (media_type(head) == "image/heic") == (kind == "image/heic")
