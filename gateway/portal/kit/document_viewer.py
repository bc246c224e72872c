"""Documents shown within a page: a PDF or a picture, all else is downloaded (B8 keeps who looked)."""

from collections.abc import Mapping
from typing import Any

from gateway.http.downloads import SHOWN, show
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.applications.applicant import ReadDocument


def view(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Sends a document to be looked at. Raises NotFound, FileTooComplex, FilesNotOpened."""
    stored = ask(edge, request, ReadDocument, document_id=path["document_id"])
    return show(edge, stored, request)


def opened(request: Request, documents: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Gives the document that the page shows within itself, if one was chosen that a browser can show."""
    asked = request.query.get("document")
    return next((one for one in documents if str(one["id"]) == asked and one["media_type"] in SHOWN), None)
