"""The payment provider behind an interface: opens hosted payment pages and says what became of them; no card data."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
import requests

from services.billing.notices import PaidNotice, paid
from services.common.observability.logs import get_logger
from services.contracts.billing.payments import ProviderUnavailable

TIMEOUT_S = (2.0, 5.0)  # to connect, to answer
TRIES = 2  # a link that broke is tried once more; every request is safe to repeat
log = get_logger("billing")


@dataclass(frozen=True, slots=True)
class Order:
    """What the provider is asked to collect. Cents of the currency."""

    amount_cents: int
    currency: str
    reference: str
    description: str
    language: str
    success_url: str
    cancel_url: str

    def fingerprint(self) -> str:
        """Gives a short digest of the order: one key of repetition must not stand for two different orders."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class HostedCheckout:
    """A hosted payment page at the provider: `state` is open, paid or expired; `payment` is there once paid."""

    id: str
    pay_url: str
    state: str
    expires_at: datetime
    payment: PaidNotice | None = None


class PaymentProvider(Protocol):
    """What billing needs of any payment provider."""

    def open(self, order: Order, key: str) -> HostedCheckout:
        """Opens a page, once per `key`; raises ProviderUnavailable."""

    def find(self, checkout_id: str) -> HostedCheckout | None:
        """Says how a page stands, or nothing when the provider does not know it; raises ProviderUnavailable."""


class HttpPaymentProvider:
    """A provider that speaks HTTP and JSON."""

    def __init__(self, url: str, api_key: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {api_key}"

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def open(self, order: Order, key: str) -> HostedCheckout:
        """Opens a page, once per `key`; raises ProviderUnavailable."""
        response = self._ask("POST", "/v1/checkouts", json=asdict(order), headers={"Idempotency-Key": key})
        return _read(response)

    def find(self, checkout_id: str) -> HostedCheckout | None:
        """Says how a page stands, or nothing when the provider does not know it; raises ProviderUnavailable."""
        response = self._ask("GET", f"/v1/checkouts/{checkout_id}")
        return None if response.status_code == 404 else _read(response)

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        for left in reversed(range(TRIES)):
            try:
                return self._session.request(method, self._url + path, timeout=TIMEOUT_S, allow_redirects=False, **options)
            except requests.ConnectionError as error:
                if left:
                    continue
                log.warning("payment-provider-unreachable", path=path, error=type(error).__name__)
                raise ProviderUnavailable() from error
            except requests.RequestException as error:
                log.warning("payment-provider-failed", path=path, error=type(error).__name__)
                raise ProviderUnavailable() from error
        raise AssertionError("the last try returns or raises")


def _read(response: requests.Response) -> HostedCheckout:
    if response.status_code not in (200, 201):
        log.error("payment-provider-refused", status=response.status_code)
        raise ProviderUnavailable()
    try:
        body = response.json()
        payment = body.get("payment")
        return HostedCheckout(
            id=body["id"],
            pay_url=body["url"],
            state=body["status"],
            expires_at=datetime.fromisoformat(body["expires_at"]),
            payment=_payment(body, payment) if payment else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("payment-provider-unreadable", error=type(error).__name__)
        raise ProviderUnavailable() from error


def _payment(body: dict[str, Any], payment: dict[str, Any]) -> PaidNotice:
    told = {name: value for name, value in payment.items() if name != "id"}
    return paid({**told, "payment_id": payment["id"], "checkout_id": body["id"], "reference": body["reference"]})
