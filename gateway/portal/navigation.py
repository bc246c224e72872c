"""The links at the top of every page, by who is signed in; each area adds its own here."""

from dataclasses import dataclass

from gateway.portal.texts import _
from services.common.access import ANYONE, SIGNED_IN, Access
from services.common.caller import Caller
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
    Link("/registration", _("Registration"), REGISTRANTS),
    Link("/application", _("Application"), APPLICANTS),
    Link("/fees-and-receipts", _("Fees and receipts"), PAYERS),
    Link("/messages", _("Messages"), PAYERS),
    Link("/security", _("Account and security"), SIGNED_IN),
)


def own_of(caller: Caller) -> list[Link]:
    """Gives the links to what is the caller's own."""
    return [link for link in OWN if caller.signed_in and link.access.admits(caller)]


def shown_to(caller: Caller, path: str) -> list[tuple[Link, bool]]:
    """Gives the links for the caller, and whether each leads to where they are."""
    links = [*own_of(caller), PUBLIC[0], PUBLIC[-1]] if caller.signed_in else PUBLIC
    return [(link, link.leads_to(path)) for link in links]
