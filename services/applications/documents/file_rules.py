"""Which files a requirement takes, in words that people use. Pure."""

from services.common.kernel.text import Text
from services.contracts.applications.errors import DocumentRefused, DocumentTooLarge, TooManyDocuments
from services.contracts.college import Requirement

MEGABYTE = 1024 * 1024
# What one applicant's own files may take: several times what any route asks for.
MOST_FILES, MOST_BYTES = 100, 300 * MEGABYTE
_WORD = Text("a Word document", "un document Word")
_CALLED = {
    "application/pdf": Text("a PDF", "un PDF"),
    "image/jpeg": Text("a JPEG picture", "une image JPEG"),
    "image/png": Text("a PNG picture", "une image PNG"),
    "image/heic": Text("a HEIC picture, as some telephones take them", "une image HEIC, comme en prennent certains téléphones"),
    "image/gif": Text("a GIF picture", "une image GIF"),
    "image/webp": Text("a WebP picture", "une image WebP"),
    "image/tiff": Text("a TIFF picture", "une image TIFF"),
    "application/msword": _WORD,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _WORD,
    "application/vnd.oasis.opendocument.text": Text("an OpenDocument text", "un document OpenDocument"),
    "application/rtf": Text("a text in RTF", "un texte RTF"),
    "text/rtf": Text("a text in RTF", "un texte RTF"),
    "application/zip": Text("an archive (ZIP)", "une archive (ZIP)"),
    "text/html": Text("a web page", "une page Web"),
    "text/plain": Text("plain text", "du texte brut"),
}
_OTHERS = {
    "image": Text("a picture of another kind", "une image d’un autre format"),
    "video": Text("a video", "une vidéo"),
    "audio": Text("a recording", "un enregistrement sonore"),
}
_UNKNOWN = Text(
    "damaged, cut off or of a kind that we do not know", "endommagé, incomplet ou d’un format que nous ne connaissons pas"
)


def called(media_type: str) -> Text:
    """What people call a file of a media type, as in “This file is a Word document”."""
    return _CALLED.get(media_type) or _OTHERS.get(media_type.partition("/")[0]) or _UNKNOWN


def check_file(requirement: Requirement, media_type: str, size: int) -> None:
    """Raises DocumentRefused and DocumentTooLarge unless the requirement takes files of this type and of this size in bytes."""
    if media_type not in requirement.media_types:
        kind = called(media_type)
        types = ", ".join(kind.upper() for kind in requirement.accepted_types)
        raise DocumentRefused(types=types, found_en=kind.in_("en"), found_fr=kind.in_("fr"))
    if size > requirement.max_bytes:
        raise DocumentTooLarge(limit_mb=requirement.max_bytes // MEGABYTE, size_mb=-(-size // MEGABYTE))


def check_room(sizes: list[int], size: int) -> None:
    """Raises TooManyDocuments unless a file of `size` bytes finds room beside the applicant's others, of `sizes`."""
    if len(sizes) >= MOST_FILES or sum(sizes) + size > MOST_BYTES:
        raise TooManyDocuments(most=MOST_FILES, most_mb=MOST_BYTES // MEGABYTE)
