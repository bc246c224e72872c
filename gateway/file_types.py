"""What a file really is, by its content, and what it may be called. What it is claimed to be counts for nothing."""

import unicodedata

import puremagic

UNKNOWN = "application/octet-stream"
LONGEST_NAME = 255
_LONGEST_EXTENSION = 12


def media_type(head: bytes, tail: bytes) -> str:
    """Tells the media type from the file's first 8 and last 2 kilobytes.

    PDF, JPEG and PNG are recognised strictly: a PDF without its end, such as one that was cut off, is no PDF.
    """
    if head.startswith(b"%PDF-"):
        return "application/pdf" if b"%%EOF" in tail[-1024:] else UNKNOWN
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return _named_by_library(head) or ("text/plain" if _is_text(head) else UNKNOWN)


def _named_by_library(head: bytes) -> str | None:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    strict = {"application/pdf", "image/jpeg", "image/png"}
    return next((match.mime_type for match in found if match.mime_type and match.mime_type not in strict), None)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return bool(text) and all(character.isprintable() or character in "\r\n\t" for character in text)


def clean_name(name: str) -> str:
    """Gives a file name without folders, control and direction characters, of at most 255 characters, its extension kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(character for character in name if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = " ".join(name.split()).lstrip(".")
    if len(name) > LONGEST_NAME:
        stem, dot, extension = name.rpartition(".")
        kept = dot + extension if stem and len(extension) <= _LONGEST_EXTENSION else ""
        name = name[: LONGEST_NAME - len(kept)].rstrip() + kept
    return name or "document"
