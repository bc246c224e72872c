"""Whether a picture is whole and of a size that people make; and a telephone's HEIC as a JPEG, which every browser shows."""

import os
from typing import BinaryIO

import pi_heif
from PIL import Image, ImageFile, ImageOps

from gateway.opening import MOST_PIXELS, Found, Verdict

LONGEST_SIDE, QUALITY = 3000, 85
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIF"}
_SIZE, _LARGE_SIZE = 8, 16  # bytes of a box's head
pi_heif.register_heif_opener(thumbnails=False)
pi_heif.options.DECODE_THREADS = 1
ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # ours are counted before anything is made


def check(file: BinaryIO, media_type: str) -> None:
    """Raises Found for a picture of too many pixels, and whatever Pillow raises for one that is broken or cut off."""
    if media_type == "image/heic":
        _boxes_are_whole(file)
    with _opened(file, media_type) as picture:
        if media_type == "image/png":
            picture.verify()  # every piece has its checksum: nothing need be unpacked
        else:
            # A JPEG is read to its end at an eighth of its size.
            picture.draft("L", (1, 1))
            picture.load()


def show(file: BinaryIO, written: BinaryIO) -> None:
    """Writes a HEIC as a JPEG, the way up that the telephone was held, no larger than a screen has a use for. Only the picture goes along."""
    with _opened(file, "image/heic") as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright.convert("RGB").save(written, "JPEG", quality=QUALITY)


def _opened(file: BinaryIO, media_type: str) -> Image.Image:
    picture = Image.open(file, formats=(_FORMATS[media_type],))
    if picture.width * picture.height > MOST_PIXELS[media_type]:
        raise Found(Verdict.TOO_MANY_PIXELS)
    return picture


def _boxes_are_whole(file: BinaryIO) -> None:
    """A HEIC is a row of boxes, each with its length: where the last one ends, the file does (ISO/IEC 14496-12, 4.2)."""
    end, place = file.seek(0, os.SEEK_END), 0
    while place < end:
        file.seek(place)
        head = file.read(_LARGE_SIZE)
        size = int.from_bytes(head[:4])
        if size == 1:
            size = int.from_bytes(head[_SIZE:_LARGE_SIZE])
        elif size == 0:  # the last one: as far as the file goes
            size = end - place
        if len(head) < _SIZE or size < _SIZE or place + size > end:
            raise Found(Verdict.DAMAGED)
        place += size
    file.seek(0)
