"""The queue and the review of applications."""

from gateway.portal.kit import document_viewer
from gateway.portal.kit.navigation import Menu
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.staff.applications import application, decision, queue, steps
from services.contracts.applications.applicant import GetForm, ReadDocument
from services.contracts.applications.review import (
    AddNote,
    AssignApplication,
    BeginReview,
    Decide,
    DecideDocument,
    GetApplication,
    ListApplications,
    MarkComplete,
    RecordReceivedDocument,
    ReferToCommittee,
    RequestMore,
)
from services.contracts.correspondence.previews import PreviewDecision
from services.contracts.identity.administration import FindAccounts, GetColleagues, GetPreferredLanguage

QUEUE = (ListApplications, FindAccounts, GetColleagues)
CHANGED = (GetApplication, GetForm, GetColleagues)  # the file, and what changed on it meanwhile
WRITTEN = (*CHANGED, GetPreferredLanguage)  # the same, and the language of who reads what is written
FILE = "/staff/applications/<application_id>"
PAGES = (
    PortalPage("/staff/applications", queue.queue, QUEUE, menu=Menu(_("Applications"))),
    PortalPage("/staff/applications.csv", queue.as_csv, QUEUE),
    PortalPage(FILE, application.application, (GetApplication, GetForm, FindAccounts, GetColleagues)),
    PortalPage(f"{FILE}/note", steps.note, (AddNote, *WRITTEN), form=True),
    PortalPage(f"{FILE}/request-more", steps.request_more, (RequestMore, *WRITTEN), form=True),
    Action(f"{FILE}/assignment", steps.assign, (AssignApplication,)),
    Action(f"{FILE}/complete", steps.complete, (MarkComplete, *CHANGED)),
    Action(f"{FILE}/begin-review", steps.begin_review, (BeginReview, *CHANGED)),
    PortalPage(f"{FILE}/refer", steps.refer, (ReferToCommittee, *WRITTEN), form=True),
    PortalPage(f"{FILE}/decision", decision.decision, (Decide, PreviewDecision, *WRITTEN), form=True),
    PortalPage(f"{FILE}/documents", steps.upload, (RecordReceivedDocument, GetApplication), form=True),
    # Applicants may read their own documents too, and have a page of their own.
    PortalPage("/staff/documents/<document_id>/view", document_viewer.view, (ReadDocument,), like=GetApplication),
    PortalPage("/staff/documents/<document_id>/decision", steps.decide_document, (DecideDocument, *WRITTEN), form=True),
)
