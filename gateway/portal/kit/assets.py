"""Style, scripts and fonts: read once, put together, compressed, and kept by browsers for good under an address that changes with them."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.context import Context
from gateway.http.errors import NoSuchAddress
from gateway.http.responses import Response, of_bytes
from services.contracts.college import CollegeOnDay

FOLDER = Path(__file__).parents[1] / "assets"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_FOR_GOOD = "public, max-age=31536000, immutable"
# What the macros of GOV.UK Frontend are coloured with, by the names that the college's theme has for it.
_THEME = {
    "--govuk-brand-colour": "brand",
    "--govuk-text-colour": "text",
    "--govuk-secondary-text-colour": "text_secondary",
    "--govuk-template-background-colour": "surface",
    "--govuk-body-background-colour": "background",
    "--govuk-surface-background-colour": "surface",
    "--govuk-surface-text-colour": "text",
    "--govuk-surface-border-colour": "border",
    "--govuk-focus-colour": "focus",
    "--govuk-focus-text-colour": "text",
    "--govuk-error-colour": "error",
    "--govuk-success-colour": "success",
    "--govuk-input-border-colour": "text",
    "--govuk-link-colour": "link",
    "--govuk-link-visited-colour": "accent",
    "--govuk-link-hover-colour": "link_hover",
    "--govuk-link-active-colour": "text",
    "--portal-header": "brand_dark",
    "--portal-on-header": "on_brand",
    "--portal-line": "border",
    "--portal-warning": "warning",
}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent; `packed` is its compressed form, where that is smaller."""

    content: bytes
    packed: bytes | None
    media_type: str


@dataclass(frozen=True)
class Assets:
    """All files by name, and the digest of them all, which stands in their addresses."""

    files: Mapping[str, Asset]
    digest: str

    def address(self, name: str) -> str:
        """Gives the address of a file; raises KeyError for one that is not there."""
        self.files[name]
        return f"/assets/{self.digest}/{name}"


def assets_of(college: CollegeOnDay) -> Assets:
    """Gives the files in the college's colours."""
    return _put_together(tuple(sorted(college.theme.colours.items())))


def serve(context: Context) -> Response:
    """Sends a file; raises NoSuchAddress. An address of an older or newer version gets the present one, which is then not kept."""
    assets = assets_of(context.college)
    asset = assets.files.get(context.path["name"])
    if asset is None:
        raise NoSuchAddress()
    kept = _FOR_GOOD if context.path["digest"] == assets.digest else "no-cache"
    headers = [("Cache-Control", kept), ("Vary", "Accept-Encoding")]
    if asset.packed is None or "gzip" not in (context.request.header("Accept-Encoding") or ""):
        return of_bytes(asset.content, asset.media_type, 200, headers)
    return of_bytes(asset.packed, asset.media_type, 200, [*headers, ("Content-Encoding", "gzip")])


@cache
def _put_together(colours: tuple[tuple[str, str], ...]) -> Assets:
    found = {file.name: file.read_bytes() for file in sorted(FOLDER.rglob("*")) if file.suffix in _TYPES}
    found["portal.css"] = found.pop("govuk-frontend.min.css") + _theme(dict(colours)) + found["portal.css"]
    digest = hashlib.sha256(b"".join(name.encode() + content for name, content in sorted(found.items()))).hexdigest()[:16]
    return Assets({name: _asset(name, content) for name, content in found.items()}, digest)


def _theme(colours: Mapping[str, str]) -> bytes:
    return (":root{" + "".join(f"{name}:{colours[colour]};" for name, colour in _THEME.items()) + "}\n").encode()


def _asset(name: str, content: bytes) -> Asset:
    packed = gzip.compress(content, 9, mtime=0)
    return Asset(content, packed if len(packed) < len(content) else None, _TYPES[Path(name).suffix])
