"""The registrant's pages."""

from gateway.portal.portal_page import PortalPage
from gateway.portal.registrant import dashboard
from services.contracts.roles import REGISTRANTS

PAGES = (PortalPage("/registration", dashboard.dashboard, REGISTRANTS),)
