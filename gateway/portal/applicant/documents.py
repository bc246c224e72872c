"""Supporting documents: what is needed, in which state it is, and uploading it (F26-F29)."""

from collections.abc import Mapping

from gateway.bodies import content_type
from gateway.cookies import SAFE
from gateway.edge import Edge
from gateway.errors import TooManyRequests
from gateway.portal.ask import ask
from gateway.portal.flash import Said, flash
from gateway.portal.forms import Form
from gateway.portal.page import redirect, render
from gateway.portal.texts import _
from gateway.requests import Request
from gateway.responses import Response
from gateway.uploads import receive_from
from services.common.errors import Invalid, ServiceError
from services.common.files import FileTooLarge, StoreFull
from services.contracts.applications.applicant import ListDocuments, RecordDocument, RemoveDocument
from services.contracts.applications.errors import (
    DocumentInUse,
    DocumentRefused,
    MalwareFound,
    ReadOnly,
    RequirementNotYours,
    ScannerAway,
    TooManyDocuments,
)

PAGE = "/application/documents"
STATES = {
    "missing": _("Missing"),
    "requested": _("Requested by the college"),
    "received": _("Received"),
    "accepted": _("Accepted"),
    "refused": _("Not accepted"),
}
COLOURS = {"missing": "grey", "requested": "orange", "received": "blue", "accepted": "green", "refused": "red"}
LABELS = {"file": _("File"), "requirement": _("What it is")}
_REFUSED = (
    *(DocumentRefused, RequirementNotYours, ReadOnly, TooManyDocuments, MalwareFound, ScannerAway),
    *(FileTooLarge, StoreFull, TooManyRequests),
)


def documents(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows every requirement with its state and takes a file for one of them; what is wrong with a file is told beside it."""
    if request.method in SAFE:
        return _show(edge, request, Form(LABELS))
    if content_type(request)[0] != "multipart/form-data":  # the button of the other language
        return redirect(PAGE)
    form = Form(LABELS)
    try:
        received = receive_from(edge, request)
        form.given = {name: [text] for name, text in received.fields.items()}
        values = {
            "requirement": form.value("requirement"),
            "file_name": received.file_name,
            "media_type": received.media_type,
            "size": received.size,
            "sha256": received.sha256,
        }
        ask(edge, request, RecordDocument, key=form.key(values) if form.value("once") else None, **values)
    except Invalid as error:
        form.blame(error, request.language)
        return _show(edge, request, form, error.status)
    except _REFUSED as error:
        form.faults["file"] = error.say(request.language)
        return _show(edge, request, form, error.status)
    flash(edge, request, Said.FILE_RECEIVED, name=received.file_name)
    return redirect(PAGE)


def _show(edge: Edge, request: Request, form: Form, status: int = 200) -> Response:
    papers = ask(edge, request, ListDocuments)
    wanted = request.query.get("for") or form.value("requirement")
    return render(
        edge,
        request,
        "applicant/documents.html",
        status,
        upload=form,
        papers=papers,
        wanted=wanted,
        states=STATES,
        colours=COLOURS,
    )


def remove(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Removes a document that was not submitted yet."""
    try:
        ask(edge, request, RemoveDocument, document_id=path["document_id"])
        flash(edge, request, Said.DOCUMENT_REMOVED)
    except DocumentInUse as error:
        flash(edge, request, Said.WORDS, words=_words(error, request))
    return redirect(PAGE)


def _words(error: ServiceError, request: Request) -> str:
    return error.title.in_(request.language)
