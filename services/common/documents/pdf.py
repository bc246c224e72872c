"""PDF documents from Typst templates: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same input.

A template is trusted source; its data is not. Data travels as one JSON string through Typst's `sys.inputs`, and a JSON
string is a Typst string: it is printed, never evaluated. Templates find the data, the language and the house layout in
`templates/house.typ`.

A letter that no font has (`pdf_fonts.py`) is printed as its code point, `[U+13000]`: a receipt with such a mark is worth more than
none. A paper that is sealed says what it says for good, so it is asked for `whole`, and then not made (`MissingLetters`).

A page takes about 10 ms (the first in a process 60, for the fonts; Chinese, Japanese and Korean then stay in memory, 20 MB). Typst
releases the interpreter lock while it works but does not yield to eventlet's hub: a page or two may be rendered inline, more through
`eventlet.tpool.execute`.
"""

import json
import re
import unicodedata
from collections import deque
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, cast

import typst

from services.common.documents import pdf_fonts

ROOT = Path(__file__).resolve().parents[3]
STANDARDS: Final[list[Literal["ua-1", "a-2a"]]] = ["ua-1", "a-2a"]
LANGUAGES = ("en", "fr")

# Embedding, override and isolate marks reorder the text around them: they could make one name look like another.
_REORDERING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_UNPRINTABLE_CATEGORIES = {"Cc", "Co", "Cn", "Cs"}
_REFUSED_TEXT = re.compile(r'(?:the text|contains the codepoint) `"(.+?)"`')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


class _Shop:
    """What is made once for the fonts that there are, and made anew when there are others."""

    def __init__(self) -> None:
        self.fonts = pdf_fonts.load()
        # Characters that the fonts were seen to lack, so that the next document with one needs no second attempt.
        self.missing: set[int] = set()
        # A compiler refuses a second call while it works, and is dear to make: idle ones wait here. A deque's append and pop are
        # atomic, for greenlets and for threads.
        self.idle: dict[Path, deque[typst.Compiler]] = {}


class PdfError(Exception):
    """The document cannot be made: the template or the shape of its data is wrong. The message names the place."""


class MissingLetters(PdfError):
    """A document that must be whole has letters that no font here can draw. The message names their code points, not the text."""

    def __init__(self, letters: set[int]) -> None:
        self.letters = tuple(f"U+{point:04X}" for point in sorted(letters))
        super().__init__(f"no font has {', '.join(self.letters)}")


def render(template: Path, data: dict[str, Any], language: Literal["en", "fr"], title: str, *, whole: bool = False) -> bytes:
    """Return the PDF of a template filled with data, in one language.

    `data["document_date"]` ("2026-11-23") is required: it is the creation date that PDF/A asks for, and as part of the
    input it keeps the output the same for the same input. `title` is the document's title in its metadata. A character
    that no font can draw is printed as its code point; `whole`, the document is not made then.
    Raises PdfError, MissingLetters.
    """
    if language not in LANGUAGES:
        raise PdfError(f"The language must be one of {', '.join(LANGUAGES)}, not {language!r}.")
    when = _document_date(data)
    path, shop = Path(template).resolve(), _shop_with(pdf_fonts.state())
    compilers = shop.idle.setdefault(path, deque())
    try:
        compiler = compilers.pop()
    except IndexError:
        compiler = _new_compiler(path, shop.fonts)
    try:
        return _compile(compiler, path, data, {"language": language, "title": title}, when, shop.missing, whole)
    finally:
        compilers.append(compiler)


@lru_cache(maxsize=1)
def _shop_with(state: pdf_fonts.State) -> _Shop:
    return _Shop()


def _compile(
    compiler: typst.Compiler,
    path: Path,
    data: dict[str, Any],
    inputs: dict[str, str],
    when: datetime,
    missing: set[int],
    whole: bool,
) -> bytes:
    """Compile; when Typst refuses characters for want of a glyph, spell those out and compile again, unless it must be `whole`."""
    while True:
        text = {key: _printable(value, missing) for key, value in inputs.items()}
        text["data"] = json.dumps(_printable(data, missing), ensure_ascii=False)
        try:
            made = cast(bytes, compiler.compile(format="pdf", sys_inputs=text, pdf_standards=[*STANDARDS], timestamp=when))
        except typst.TypstError as error:
            refused = _refused_characters(error.diagnostic) - missing
            if not refused:
                raise PdfError(f"{path.name}: {error.diagnostic.strip()}") from error
            missing.update(refused)
            continue
        if whole and (lacking := _unprintable([*inputs.values(), data], missing)):
            raise MissingLetters(lacking)  # only now, when all of them are known
        return made


def _new_compiler(path: Path, fonts: typst.Fonts) -> typst.Compiler:
    if not path.is_file():
        raise PdfError(f"There is no template {path}.")
    root = ROOT if path.is_relative_to(ROOT) else path.parent
    try:
        return typst.Compiler(path, root=root, font_paths=fonts, ignore_system_fonts=True)
    except (typst.TypstError, RuntimeError, ValueError) as error:
        raise PdfError(f"{path.name}: {error}") from error


def _document_date(data: dict[str, Any]) -> datetime:
    try:
        day = date.fromisoformat(data["document_date"])  # and not strptime, which takes a lock: no lock is for a tpool thread
    except (KeyError, TypeError, ValueError) as error:
        raise PdfError('The data of a document must hold "document_date" as YYYY-MM-DD.') from error
    return datetime.combine(day, time(12), tzinfo=UTC)  # at noon it is the same day everywhere in Canada


def _printable(value: Any, missing: set[int]) -> Any:
    """Return the data with every unprintable character of its strings spelled out."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        return "".join(f"[U+{ord(character):04X}]" if _cannot_print(character, missing) else character for character in value)
    if isinstance(value, dict):
        return {key: _printable(item, missing) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item, missing) for item in value]
    return value


def _unprintable(value: Any, missing: set[int]) -> set[int]:
    """Return the code points in the data's strings that would be spelled out."""
    if isinstance(value, str):
        return {ord(character) for character in value if _cannot_print(character, missing)}
    if isinstance(value, (dict, list, tuple)):
        return set().union(*(_unprintable(item, missing) for item in (value.values() if isinstance(value, dict) else value)))
    return set()


def _cannot_print(character: str, missing: set[int]) -> bool:
    point = ord(character)
    if character in "\n\t":
        return False
    return (
        point in missing
        or point in _REORDERING
        or point & 0xFFFE == 0xFFFE
        or unicodedata.category(character) in _UNPRINTABLE_CATEGORIES
    )


def _refused_characters(diagnostic: str) -> set[int]:
    """Return the code points that Typst's errors name as impossible to draw (ASCII is always possible)."""
    found: set[int] = set()
    for quoted in _REFUSED_TEXT.findall(diagnostic):
        plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), quoted)
        found.update(ord(character) for character in plain if not character.isascii())
    return found
