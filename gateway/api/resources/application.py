"""The applicant's own application: where it stands, its pages, its steps."""

from gateway.api.routing import Route, Tag
from services.contracts.applications import applicant

ROUTES = (
    Route("GET", "/application", applicant.GetMyApplication),
    Route("GET", "/application/timeline", applicant.GetTimeline),
    Route("GET", "/application/blockers", applicant.ListBlockers),
    Route("GET", "/application/pages/{page}", applicant.GetPage, tag=Tag.VERSION, cache_control="private, no-cache"),
    Route("PUT", "/application/pages/{page}", applicant.SavePage, tag=Tag.VERSION, if_match="version"),
    Route("POST", "/application/pages/{page}/edits", applicant.MergePage, tag=Tag.VERSION),
    Route("POST", "/application/submit", applicant.SubmitApplication),
    Route("POST", "/application/withdraw", applicant.WithdrawApplication),
)
