"""The applicant's pages: where the application stands, its form, documents, submission."""

from gateway.portal.applicant import dashboard, documents, form_page, start, submission, timeline
from gateway.portal.portal_page import Action, PortalPage
from services.contracts.roles import APPLICANTS

PAGES = (
    PortalPage("/start", start.start, form=True, rate="start"),
    PortalPage("/start/done", start.done),
    PortalPage("/application", dashboard.dashboard, APPLICANTS),
    PortalPage("/application/pages/<page>", form_page.form_page, APPLICANTS, form=True),
    PortalPage("/application/documents", documents.documents, APPLICANTS, form=True),
    Action("/application/documents/<document_id>/remove", documents.remove, APPLICANTS),
    PortalPage("/application/check", submission.check, APPLICANTS, form=True),
    PortalPage("/application/withdraw", submission.withdraw, APPLICANTS, form=True),
    PortalPage("/application/timeline", timeline.timeline, APPLICANTS),
)
