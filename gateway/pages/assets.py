"""The one stylesheet, in the college's colours."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from gateway.edge import Edge
from gateway.pages.page import FOLDER
from gateway.requests import Request
from gateway.responses import Response, matches, not_modified, of_bytes, quoted
from services.contracts.college import College


def style(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the stylesheet; a browser keeps it for an hour."""
    content, tag = _style(edge.college)
    headers = [("ETag", quoted(tag)), ("Cache-Control", "public, max-age=3600")]
    if matches(request.header("If-None-Match"), tag):
        return not_modified(headers)
    return of_bytes(content, "text/css; charset=utf-8", 200, headers)


@lru_cache(maxsize=4)
def _style_of(colours: tuple[tuple[str, str], ...]) -> tuple[bytes, str]:
    variables = " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in colours)
    content = f":root {{ {variables} }}\n".encode() + (FOLDER / "assets" / "style.css").read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:32]


def _style(college: College) -> tuple[bytes, str]:
    return _style_of(tuple(college.theme.colours.items()))
