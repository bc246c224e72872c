"""The registrant's pages."""

from gateway.portal.portal_page import PortalPage

PAGES: tuple[PortalPage, ...] = ()
