"""Registrants: found, their file with the facts behind the public entry, a change of status, a fact taken back."""

from gateway.portal.kit.navigation import Menu
from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.staff.registrants import file, finding, status, taking_back
from services.contracts.identity.administration import GetColleagues
from services.contracts.registry import SearchRegister
from services.contracts.registry.standing import ChangeStatus, GetRegistrantFile, PreviewStatus, TakeBackFact

FILE = "/staff/registrants/<number>"
PAGES = (
    # Anyone may search the register, and has a page of their own for that.
    PortalPage(finding.PAGE, finding.registrants, (SearchRegister,), like=GetRegistrantFile, menu=Menu(_("Registrants"))),
    PortalPage(FILE, file.registrant, (GetRegistrantFile, GetColleagues)),
    PortalPage(f"{FILE}/status", status.status, (ChangeStatus, PreviewStatus, GetRegistrantFile), form=True),
    PortalPage(f"{FILE}/facts/<fact_id>/take-back", taking_back.take_back, (TakeBackFact, GetRegistrantFile), form=True),
)
