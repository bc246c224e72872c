"""The provider's signed notices: genuine and fresh, or refused; and the payments that they tell of. Pure rules, no database."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from services.common.kernel.validation import Instant, Schema, ValidationError, fields, lenient, validate
from services.contracts.billing.payments import NoticeNotGenuine

# A notice is signed anew each time it is sent; older than this it is a replay, or a clock is wrong.
FRESH_S = 300
PAYMENT_SUCCEEDED = "payment.succeeded"
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
LARGEST_CENTS = 10**15
_DEEPEST = 3


class Unreadable(ValueError):
    """What the provider says cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class PaidNotice:
    """What the provider says of one payment. Of the card only brand and last four digits."""

    provider_payment_id: str
    provider_checkout_id: str | None
    reference: str
    amount_cents: int
    currency: str
    paid_at: datetime
    method_brand: str | None
    method_last4: str | None


class _Method(Schema):
    brand = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=50))
    last4 = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=4))


class _Payment(Schema):
    payment_id = fields.String(required=True, validate=validate.Length(1, 255))
    checkout_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    reference = fields.String(required=True, validate=validate.Length(max=500))
    amount_cents = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_CENTS))
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z]{3}\Z"))
    paid_at = Instant(required=True, default_timezone=UTC)
    method = fields.Nested(_Method, load_default=None, allow_none=True)


_payment = lenient(_Payment)


def body_of(notice: str, encoding: str) -> bytes:
    """Gives the bytes of a notice as they came to the gateway; raises NoticeNotGenuine for what no gateway of ours has written."""
    try:
        return base64.b64decode(notice, validate=True) if encoding == "base64" else notice.encode()
    except ValueError as error:
        raise NoticeNotGenuine() from error


def sign(secret: str, unix_seconds: int, notice: str | bytes) -> str:
    """Gives the signature header of a notice: the time, and HMAC-SHA256 of `<time>.` and the exact body."""
    return f"t={unix_seconds},v1={_digest(secret, unix_seconds, notice)}"


def _digest(secret: str, unix_seconds: int, notice: str | bytes) -> str:
    body = notice.encode() if isinstance(notice, str) else notice
    return hmac.new(secret.encode(), f"{unix_seconds}.".encode() + body, hashlib.sha256).hexdigest()


def check_signature(secret: str, notice: str | bytes, signature: str, now: datetime) -> None:
    """Lets a genuine and fresh notice pass; raises NoticeNotGenuine for a signature that does not fit or is 300 s off."""
    match = _SIGNATURE.fullmatch(signature.strip())
    if match is None:
        raise NoticeNotGenuine()
    signed_at = int(match[1])
    if not hmac.compare_digest(_digest(secret, signed_at, notice), match[2]):
        raise NoticeNotGenuine()
    if abs(now.timestamp() - signed_at) > FRESH_S:
        raise NoticeNotGenuine()


def read(notice: str | bytes) -> PaidNotice | None:
    """Gives the payment that a notice tells of, nothing for one of another type; raises Unreadable."""
    try:
        body = orjson.loads(notice)
        kind = body["type"]
        return paid(body["data"]) if kind == PAYMENT_SUCCEEDED else None
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable() from error


def paid(data: Any) -> PaidNotice:
    """Reads what the provider says of a payment, in a notice or when asked; raises Unreadable."""
    try:
        found = _payment.load(_without_nul(data))
    except ValidationError as error:
        raise Unreadable() from error
    method = found["method"] or {"brand": None, "last4": None}
    return PaidNotice(
        provider_payment_id=found["payment_id"],
        provider_checkout_id=found["checkout_id"],
        reference=found["reference"],
        amount_cents=found["amount_cents"],
        currency=found["currency"].upper(),
        paid_at=found["paid_at"],
        method_brand=method["brand"],
        method_last4=method["last4"],
    )


def _without_nul(value: Any, depth: int = 0) -> Any:
    # PostgreSQL cannot store U+0000, and money must not be turned away for it. What we read lies no deeper than two.
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict) and depth < _DEEPEST:
        return {key: _without_nul(item, depth + 1) for key, item in value.items()}
    return value
