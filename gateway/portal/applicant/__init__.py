"""The applicant's pages: where the application stands, its form, documents, submission."""

from gateway.portal.applicant import dashboard, documents, form_page, start, submission, timeline
from gateway.portal.kit import document_viewer
from gateway.portal.kit.navigation import Menu, Shown
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.kit.texts import _
from services.contracts.applications.applicant import (
    GetForm,
    GetMyApplication,
    GetPage,
    GetTimeline,
    ListBlockers,
    ListDocuments,
    MergePage,
    ReadDocument,
    RecordDocument,
    RemoveDocument,
    SubmitApplication,
    WithdrawApplication,
)
from services.contracts.correspondence.messages import ListMessages
from services.contracts.identity.accounts import OpenAccount, StartApplication

CHECKED = (GetMyApplication, ListBlockers, GetForm, ListDocuments, GetPage)
PAGES = (
    PortalPage("/start", start.start, (OpenAccount,), form=True, rate="start"),
    PortalPage("/start/done", start.done),
    Action("/application/start", start.apply, (StartApplication,)),
    PortalPage("/application", dashboard.dashboard, (GetMyApplication, ListMessages), menu=Menu(_("Application"))),
    PortalPage("/application/pages/<page>", form_page.form_page, (GetPage, GetForm, ListDocuments, MergePage), form=True),
    PortalPage(
        "/application/documents",
        documents.documents,
        (ListDocuments, GetMyApplication, RecordDocument),
        form=True,
        # Behind the application's page for the person themselves, and opened to a delegate perhaps without that one.
        menu=Menu(_("Supporting documents"), Shown.DELEGATES, rank=1),
    ),
    # Staff may read documents too, and have a page of their own.
    PortalPage("/application/documents/<document_id>/view", document_viewer.view, (ReadDocument,), like=ListDocuments),
    PortalPage("/application/documents/<document_id>/remove", documents.remove, (RemoveDocument, ListDocuments), form=True),
    PortalPage("/application/check", submission.check, (SubmitApplication, *CHECKED), form=True),
    PortalPage("/application/withdraw", submission.withdraw, (WithdrawApplication, GetMyApplication), form=True),
    PortalPage("/application/timeline", timeline.timeline, (GetTimeline, GetMyApplication)),
)
