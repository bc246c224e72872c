"""Documents of an application."""

from gateway.api.routing import PREFIX, Kind, Route
from services.contracts.applications import applicant
from services.contracts.college.requirements import FILE_TYPES

CONTENT = PREFIX + "/documents/{id}/content"

ROUTES = (
    Route("GET", "/application/documents", applicant.ListDocuments),
    Route("POST", "/application/documents", applicant.RecordDocument, status=201, kind=Kind.UPLOAD, location=CONTENT),
    Route("DELETE", "/application/documents/{document_id}", applicant.RemoveDocument, status=204),
    Route(
        "GET", "/documents/{document_id}/content", applicant.ReadDocument, kind=Kind.DOWNLOAD, sends=tuple(FILE_TYPES.values())
    ),
)
