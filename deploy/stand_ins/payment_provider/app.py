"""The provider's HTTP face: the API for the college, the pay page for the payer."""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from structlog.typing import FilteringBoundLogger
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from deploy.stand_ins.payment_provider import pages
from deploy.stand_ins.payment_provider.cards import SANDBOX_CARD, Card, CardRefused, read_card
from deploy.stand_ins.payment_provider.checkouts import Checkouts, Order
from deploy.stand_ins.payment_provider.clock import utc_now
from deploy.stand_ins.payment_provider.errors import (
    CheckoutExpired,
    CheckoutNotFound,
    InvalidRequest,
    ProviderError,
    Unauthorized,
)
from deploy.stand_ins.payment_provider.journal import Journal
from deploy.stand_ins.payment_provider.payloads import OrderSchema, SandboxNoticeSchema, SandboxPaymentSchema, read_body
from deploy.stand_ins.payment_provider.webhooks import Deliveries

LARGEST_BODY = 64 * 1024
LONGEST_KEY = 255
MOST_EVENTS = 1000

URLS = Map([
    Rule("/v1/checkouts", endpoint="open_checkout", methods=["POST"]),
    Rule("/v1/checkouts/<checkout_id>", endpoint="show_checkout", methods=["GET"]),
    Rule("/v1/sandbox/payments", endpoint="pay_without_page", methods=["POST"]),
    Rule("/v1/sandbox/notices", endpoint="tell_of_something", methods=["POST"]),
    Rule("/v1/sandbox/webhooks/<event_id>/resend", endpoint="resend_event", methods=["POST"]),
    Rule("/v1/events", endpoint="list_events", methods=["GET"]),
    Rule("/pay/<checkout_id>", endpoint="show_pay_page", methods=["GET"]),
    Rule("/pay/<checkout_id>", endpoint="pay_on_page", methods=["POST"]),
    Rule("/style.css", endpoint="style", methods=["GET"]),
    Rule("/readyz", endpoint="ready", methods=["GET"]),
])  # fmt: skip


