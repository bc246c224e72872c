"""The applicant's pages: where the application stands, its form, documents, submission."""

from gateway.portal.applicant import dashboard, documents, form_page, start, submission, timeline
from gateway.portal.kit import document_viewer
from gateway.portal.kit.portal_page import Action, PortalPage
from services.common.kernel.access import SIGNED_IN
from services.contracts.pages import APPLICATION_FORM, DOCUMENTS
from services.contracts.roles import APPLICANTS

FORM, FILES = APPLICANTS.delegable(APPLICATION_FORM), APPLICANTS.delegable(DOCUMENTS)
PAGES = (
    PortalPage("/start", start.start, form=True, rate="start"),
    PortalPage("/start/done", start.done),
    Action("/application/start", start.apply, SIGNED_IN),
    PortalPage("/application", dashboard.dashboard, FORM),
    PortalPage("/application/pages/<page>", form_page.form_page, FORM, form=True),
    PortalPage("/application/documents", documents.documents, FILES, form=True),
    PortalPage("/application/documents/<document_id>/view", document_viewer.view, FILES),
    PortalPage("/application/documents/<document_id>/remove", documents.remove, FILES, form=True),
    PortalPage("/application/check", submission.check, APPLICANTS, form=True),
    PortalPage("/application/withdraw", submission.withdraw, APPLICANTS, form=True),
    PortalPage("/application/timeline", timeline.timeline, FORM),
)
