"""What a file really is, by its content, and what it may be called. What it is claimed to be counts for nothing."""

import re
import unicodedata

import puremagic

UNKNOWN = "application/octet-stream"
# The first is given to a file whose name has none of them.
EXTENSIONS = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/heic": ("heic", "heif"),
    "text/plain": ("txt",),
}
# Brands of ISO/IEC 23008-12: pictures in HEVC, alone and as sequences, and pictures of whatever kind.
_HEVC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_ANY_PICTURE = {b"mif1", b"mif2", b"msf1"}
_NO_KNOWN_TYPE = "bin"
LONGEST_NAME = 255
_EXTENSION = re.compile(r"(?!\d+$)(?:[a-z0-9]{1,5}|[A-Z0-9]{1,5})")


def media_type(head: bytes) -> str:
    """Tells the media type from the file's first 8 kilobytes.

    PDF, JPEG, PNG and HEIC are recognised strictly; whether such a file is whole is found by opening it (`file_opener.py`). What some
    programs write before the beginning of a PDF (a byte-order mark, empty lines) does not count.
    """
    if head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t\0 ").startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if _is_heic(head):
        return "image/heic"
    return _named_by_library(head) or ("text/plain" if _is_text(head) else UNKNOWN)


def _is_heic(head: bytes) -> bool:
    """Its first box says so: a brand of HEVC, its own or, where that says no more than “picture”, among those that it is compatible with."""
    size, brands = int.from_bytes(head[:4]), {head[8:12]}
    if head[4:8] != b"ftyp":
        return False
    if brands <= _ANY_PICTURE:
        brands = {head[place : place + 4] for place in range(16, min(size, len(head)), 4)}
    return bool(brands & _HEVC)


def _named_by_library(head: bytes) -> str | None:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    strict = {"application/pdf", "image/jpeg", "image/png", "image/heic", "image/heif"}
    return next((match.mime_type for match in found if match.mime_type and match.mime_type not in strict), None)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return bool(text) and all(character.isprintable() or character in "\r\n\t" for character in text)


def clean_name(name: str, kind: str) -> str:
    """Gives a file name of at most 255 characters whose extension is one of the media type `kind`, so that it opens as what it is.

    Without folders, control and direction characters, and dots or spaces at its end, which some systems leave away. An extension that
    does not fit is replaced.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(character for character in name if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    stem, extension = _parted(" ".join(name.split()).strip(". "))
    fitting = EXTENSIONS.get(kind, (_NO_KNOWN_TYPE,))
    if extension.lower() not in fitting:
        further, inner = _parted(stem)
        stem, extension = (further, inner) if inner.lower() in fitting else (stem, fitting[0])
    return f"{(stem or 'document')[: LONGEST_NAME - len(extension) - 1].rstrip('. ')}.{extension}"


def _parted(name: str) -> tuple[str, str]:
    # `Transcript 12.2024`, `St.Catharines` and `J.Roy` have no extension: nothing of such a name is taken away.
    stem, _dot, extension = name.rpartition(".")
    return (stem.rstrip(". "), extension) if stem and _EXTENSION.fullmatch(extension) else (name, "")
