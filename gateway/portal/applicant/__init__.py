"""The applicant's pages: where the application stands, its form, documents, submission."""

from gateway.portal import papers
from gateway.portal.applicant import dashboard, documents, form_page, start, submission, timeline
from gateway.portal.portal_page import PortalPage
from services.contracts.roles import APPLICANTS

PAGES = (
    PortalPage("/start", start.start, form=True, rate="start"),
    PortalPage("/start/done", start.done),
    PortalPage("/application", dashboard.dashboard, APPLICANTS),
    PortalPage("/application/pages/<page>", form_page.form_page, APPLICANTS, form=True),
    PortalPage("/application/documents", documents.documents, APPLICANTS, form=True),
    PortalPage("/application/documents/<document_id>/view", papers.view, APPLICANTS),
    PortalPage("/application/documents/<document_id>/remove", documents.remove, APPLICANTS, form=True),
    PortalPage("/application/check", submission.check, APPLICANTS, form=True),
    PortalPage("/application/withdraw", submission.withdraw, APPLICANTS, form=True),
    PortalPage("/application/timeline", timeline.timeline, APPLICANTS),
)
