"""The payment provider's notices."""

from gateway.api.routing import Kind, Route
from services.contracts import billing

ROUTES = (Route("POST", "/webhooks/payments", billing.RecordPayment, kind=Kind.WEBHOOK),)
