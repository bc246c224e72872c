"""Files that people upload, made here and nowhere else: real ones, since the gateway opens them (`gateway/http/file_opener.py`)."""

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

ORIENTATION = 0x0112  # of EXIF: 6 means that the telephone was held upright and its sensor lay on its side
pillow_heif.register_heif_opener()


@cache
def a_pdf(mark: str = "", pages: int = 1, size: int = 0, user: str | None = None, owner: str | None = None) -> bytes:
    """A PDF that differs by its `mark`, of about `size` bytes, locked with passwords if any are given."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(612, 792)
        contents = StreamObject()
        contents.set_data(f"% {mark}\n".encode() + b"%" * (size // pages) + b"\n")
        page[NameObject("/Contents")] = writer._add_object(contents)
    if user is not None or owner is not None:
        writer.encrypt(user or "", owner, algorithm="AES-256")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


PDF = a_pdf()


@cache
def a_picture(kind: str = "JPEG", width: int = 64, height: int = 48, **options: Any) -> bytes:
    """A picture, red in its left upper corner and grey elsewhere; `kind` is JPEG, PNG or HEIF, `options` those of Pillow."""
    picture = Image.new("RGB", (width, height), "grey")
    picture.paste("red", (0, 0, width // 4, height // 4))
    return _saved(picture, kind, **options)


def a_noisy_picture(kind: str, width: int, height: int) -> bytes:
    """A picture that hardly gets smaller by being packed, as a photograph does."""
    noise = Image.effect_noise((width // 4, height // 4), 60).resize((width, height))
    return _saved(noise.convert("RGB"), kind, quality=90)


def held_upright(kind: str = "HEIF", **options: Any) -> bytes:
    """A picture that its EXIF data have turned by a quarter, as telephones do."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return a_picture(kind, exif=exif.tobytes(), **options)


def png_said_to_be(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG of few bytes whose head promises any number of pixels: a decompression bomb."""

    def piece(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = piece(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + piece(b"IDAT", data) + piece(b"IEND", b"")


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()
