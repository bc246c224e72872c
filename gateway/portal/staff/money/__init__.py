"""Invoices, payments, and what the provider told of payments."""

from gateway.portal.kit.navigation import Menu
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.staff.money import invoices, payment_notices, payments
from services.contracts.billing.issued import GetIssuedInvoice, ListIssuedInvoices, ListUnfinished, ReplayFinalisation
from services.contracts.billing.notices import ListPaymentNotices, ResolvePaymentNotice
from services.contracts.billing.payments import ListPayments, ResolvePayment
from services.contracts.identity.administration import GetColleagues

RECEIVED = (ListPayments, ListUnfinished, ListPaymentNotices, GetColleagues)
PAGES = (
    PortalPage("/staff/payments", payments.payments, RECEIVED, menu=Menu(_("Payments"))),
    PortalPage("/staff/payments.csv", payments.as_csv, (ListPayments,)),
    PortalPage("/staff/payments/<payment_id>/resolve", payments.resolve, (ResolvePayment,), form=True),
    PortalPage("/staff/payment-notices", payment_notices.notices, (ListPaymentNotices, GetColleagues)),
    PortalPage("/staff/payment-notices.csv", payment_notices.as_csv, (ListPaymentNotices,)),
    PortalPage("/staff/payment-notices/<notice_id>/resolve", payment_notices.resolve, (ResolvePaymentNotice,), form=True),
    PortalPage("/staff/invoices", invoices.invoices, (ListIssuedInvoices,), menu=Menu(_("Invoices"))),
    PortalPage("/staff/invoices.csv", invoices.as_csv, (ListIssuedInvoices,)),
    PortalPage("/staff/invoices/<number>", invoices.invoice, (GetIssuedInvoice, GetColleagues)),
    Action("/staff/invoices/<number>/replay", payments.replay, (ReplayFinalisation,)),
)
