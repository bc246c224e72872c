"""Documents shown within a page: a PDF or a picture, all else is downloaded (B8 keeps who looked)."""

from collections.abc import Iterable

from gateway.context import Context
from gateway.http.downloads import SHOWN, show
from gateway.http.requests import Request
from gateway.http.responses import Response
from services.contracts.applications.applicant import ReadDocument
from services.contracts.applications.shapes import Document


def view(context: Context) -> Response:
    """Sends a document to be looked at. Raises NotFound, FileTooComplex, FilesNotOpened."""
    stored = context.ask(ReadDocument, document_id=context.path["document_id"])
    return show(context, stored)


def opened(request: Request, documents: Iterable[Document]) -> Document | None:
    """Gives the document that the page shows within itself, if one was chosen that a browser can show."""
    asked = request.query.get("document")
    return next((document for document in documents if str(document.id) == asked and document.media_type in SHOWN), None)
