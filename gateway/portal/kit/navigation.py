"""The links at the top of every page, by who is signed in; each area adds its own here."""

from dataclasses import dataclass

from gateway.portal.kit.texts import _
from services.common.kernel.access import ANYONE, SIGNED_IN, Access
from services.common.kernel.caller import Caller
from services.contracts.pages import APPLICATION_FORM, DOCUMENTS, FEES, MESSAGES, QUALITY_ASSURANCE, REGISTRATION
from services.contracts.roles import (
    APPLICANTS,
    AUDITORS,
    BILLING,
    MAILERS,
    OPERATORS,
    PAYERS,
    REGISTRANTS,
    REVIEWERS,
    SUPPORTERS,
)

STAFF = "/staff/"  # where the pages of staff begin: lists and files, laid out over a desk's whole screen


@dataclass(frozen=True)
class Link:
    """A link to a part of the portal, for those whom `access` admits."""

    path: str
    text: str
    access: Access = ANYONE

    def leads_to(self, path: str) -> bool:
        """Whether `path` is in that part."""
        return path == self.path or path.startswith(f"{self.path}/")


PUBLIC = (
    Link("/register", _("Public register")),
    Link("/how-to-apply", _("How to apply")),
    Link("/fees", _("Fees")),
    Link("/sign-in-help", _("Help")),
)
# For people signed in, the most important first: the first that admits somebody is where signing in leads.
OWN: tuple[Link, ...] = (
    Link("/staff/applications", _("Applications"), REVIEWERS),
    Link("/staff/payments", _("Payments"), BILLING),
    Link("/staff/invoices", _("Invoices"), BILLING),
    Link("/staff/messages", _("Messages sent"), SUPPORTERS),
    Link("/staff/access-requests", _("Requests for access"), SUPPORTERS),
    Link("/staff/certificates", _("Certificates that wait"), SUPPORTERS),
    Link("/staff/mailings", _("Mailing list"), MAILERS),
    Link("/staff/dead-letters", _("Failed background messages"), OPERATORS),
    Link("/staff/audit", _("Audit trail"), AUDITORS),
    Link("/registration", _("Registration"), REGISTRANTS.delegable(REGISTRATION)),
    Link("/application", _("Application"), APPLICANTS.delegable(APPLICATION_FORM)),
    Link("/fees-and-receipts", _("Fees and receipts"), PAYERS.delegable(FEES)),
    Link("/messages", _("Messages"), PAYERS.delegable(MESSAGES)),
    Link("/security", _("Account and security"), SIGNED_IN),
)
# What is behind another page for the person themselves, and may be opened to a delegate without that one.
FOR_DELEGATES = (
    Link("/application/documents", _("Supporting documents"), APPLICANTS.delegable(DOCUMENTS)),
    Link("/quality-assurance", _("Quality assurance"), REGISTRANTS.delegable(QUALITY_ASSURANCE)),
)


def own_of(caller: Caller) -> list[Link]:
    """Gives the links to what is the caller's own; for a delegate at work, to what was opened to them."""
    all_links = (*OWN, *FOR_DELEGATES) if caller.delegate_id else OWN
    return [link for link in all_links if caller.signed_in and link.access.admits(caller)]


def shown_to(caller: Caller, path: str) -> list[tuple[Link, bool]]:
    """Gives the links for the caller, and whether each leads to where they are."""
    links = [*own_of(caller), PUBLIC[0], PUBLIC[-1]] if caller.signed_in else list(PUBLIC)
    if caller.delegate_id:
        links = own_of(caller)
    here = max((link for link in links if link.leads_to(path)), key=lambda link: len(link.path), default=None)
    return [(link, link is here) for link in links]
