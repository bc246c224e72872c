"""The staff's pages: applications and their review, invoices, payments, messages, requests for access, certificates that
wait, the mailing list, dead letters, the audit trail."""

from gateway.portal.kit import document_viewer
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.staff.administration import access_requests, audit, certificates, dead_letters
from gateway.portal.staff.applications import application, decision, queue, steps
from gateway.portal.staff.correspondence import mailings, messages
from gateway.portal.staff.money import invoices, payment_notices, payments
from services.contracts.roles import AUDITORS, BILLING, DECIDERS, LETTER_READERS, MAILERS, OPERATORS, REVIEWERS, SUPPORTERS

PAGES = (
    PortalPage("/staff/applications", queue.queue, REVIEWERS),
    PortalPage("/staff/applications.csv", queue.as_csv, REVIEWERS),
    PortalPage("/staff/applications/<application_id>", application.application, REVIEWERS),
    PortalPage("/staff/applications/<application_id>/note", steps.note, REVIEWERS, form=True),
    PortalPage("/staff/applications/<application_id>/request-more", steps.request_more, REVIEWERS, form=True),
    Action("/staff/applications/<application_id>/assignment", steps.assign, REVIEWERS),
    Action("/staff/applications/<application_id>/complete", steps.complete, REVIEWERS),
    Action("/staff/applications/<application_id>/begin-review", steps.begin_review, REVIEWERS),
    PortalPage("/staff/applications/<application_id>/refer", steps.refer, DECIDERS, form=True),
    PortalPage("/staff/applications/<application_id>/decision", decision.decision, DECIDERS, form=True),
    PortalPage("/staff/applications/<application_id>/documents", steps.upload, REVIEWERS, form=True),
    PortalPage("/staff/documents/<document_id>/view", document_viewer.view, REVIEWERS),
    PortalPage("/staff/documents/<document_id>/decision", steps.decide_document, REVIEWERS, form=True),
    PortalPage("/staff/invoices", invoices.invoices, BILLING),
    PortalPage("/staff/invoices.csv", invoices.as_csv, BILLING),
    PortalPage("/staff/invoices/<number>", invoices.invoice, BILLING),
    PortalPage("/staff/payments", payments.payments, BILLING),
    PortalPage("/staff/payments.csv", payments.as_csv, BILLING),
    PortalPage("/staff/payments/<payment_id>/resolve", payments.resolve, BILLING, form=True),
    PortalPage("/staff/payment-notices", payment_notices.notices, BILLING),
    PortalPage("/staff/payment-notices.csv", payment_notices.as_csv, BILLING),
    PortalPage("/staff/payment-notices/<notice_id>/resolve", payment_notices.resolve, BILLING, form=True),
    Action("/staff/invoices/<number>/replay", payments.replay, BILLING),
    PortalPage("/staff/messages", messages.log, SUPPORTERS),
    PortalPage("/staff/messages.csv", messages.as_csv, SUPPORTERS),
    PortalPage("/staff/messages/<message_id>", messages.one, LETTER_READERS),
    Action("/staff/messages/<message_id>/resend", messages.resend, SUPPORTERS),
    PortalPage("/staff/access-requests", access_requests.all_requests, SUPPORTERS),
    PortalPage("/staff/access-requests.csv", access_requests.as_csv, SUPPORTERS),
    PortalPage("/staff/access-requests/<request_id>", access_requests.one, SUPPORTERS),
    PortalPage(
        "/staff/access-requests/<request_id>/decision", access_requests.decide, SUPPORTERS.recently_authenticated(), form=True
    ),
    PortalPage(
        "/staff/access-requests/<request_id>/confirmation",
        access_requests.confirm,
        SUPPORTERS.recently_authenticated(),
        form=True,
    ),
    PortalPage("/staff/certificates", certificates.held, SUPPORTERS),
    Action("/staff/certificates/make", certificates.make, SUPPORTERS),
    PortalPage("/staff/mailings", mailings.all_mailings, MAILERS),
    PortalPage("/staff/mailings.csv", mailings.as_csv, MAILERS),
    PortalPage("/staff/mailings/new", mailings.write, MAILERS.recently_authenticated(), form=True),
    PortalPage("/staff/mailings/<mailing_id>", mailings.one, MAILERS),
    PortalPage("/staff/audit", audit.trail, AUDITORS),
    PortalPage("/staff/audit.csv", audit.as_csv, AUDITORS),
    PortalPage("/staff/dead-letters", dead_letters.all_letters, OPERATORS),
    PortalPage("/staff/dead-letters.csv", dead_letters.as_csv, OPERATORS),
    PortalPage("/staff/dead-letters/<service>/<letter_id>", dead_letters.letter, OPERATORS),
    PortalPage("/staff/dead-letters/<service>/<letter_id>/replay", dead_letters.replay, OPERATORS, form=True),
    PortalPage("/staff/dead-letters/<service>/<letter_id>/discard", dead_letters.discard, OPERATORS, form=True),
)
