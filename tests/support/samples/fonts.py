"""A font of one letter that nobody else has, and what a PDF says: as it is read aloud, with the fonts that draw it."""

import io
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdf import PdfReader
from pypdf.generic import ContentStream

# An Egyptian hieroglyph: Unicode knows it, no font of the papers draws it.
HIEROGLYPH = "\U00013000"


def lay_font(folder: Path, letter: str = HIEROGLYPH) -> None:
    """Lays a font into the folder that draws one letter, as a box."""
    pen = TTGlyphPen(None)
    for move, point in (("moveTo", (50, 0)), ("lineTo", (50, 700)), ("lineTo", (450, 700)), ("lineTo", (450, 0))):
        getattr(pen, move)(point)
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap({ord(letter): "box"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "box": box})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "box": (500, 50)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "One Letter", "styleName": "Regular", "psName": "OneLetter-Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(folder / "OneLetter.ttf")


def pieces(document: bytes) -> list[str]:
    """The text of a PDF in the order in which it is drawn, glyph by glyph: what stands for several glyphs once, as a reader takes it."""
    found: list[str] = []
    for page in PdfReader(io.BytesIO(document)).pages:
        fonts = {name: _letters(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
        current: dict[bytes, str] = {}
        inside: list[bool] = []  # of each marked piece, whether its text is given by itself
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
            if operator in (b"BDC", b"BMC"):
                told = operands[1].get("/ActualText") if operator == b"BDC" and isinstance(operands[1], dict) else None
                if told is not None:
                    found.append(str(told))
                inside.append(told is not None)
            elif operator == b"EMC":
                inside.pop()
            elif operator == b"Tf":
                current = fonts[operands[0]]
            elif operator in (b"Tj", b"TJ") and not any(inside):
                strings = operands[0] if operator == b"TJ" else operands
                drawn = b"".join(_bytes(each) for each in strings if isinstance(each, (str, bytes)))
                found += [current.get(drawn[place : place + 2], "") for place in range(0, len(drawn), 2)]
    return found


def _bytes(drawn) -> bytes:
    return drawn.original_bytes if hasattr(drawn, "original_bytes") else bytes(drawn)


def _letters(font) -> dict[bytes, str]:
    """What each glyph of a font stands for, by its ToUnicode."""
    found: dict[bytes, str] = {}
    lines = font["/ToUnicode"].get_object().get_data().decode("ascii").splitlines()
    for line in lines:
        parts = line.replace("<", " ").replace(">", " ").split()
        if line.startswith("<") and len(parts) == 2:
            found[bytes.fromhex(parts[0])] = bytes.fromhex(parts[1]).decode("utf-16-be")
    return found


def fonts_of(document: bytes) -> set[str]:
    """The names of the fonts that a PDF embeds; fails for one that it only names."""
    found = set()
    for page in PdfReader(io.BytesIO(document)).pages:
        for font in page["/Resources"]["/Font"].values():
            [descendant] = font.get_object()["/DescendantFonts"]
            described = descendant.get_object()["/FontDescriptor"]
            assert "/FontFile2" in described or "/FontFile3" in described
            found.add(str(described["/FontName"]).partition("+")[2])
    return found
