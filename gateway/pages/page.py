"""Rendering: Jinja templates with every value escaped, the college's names, and a switch to the other language."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.edge import Edge
from gateway.pages.texts import TEXTS
from gateway.portal.assets import assets_of
from gateway.requests import Request
from gateway.responses import Response, of_bytes
from services.common.dates import written_date

HTML = "text/html; charset=utf-8"
FOLDER = Path(__file__).parent
Page = Callable[[Edge, Request, Mapping[str, str]], Response]
_OWN_QUERY: Mapping[str, str] = {}


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    edge: Edge,
    request: Request,
    template: str,
    status: int = 200,
    kept: Mapping[str, str] | None = _OWN_QUERY,
    **values: Any,
) -> Response:
    """Makes an HTML page in the caller's language.

    The switch to the other language keeps the query, and `kept` beside it; with None there is no switch.
    """
    language = request.language
    other = "en" if language == "fr" else "fr"

    def say(key: str, **params: Any) -> str:
        return TEXTS[key].format(language, **params)

    html = (
        _templates()
        .get_template(template)
        .render(
            say=say,
            language=language,
            other=other,
            other_address=None if kept is None else "?" + urlencode({**request.query, **kept, "language": other}),
            college=edge.college,
            asset=assets_of(edge.college).address,
            written=lambda day: written_date(day, language),
            **values,
        )
    )
    return of_bytes(html.encode(), HTML, status, [("Cache-Control", "no-store"), ("Content-Language", language)])
