"""Genuine notices that are no payment to be recorded: what they say, and whether a person must look. Pure rules, no database."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import orjson

from services.billing import said
from services.billing.notices import LARGEST_CENTS, PAYMENT_SUCCEEDED

REFUND, DISPUTE, UNKNOWN, UNREADABLE = "refund", "dispute", "unknown", "unreadable"
# The one place that says what the provider's types mean to us: why staff must look, or None for what changes nothing that was paid.
# A type that is not here is flagged as unknown: money may be behind it.
TYPES: dict[str, str | None] = {
    "payment.refunded": REFUND,
    "payment.partially_refunded": REFUND,
    "payment.reversed": REFUND,
    "charge.refunded": REFUND,
    "refund.created": REFUND,
    "refund.succeeded": REFUND,
    "refund.updated": REFUND,
    "refund.failed": REFUND,
    "dispute.created": DISPUTE,
    "dispute.updated": DISPUTE,
    "dispute.closed": DISPUTE,
    "dispute.won": DISPUTE,
    "dispute.lost": DISPUTE,
    "charge.dispute.created": DISPUTE,
    "charge.dispute.closed": DISPUTE,
    "chargeback.created": DISPUTE,
    "payment.created": None,
    "payment.pending": None,
    "payment.declined": None,
    "checkout.created": None,
    "checkout.opened": None,
    "checkout.cancelled": None,
    "checkout.expired": None,
    "ping": None,
    "test": None,
    "webhook.test": None,
    PAYMENT_SUCCEEDED: UNREADABLE,  # one that can be read is a payment, and never comes here
}
_LONGEST_TYPE, _LONGEST_ID, _LONGEST_REFERENCE = 100, 255, 500
_CURRENCY = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class OtherNotice:
    """What such a notice says, as far as it can be read. `key` is the same each time it is sent; no flag: nobody need look."""

    key: str
    type: str | None
    flag: str | None
    provider_payment_id: str | None
    provider_checkout_id: str | None
    reference: str | None
    amount_cents: int | None
    currency: str | None
    said: str | None


def read(body: bytes) -> OtherNotice:
    """Reads it, whatever it is."""
    top = _object(_parsed(body))
    data, kind = _object(top.get("data")), _text(top, "type", _LONGEST_TYPE)
    flag = UNREADABLE if kind is None else TYPES.get(kind, UNKNOWN)
    amount, currency = data.get("amount_cents"), data.get("currency")
    known = (
        isinstance(amount, int)
        and not isinstance(amount, bool)
        and abs(amount) <= LARGEST_CENTS
        and isinstance(currency, str)
        and _CURRENCY.fullmatch(currency)
    )
    return OtherNotice(
        key=_key(top.get("id"), body),
        type=kind,
        flag=flag,
        provider_payment_id=_text(data, "payment_id", _LONGEST_ID),
        provider_checkout_id=_text(data, "checkout_id", _LONGEST_ID),
        reference=_text(data, "reference", _LONGEST_REFERENCE),
        amount_cents=amount if known else None,
        currency=str(currency).upper() if known else None,
        said=said.copy_of(body) if flag else None,  # nobody decides on what is harmless: no more of it is kept than its columns
    )


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(of: dict[str, Any], name: str, longest: int) -> str | None:
    value = of.get(name)
    return said.clean(value.strip(), longest) or None if isinstance(value, str) else None


def _key(event_id: Any, body: bytes) -> str:
    if isinstance(event_id, str) and event_id.isprintable() and 0 < len(event_id) <= _LONGEST_ID:
        return f"event/{event_id}"
    return f"sha256/{hashlib.sha256(body).hexdigest()}"
