"""Checkouts and their payments: opened once per idempotency key, paid once, never lost."""

import hashlib
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson
from uuid_utils import uuid7

from deploy.stand_ins.payment_provider.cards import Card
from deploy.stand_ins.payment_provider.clock import Clock, iso, utc_now
from deploy.stand_ins.payment_provider.errors import CheckoutExpired, CheckoutNotFound, IdempotencyConflict
from deploy.stand_ins.payment_provider.events import Event, restored_event
from deploy.stand_ins.payment_provider.journal import Journal, Record

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Order:
    """What a caller asks to be paid. Cents of the currency."""

    amount_cents: int
    currency: str
    reference: str
    description: str
    language: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True)
class Payment:
    """Money received for a checkout. Cents of the currency; of the card only brand and last four digits."""

    id: str
    amount_cents: int
    currency: str
    paid_at: str
    method: dict[str, str]


@dataclass
class Checkout:
    """One thing to pay, open for a day. `ticket` is the journal's for its latest change."""

    id: str
    order: Order
    expires_at: str
    payment: Payment | None = None
    ticket: int = 0

    def status(self, now: datetime) -> str:
        """Return open, paid or expired."""
        if self.payment:
            return "paid"
        return "expired" if now >= datetime.fromisoformat(self.expires_at) else "open"

    def as_json(self, now: datetime, base_url: str) -> dict[str, Any]:
        """Return what the API shows; `base_url` is where the caller reached us, ending in a slash."""
        shown: dict[str, Any] = {
            "id": self.id,
            "url": f"{base_url}pay/{self.id}?lang={self.order.language}",
            "status": self.status(now),
            "amount_cents": self.order.amount_cents,
            "currency": self.order.currency,
            "reference": self.order.reference,
            "expires_at": self.expires_at,
        }
        return shown | {"payment": asdict(self.payment)} if self.payment else shown


class Announcer(Protocol):
    """Whoever tells the college about events."""

    def send(self, event: Event) -> None:
        """Deliver the event until it is accepted."""


class Checkouts:
    """Every checkout, in memory for reading and in the journal for keeps.

    Changes are decided under one lock in the order the journal gets them; waiting for the disk happens outside it.
    """

    def __init__(self, journal: Journal, announcer: Announcer, clock: Clock = utc_now) -> None:
        self._journal = journal
        self._announcer = announcer
        self._clock = clock
        self._lock = threading.Lock()
        self._checkouts: dict[str, Checkout] = {}
        self._keys: dict[str, tuple[str, str]] = {}

    def restore(self, record: Record) -> None:
        """Take back what a journal record says about checkouts; other records are passed over."""
        if record["kind"] == "checkout_opened":
            self._keep(Checkout(record["id"], Order(**record["order"]), record["expires_at"]), record["key"])
        elif record["kind"] == "checkout_paid":
            self._checkouts[record["checkout_id"]].payment = Payment(**record["payment"])

    def open(self, order: Order, key: str | None) -> tuple[Checkout, bool]:
        """Return the new checkout and True, or the one this idempotency key opened before and False.

        Raises IdempotencyConflict when the key came with another order.
        """
        with self._lock:
            earlier = self._keys.get(key) if key else None
            if earlier:
                checkout_id, fingerprint = earlier
                if fingerprint != _fingerprint(order):
                    raise IdempotencyConflict()
                checkout = self._checkouts[checkout_id]
            else:
                checkout = Checkout(f"chk_{uuid7().hex}", order, iso(self._clock() + LIFETIME))
                checkout.ticket = self._journal.add({
                    "kind": "checkout_opened", "id": checkout.id, "key": key, "order": asdict(order),
                    "expires_at": checkout.expires_at,
                })  # fmt: skip
                self._keep(checkout, key)
        self._journal.wait(checkout.ticket)
        return checkout, earlier is None

    def get(self, checkout_id: str) -> Checkout:
        """Return the checkout as it stands on the disk. Raises CheckoutNotFound."""
        with self._lock:
            checkout = self._checkouts.get(checkout_id)
            ticket = checkout.ticket if checkout else 0
        if checkout is None:
            raise CheckoutNotFound(checkout_id)
        self._journal.wait(ticket)
        return checkout

    def pay(self, checkout_id: str, card: Card, amount_cents: int | None = None) -> tuple[Payment, bool]:
        """Return the checkout's payment, and True when this call made it: a second call changes nothing.

        Without `amount_cents` the amount asked for is paid. Raises CheckoutNotFound and CheckoutExpired.
        """
        checkout = self.get(checkout_id)
        event = None
        with self._lock:
            now = self._clock()
            if checkout.status(now) == "expired":
                raise CheckoutExpired(checkout_id)
            payment = checkout.payment
            if payment is None:
                amount = checkout.order.amount_cents if amount_cents is None else amount_cents
                method = {"brand": card.brand, "last4": card.last4}
                payment = Payment(f"pay_{uuid7().hex}", amount, checkout.order.currency, iso(now), method)
                event = _payment_succeeded(checkout, payment, now)
                # Payment and event are one line of the journal, so that neither can be there without the other.
                checkout.ticket = self._journal.add({
                    "kind": "checkout_paid", "checkout_id": checkout_id, "payment": asdict(payment),
                    "event": event.as_sent(),
                })  # fmt: skip
                checkout.payment = payment
        self._journal.wait(checkout.ticket)
        if event:
            self._announcer.send(event)
        return payment, event is not None

    def tell(self, checkout_id: str, kind: str, amount_cents: int | None, more: dict[str, Any]) -> Event:
        """Announce something else about a checkout, a refund or a dispute for example, and return the event.

        `more` is what the event's data say besides, or instead. Raises CheckoutNotFound.
        """
        checkout = self.get(checkout_id)
        event = _about(checkout, kind, amount_cents, more, self._clock())
        self._journal.wait(self._journal.add({"kind": "notice_told", "event": event.as_sent()}))
        self._announcer.send(event)
        return event

    def _keep(self, checkout: Checkout, key: str | None) -> None:
        self._checkouts[checkout.id] = checkout
        if key:
            self._keys[key] = (checkout.id, _fingerprint(checkout.order))


def _payment_succeeded(checkout: Checkout, payment: Payment, now: datetime) -> Event:
    data = {"payment_id": payment.id, "checkout_id": checkout.id, "reference": checkout.order.reference}
    data |= {name: value for name, value in asdict(payment).items() if name != "id"}
    return restored_event(
        {"id": f"evt_{uuid7().hex}", "type": "payment.succeeded", "created": int(now.timestamp()), "data": data}
    )


def _about(checkout: Checkout, kind: str, amount_cents: int | None, more: dict[str, Any], now: datetime) -> Event:
    order, payment = checkout.order, checkout.payment
    data: dict[str, Any] = {"checkout_id": checkout.id, "reference": order.reference, "currency": order.currency}
    data |= {"payment_id": payment.id, "method": payment.method} if payment else {}
    data["amount_cents"] = amount_cents or (payment.amount_cents if payment else order.amount_cents)
    return restored_event({"id": f"evt_{uuid7().hex}", "type": kind, "created": int(now.timestamp()), "data": data | more})


def _fingerprint(order: Order) -> str:
    return hashlib.sha256(orjson.dumps(asdict(order), option=orjson.OPT_SORT_KEYS)).hexdigest()
