"""The registrant's pages."""

from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.registrant import dashboard
from services.contracts.pages import QUALITY_ASSURANCE, REGISTRATION
from services.contracts.roles import REGISTRANTS

PAGES = (
    PortalPage("/registration", dashboard.dashboard, REGISTRANTS.delegable(REGISTRATION)),
    PortalPage("/quality-assurance", dashboard.quality_assurance, REGISTRANTS.delegable(QUALITY_ASSURANCE)),
)
