"""The payment provider's notices."""

from gateway.api.routing import Kind, Route
from services.contracts import billing

ROUTES = (Route("POST", "/webhooks/payments", billing.payments.RecordPayment, kind=Kind.WEBHOOK),)
