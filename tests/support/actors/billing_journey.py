"""One person's way through billing, for the tests: approval, invoice, notices of payment."""

import time
from datetime import datetime
from typing import Any

import orjson

from services.billing.notices import sign
from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts import billing as contracts
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import InvoiceIssued

SECRET = "only-for-tests"
API_KEY = "only-for-tests-too"
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens there


class Journey:
    """An applicant of a house in which billing runs (and is started by the first walk)."""

    def __init__(self, system: Any, provider_url: str = NOWHERE, **environment: str) -> None:
        self.system = system
        self.account_id, self.application_id = new_id(), new_id()
        self.payer = system.caller("applicant", account_id=self.account_id)
        self.staff = system.caller("billing_officer")
        if "billing" not in system.containers:
            settings = {"PAYMENT_PROVIDER_URL": provider_url, "PAYMENT_API_KEY": API_KEY, "PAYMENT_WEBHOOK_SECRET": SECRET}
            system.start("billing", **{**settings, "SWEEP_INTERVAL_S": "600", **environment})

    def approve(self, category: str = "rp_qualifying", approved_at: datetime | None = None, **data: Any) -> dict[str, Any]:
        """Announces the approval and gives its envelope."""
        return self.system.publish(
            ApplicationApproved,
            **{
                "application_id": self.application_id,
                "account_id": self.account_id,
                "reference": "APP-000001-X",
                "category": category,
                "legal_name": "Zoë Nguyễn-Tremblay",
                "first_name": "Zoë",
                "last_name": "Nguyễn-Tremblay",
                "commonly_used_name": None,
                "languages_of_care": ["en", "fr"],
                "conditions": [],
                "approved_at": approved_at or clock.now(),
                **data,
            },
        )

    def invoiced(self) -> str:
        """Gets approved, and gives the number of the invoice once it is issued."""
        before = len([fact for fact in self.system.heard if fact.type == "InvoiceIssued"])
        self.approve()
        return self.system.announced(InvoiceIssued, count=before + 1)[-1].data["invoice_number"]

    def number(self) -> str:
        """Gives the number of the payer's newest invoice."""
        return self.system.call(contracts.invoices.ListInvoices, self.payer)["invoices"][0]["number"]

    def invoice(self) -> dict[str, Any]:
        """Gives the payer's newest invoice."""
        return self.system.call(contracts.invoices.GetInvoice, self.payer, number=self.number())

    def payment(self, number: str, **data: Any) -> dict[str, Any]:
        """Gives the data of a payment of 362.73, which is what the qualifying category costs."""
        return {
            "payment_id": f"pay_{new_id().hex}",
            "checkout_id": f"chk_{new_id().hex}",
            "reference": number,
            "amount_cents": 36273,
            "currency": "CAD",
            "paid_at": "2026-11-23T15:04:05Z",
            "method": {"brand": "visa", "last4": "4242"},
            **data,
        }

    def notify(self, payment: dict[str, Any], kind: str = "payment.succeeded", age_s: int = 0) -> str:
        """Sends the provider's notice as the gateway would, and gives the outcome."""
        notice = orjson.dumps({"id": f"evt_{new_id().hex}", "type": kind, "created": 1, "data": payment}).decode()
        return self.send(notice, sign(SECRET, int(time.time()) - age_s, notice))

    def send(self, notice: str, signature: str) -> str:
        """Sends a notice with a signature, and gives the outcome."""
        reply = self.system.call(contracts.payments.RecordPayment, self.system.anonymous, notice=notice, signature=signature)
        return reply["outcome"]
