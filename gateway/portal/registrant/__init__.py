"""The registrant's pages."""

from gateway.portal.kit.navigation import Menu, Shown
from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.registrant import dashboard
from services.contracts.correspondence.messages import ListMessages
from services.contracts.qa import GetQaDashboard
from services.contracts.registry import GetMyRegistration

PAGES = (
    PortalPage(
        "/registration",
        dashboard.dashboard,
        (GetMyRegistration, GetQaDashboard, ListMessages),
        menu=Menu(_("Registration")),
    ),
    PortalPage(
        "/quality-assurance",
        dashboard.quality_assurance,
        (GetQaDashboard,),
        # On the registration's page for the person themselves, and opened to a delegate perhaps without that one.
        menu=Menu(_("Quality assurance"), Shown.DELEGATES, rank=2),
    ),
)
