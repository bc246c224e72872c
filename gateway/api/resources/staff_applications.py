"""The staff's work on applications: the queue, documents, notes, steps."""

from gateway.api.resources.documents import CONTENT
from gateway.api.routing import Kind, Route
from services.contracts.applications import deadlines, review

_ONE = "/staff/applications/{application_id}"
_DEADLINES = "/staff/applications/{subject_id}/deadlines"

ROUTES = (
    Route("GET", "/staff/applications", review.ListApplications),
    Route("GET", _ONE, review.GetApplication),
    Route("POST", "/staff/references", review.GetReferences),
    Route("POST", _ONE + "/documents", review.RecordReceivedDocument, status=201, kind=Kind.UPLOAD, location=CONTENT),
    Route("POST", "/staff/documents/{document_id}/decision", review.DecideDocument),
    Route("POST", _ONE + "/assignment", review.AssignApplication),
    Route("POST", _ONE + "/notes", review.AddNote, status=201),
    Route("POST", _ONE + "/complete", review.MarkComplete),
    Route("POST", _ONE + "/request-more", review.RequestMore),
    Route("POST", _ONE + "/begin-review", review.BeginReview),
    Route("POST", _ONE + "/refer", review.ReferToCommittee),
    Route("POST", _ONE + "/decision", review.Decide),
    Route("GET", _DEADLINES, deadlines.GetDeadlines),
    Route("POST", _DEADLINES + "/extensions", deadlines.ExtendDeadline),
    Route("POST", _DEADLINES + "/pauses", deadlines.PauseDeadline),
    Route("POST", _DEADLINES + "/resumptions", deadlines.ResumeDeadline),
    Route("POST", _DEADLINES + "/adjustments/{adjustment_id}/withdrawal", deadlines.TakeBackAdjustment),
)
