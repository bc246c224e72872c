"""The staff's pages: applications and their review, payments, messages, requests for access, dead letters."""

from gateway.portal.portal_page import Action, PortalPage
from gateway.portal.staff import access_requests, application, dead_letters, decision, messages, payments, queue, steps
from services.contracts.roles import BILLING, DECIDERS, OPERATORS, REVIEWERS, SUPPORTERS

PAGES = (
    PortalPage("/staff/applications", queue.queue, REVIEWERS),
    PortalPage("/staff/applications.csv", queue.as_csv, REVIEWERS),
    PortalPage("/staff/applications/<application_id>", application.application, REVIEWERS),
    PortalPage("/staff/applications/<application_id>/note", steps.note, REVIEWERS, form=True),
    PortalPage("/staff/applications/<application_id>/request-more", steps.request_more, REVIEWERS, form=True),
    Action("/staff/applications/<application_id>/complete", steps.complete, REVIEWERS),
    Action("/staff/applications/<application_id>/begin-review", steps.begin_review, REVIEWERS),
    PortalPage("/staff/applications/<application_id>/refer", steps.refer, DECIDERS, form=True),
    PortalPage("/staff/applications/<application_id>/decision", decision.decision, DECIDERS, form=True),
    PortalPage("/staff/applications/<application_id>/documents", steps.upload, REVIEWERS, form=True),
    PortalPage("/staff/documents/<document_id>/decision", steps.decide_document, REVIEWERS, form=True),
    PortalPage("/staff/payments", payments.payments, BILLING),
    PortalPage("/staff/payments/<payment_id>/resolve", payments.resolve, BILLING, form=True),
    Action("/staff/invoices/<number>/replay", payments.replay, BILLING),
    PortalPage("/staff/messages", messages.log, SUPPORTERS),
    Action("/staff/messages/<message_id>/resend", messages.resend, SUPPORTERS),
    PortalPage("/staff/access-requests", access_requests.all_requests, SUPPORTERS),
    PortalPage("/staff/access-requests/<request_id>", access_requests.one, SUPPORTERS),
    PortalPage("/staff/access-requests/<request_id>/decision", access_requests.decide, SUPPORTERS.freshly(), form=True),
    PortalPage("/staff/access-requests/<request_id>/confirmation", access_requests.confirm, SUPPORTERS.freshly(), form=True),
    PortalPage("/staff/dead-letters", dead_letters.all_letters, OPERATORS),
    PortalPage("/staff/dead-letters/<service>/<letter_id>", dead_letters.letter, OPERATORS),
    PortalPage("/staff/dead-letters/<service>/<letter_id>/replay", dead_letters.replay, OPERATORS, form=True),
    PortalPage("/staff/dead-letters/<service>/<letter_id>/discard", dead_letters.discard, OPERATORS, form=True),
)
