"""Requests for access, certificates that wait, dead letters, the audit trail."""

from gateway.portal.kit.navigation import Menu
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.staff.administration import access_requests, audit, certificates, dead_letters
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.review import CompareFacts, GetReferences, ListApplications
from services.contracts.identity.administration import FindAccounts, GetColleagues
from services.contracts.identity.support import ConfirmAccessDecision, DecideAccessRequest, GetAccessRequest, ListAccessRequests
from services.contracts.registry import (
    ListHeldCertificates,
    LookUpRegistrant,
    MakeHeldCertificates,
    SearchRegister,
)

ACCESS = "/staff/access-requests/<request_id>"
ASKED = (GetAccessRequest, FindAccounts, SearchRegister, LookUpRegistrant, GetColleagues)
NAMED = (GetForm, GetReferences, ListApplications, FindAccounts, GetColleagues)  # what a trail's ids are called
LETTER = "/staff/dead-letters/<service>/<letter_id>"
REQUESTS = (
    PortalPage(
        "/staff/access-requests",
        access_requests.all_requests,
        (ListAccessRequests,),
        menu=Menu(_("Requests for access")),
    ),
    PortalPage("/staff/access-requests.csv", access_requests.as_csv, (ListAccessRequests,)),
    PortalPage(ACCESS, access_requests.access_request, ASKED),
    PortalPage(f"{ACCESS}/decision", access_requests.decide, (DecideAccessRequest, GetAccessRequest, CompareFacts), form=True),
    PortalPage(
        f"{ACCESS}/confirmation",
        access_requests.confirm,
        (ConfirmAccessDecision, GetAccessRequest, GetColleagues),
        form=True,
    ),
    PortalPage("/staff/certificates", certificates.held, (ListHeldCertificates,), menu=Menu(_("Certificates that wait"))),
    Action("/staff/certificates/make", certificates.make, (MakeHeldCertificates,)),
)
SYSTEM = (
    PortalPage(
        "/staff/dead-letters",
        dead_letters.all_letters,
        tuple(dead_letters.LISTS.values()),
        menu=Menu(_("Failed background messages")),
    ),
    PortalPage("/staff/dead-letters.csv", dead_letters.as_csv, tuple(dead_letters.LISTS.values())),
    PortalPage(LETTER, dead_letters.letter, tuple(dead_letters.LETTERS.values())),
    PortalPage(f"{LETTER}/replay", dead_letters.replay, tuple(dead_letters.REPLAYS.values()), form=True),
    PortalPage(f"{LETTER}/discard", dead_letters.discard, tuple(dead_letters.DISCARDS.values()), form=True),
    PortalPage("/staff/audit", audit.trail, (*audit.TRAILS.values(), *NAMED), menu=Menu(_("Audit trail"))),
    PortalPage("/staff/audit.csv", audit.as_csv, (*audit.TRAILS.values(), *NAMED)),
)
