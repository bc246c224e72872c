"""Whoever tells the college’s webhook of payments: the provider, or somebody who pretends to be it."""

import hashlib
import hmac
import json
import time
import uuid

import requests

from tests.support.waiting import PATIENCE_S


def signed(college, body: bytes, at: int | None = None) -> dict[str, str]:
    secret = college.site.environment("billing")["PAYMENT_WEBHOOK_SECRET"]
    moment = str(at or int(time.time()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Payment-Signature": f"t={moment},v1={digest}", "Content-Type": "application/json"}


def notice(reference: str, cents: int, payment_id: str = "", currency: str = "CAD") -> bytes:
    data = {
        "payment_id": payment_id or f"pay_{uuid.uuid4().hex}",
        "checkout_id": "chk_none",
        "reference": reference,
        "amount_cents": cents,
        "currency": currency,
        "paid_at": "2026-11-23T12:00:00+00:00",
        "method": {"brand": "visa", "last4": "4242"},
    }
    return json.dumps(
        {"id": f"evt_{uuid.uuid4().hex}", "type": "payment.succeeded", "created": int(time.time()), "data": data}
    ).encode()


def tell(college, body: bytes, headers: dict[str, str]) -> requests.Response:
    return requests.post(f"{college.url}/api/v1/webhooks/payments", data=body, headers=headers, timeout=PATIENCE_S)