class ProviderApp:
    """The WSGI application. Paths under /v1 want the API key and answer JSON; the rest is for people."""

    def __init__(
        self, checkouts: Checkouts, deliveries: Deliveries, journal: Journal, api_key: str, log: FilteringBoundLogger
    ) -> None:
        self._checkouts = checkouts
        self._deliveries = deliveries
        self._journal = journal
        self._authorization = f"Bearer {api_key}".encode()
        self._log = log

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, and log it without its query or body."""
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        response = self._answer(request)
        self._log.info("http_request", method=request.method, path=request.path, status=response.status_code)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = URLS.bind_to_environ(request.environ).match()
            if request.path.startswith("/v1/"):
                self._check_key(request)
            response: Response = getattr(self, endpoint)(request, **values)
        except ProviderError as error:
            return _json(error.status, {"error": {"code": error.code, "message": str(error)}})
        except HTTPException as error:
            code = error.name.lower().replace(" ", "_")
            response = _json(error.code or 500, {"error": {"code": code, "message": error.description}})
            response.headers.extend(header for header in error.get_headers() if header[0] == "Allow")
        except Exception:
            # The last resort of a server: the caller learns nothing of our insides, the log everything.
            self._log.exception("request_failed", path=request.path)
            return _json(500, {"error": {"code": "internal_error", "message": "Something failed here. Try again."}})
        return response

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self._authorization):
            raise Unauthorized()

    def open_checkout(self, request: Request) -> Response:
        """201 with the checkout; the same one again for the same Idempotency-Key and body."""
        key = request.headers.get("Idempotency-Key")
        if key is not None and not 1 <= len(key) <= LONGEST_KEY:
            raise InvalidRequest(f"Idempotency-Key: 1 to {LONGEST_KEY} characters.")
        checkout, new = self._checkouts.open(Order(**read_body(request, OrderSchema())), key)
        if new:
            self._log.info(
                "checkout_opened", checkout_id=checkout.id, reference=checkout.order.reference,
                amount_cents=checkout.order.amount_cents,
            )  # fmt: skip
        response = _json(201, checkout.as_json(utc_now(), request.host_url))
        if not new:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def show_checkout(self, request: Request, checkout_id: str) -> Response:
        """200 with the checkout and, when paid, its payment."""
        return _json(200, self._checkouts.get(checkout_id).as_json(utc_now(), request.host_url))

    def pay_without_page(self, request: Request) -> Response:
        """201 with the checkout paid by a test card; 200 when it was paid before."""
        body = read_body(request, SandboxPaymentSchema())
        new = self._pay(body["checkout_id"], SANDBOX_CARD, body.get("amount_cents"))
        shown = self._checkouts.get(body["checkout_id"]).as_json(utc_now(), request.host_url)
        return _json(201 if new else 200, shown)

    def tell_of_something(self, request: Request) -> Response:
        """202 once an event of any type about a checkout is on its way: a refund, a dispute, one that cannot be read."""
        body = read_body(request, SandboxNoticeSchema())
        event = self._checkouts.tell(body["checkout_id"], body["type"], body.get("amount_cents"), body["data"])
        return _json(202, event.as_listed())

    def resend_event(self, request: Request, event_id: str) -> Response:
        """202 once the event is on its way anew."""
        return _json(202, self._deliveries.resend(event_id).as_listed())

    def list_events(self, request: Request) -> Response:
        """200 with the events after `after`, oldest first, each with its delivery attempts."""
        limit = request.args.get("limit", "100")
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= MOST_EVENTS:
            raise InvalidRequest(f"limit: a whole number from 1 to {MOST_EVENTS}.")
        events, more = self._deliveries.listed(request.args.get("after") or None, int(limit))
        return _json(200, {"events": events, "has_more": more})

    def show_pay_page(self, request: Request, checkout_id: str) -> Response:
        """The card form, or a page saying why there is none."""
        asked = request.args.get("lang")
        try:
            checkout = self._checkouts.get(checkout_id)
        except CheckoutNotFound:
            return _html(404, pages.notice_page("missing", pages.page_language(asked, None)))
        language = pages.page_language(asked, checkout)
        status = checkout.status(utc_now())
        if status == "paid":
            return _html(200, pages.notice_page("paid", language, pages.success_address(checkout)))
        if status == "expired":
            return _html(410, pages.notice_page("expired", language, checkout.order.cancel_url))
        return _html(200, pages.pay_page(checkout, language))

    def pay_on_page(self, request: Request, checkout_id: str) -> Response:
        """303 to the college once paid, however often it is sent; 422 with the form again when the card does not pay."""
        try:
            checkout = self._checkouts.get(checkout_id)
            form = request.form
            if checkout.payment is None:
                number, expiry, name = (form.get(field, "") for field in ("card_number", "expiry", "name"))
                self._pay(checkout_id, read_card(number, expiry, name, utc_now()))
        except (CheckoutNotFound, CheckoutExpired):
            return self.show_pay_page(request, checkout_id)
        except CardRefused as refusal:
            self._log.info("payment_refused", checkout_id=checkout_id, reasons=sorted(refusal.problems.values()))
            language = pages.page_language(request.args.get("lang"), checkout)
            return _html(422, pages.pay_page(checkout, language, form, refusal.problems))
        return Response(status=303, headers={"Location": pages.success_address(checkout), "Cache-Control": "no-store"})

    def style(self, request: Request) -> Response:
        """The pay page's style sheet."""
        return Response(pages.STYLE, mimetype="text/css", headers={"Cache-Control": "max-age=300"})

    def ready(self, request: Request) -> Response:
        """200 while payments can be kept, 503 once the journal has failed."""
        if self._journal.healthy:
            return _json(200, {"status": "ready"})
        return _json(503, {"status": "journal_failed"})

    def _pay(self, checkout_id: str, card: Card, amount_cents: int | None = None) -> bool:
        payment, new = self._checkouts.pay(checkout_id, card, amount_cents)
        if new:
            self._log.info(
                "payment_received", checkout_id=checkout_id, payment_id=payment.id, amount_cents=payment.amount_cents,
                **payment.method,
            )  # fmt: skip
        return new


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json", headers={"Cache-Control": "no-store"})


def _html(status: int, page: str) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(page, status, mimetype="text/html", headers=headers)
