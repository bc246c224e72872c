"""Hosted checkout against the development provider, a real process, and the search for payments whose notice was lost."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import eventlet
import eventlet.wsgi
import orjson
import pytest
import requests
from sqlalchemy import select, text

from services.billing.models import Checkout, Payment
from services.contracts import billing as contracts
from services.contracts.billing.events import PaymentReceived
from services.contracts.billing.payments import InvoiceNotOpen, ProviderUnavailable
from tests.support.actors.billing_journey import API_KEY, NOWHERE, SECRET, Journey
from tests.support.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[3]


class ProviderProcess:
    """The development provider on a free port; its notices lead nowhere, as if all of them were lost."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "PAYMENT_PROVIDER_PORT": str(self.port),
            "PAYMENT_PROVIDER_DATA": str(folder),
            "PAYMENT_API_KEY": API_KEY,
            "PAYMENT_WEBHOOK_SECRET": SECRET,
            "PAYMENT_WEBHOOK_URL": f"{NOWHERE}/webhooks",
        }

    def start(self):
        command = [sys.executable, "-m", "deploy.stand_ins.payment_provider"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL)
        until(lambda: requests.get(f"{self.url}/readyz", timeout=PATIENCE_S).ok, "the payment provider")
        return self

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE_S)

    def pay(self, checkout_id, **amount):
        headers = {"Authorization": f"Bearer {API_KEY}"}
        body = {"checkout_id": checkout_id, **amount}
        response = requests.post(f"{self.url}/v1/sandbox/payments", json=body, headers=headers, timeout=PATIENCE_S)
        response.raise_for_status()


@pytest.fixture
def provider(tmp_path):
    folder = tmp_path / "provider"
    folder.mkdir()
    process = ProviderProcess(folder).start()
    yield process
    process.stop()


def _checkouts(system):
    with system.session("billing") as session:
        columns = (Checkout.state, Checkout.provider_checkout_id)
        return session.execute(select(*columns).order_by(Checkout.attempt)).all()


def _asks(system):
    with system.session("billing") as session:
        return session.scalar(select(Checkout.asks))


def test_a_checkout_leads_to_the_providers_page_and_is_used_again_while_open(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    first = system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"]
    page = requests.get(first, timeout=PATIENCE_S)
    assert page.ok and number in page.text and "362.73" in page.text
    assert system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"] == first
    assert len(_checkouts(system)) == 1


def test_two_checkouts_opened_at_once_are_one_page(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    pool = eventlet.GreenPool(8)
    urls = set(
        pool.imap(lambda _: system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"], range(8))
    )
    assert len(urls) == 1
    assert len(_checkouts(system)) == 1


def test_a_payment_whose_notice_was_lost_is_found_when_the_payer_comes_back(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    provider.pay(_checkouts(system)[0].provider_checkout_id)
    with pytest.raises(InvoiceNotOpen):
        system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    assert journey.invoice()["state"] == "being_finalised"
    system.announced(PaymentReceived)
    with pytest.raises(InvoiceNotOpen):
        system.call(contracts.payments.StartCheckout, journey.payer, number=number)


def test_the_sweep_finds_a_payment_whose_notice_was_lost_and_the_late_notice_changes_nothing(system, provider):
    journey = Journey(system, provider.url, SWEEP_INTERVAL_S="0.1", CHECKOUT_WAIT_S="0.2")
    number = journey.invoiced()
    system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    until(lambda: _asks(system), "the sweep's question")
    assert journey.invoice()["state"] == "open"  # asked about, and not paid yet
    provider.pay(_checkouts(system)[0].provider_checkout_id)
    system.announced(PaymentReceived)
    (checkout,) = _checkouts(system)
    assert checkout.state == "paid"
    with system.session("billing") as session:
        payment_id = session.scalars(select(Payment.provider_payment_id)).one()
    told = journey.payment(number, payment_id=payment_id, checkout_id=checkout.provider_checkout_id)
    assert journey.notify(told) == "recorded_before"


def test_a_wrong_amount_found_by_asking_is_flagged_and_a_new_page_is_opened(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    first = system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"]
    provider.pay(_checkouts(system)[0].provider_checkout_id, amount_cents=100)
    second = system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"]
    assert second != first
    assert [checkout.state for checkout in _checkouts(system)] == ["paid", "open"]
    (flagged,) = system.call(contracts.payments.ListPayments, journey.staff, flagged=True)["payments"]
    assert (flagged["flag"], flagged["invoice_number"]) == ("amount_mismatch", number)


def test_after_a_part_a_new_page_asks_for_what_is_left(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    with system.session("billing") as session:
        session.execute(text("UPDATE invoices SET may_be_paid_in_parts = true"))
    first = system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"]
    assert journey.notify(journey.payment(number, amount_cents=10000)) == "recorded"
    second = system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"]
    assert second != first
    assert "262.73" in requests.get(second, timeout=PATIENCE_S).text
    assert system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"] == second
    provider.pay(_checkouts(system)[1].provider_checkout_id)
    with pytest.raises(InvoiceNotOpen):
        system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    assert journey.invoice()["left_to_pay"].amount == "0.00"


def test_a_page_that_the_provider_has_forgotten_is_replaced(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    with system.session("billing") as session:
        session.execute(text("UPDATE checkouts SET provider_checkout_id = 'chk_unknown'"))
    system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    assert [checkout.state for checkout in _checkouts(system)] == ["expired", "open"]


def test_a_provider_that_is_down_is_said_so_and_the_payer_can_come_back(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    provider.stop()
    with pytest.raises(ProviderUnavailable):
        system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    assert _checkouts(system) == []
    provider.start()
    assert system.call(contracts.payments.StartCheckout, journey.payer, number=number)["pay_url"].startswith(provider.url)


def test_a_provider_that_refuses_our_key_is_unavailable(system, provider):
    journey = Journey(system, provider.url, PAYMENT_API_KEY="wrong")
    number = journey.invoiced()
    with pytest.raises(ProviderUnavailable):
        system.call(contracts.payments.StartCheckout, journey.payer, number=number)


def test_a_page_opened_by_a_try_that_broke_off_and_paid_since_settles_the_invoice(system, provider):
    journey = Journey(system, provider.url)
    number = journey.invoiced()
    system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    provider.pay(_checkouts(system)[0].provider_checkout_id)
    with system.session("billing") as session:
        session.execute(text("DELETE FROM checkouts"))  # as if the process had been killed before it stored the page
    with pytest.raises(InvoiceNotOpen):
        system.call(contracts.payments.StartCheckout, journey.payer, number=number)
    assert journey.invoice()["state"] == "being_finalised"


def test_no_transaction_is_open_while_the_provider_is_asked_and_a_broken_link_is_tried_once_more(system):
    seen, sockets = [], eventlet.listen(("127.0.0.1", 0))

    def answer(environ, start_response):
        with system.session("billing") as session:
            busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = :role AND state ~ 'in transaction'"
            seen.append((environ["HTTP_IDEMPOTENCY_KEY"], session.scalar(text(busy), {"role": "test_billing"})))
        if len(seen) == 1:
            environ["eventlet.input"].get_socket().shutdown(socket.SHUT_RDWR)  # gone without an answer
        start_response("201 Created", [("Content-Type", "application/json")])
        page = {"id": "chk_1", "url": "http://127.0.0.1/pay/chk_1", "status": "open", "expires_at": "2036-01-01T00:00:00Z"}
        return [orjson.dumps(page)]

    server = eventlet.spawn(eventlet.wsgi.server, sockets, answer, log_output=False)
    journey = Journey(system, f"http://127.0.0.1:{sockets.getsockname()[1]}")
    reply = system.call(contracts.payments.StartCheckout, journey.payer, number=journey.invoiced())
    server.kill()
    assert reply["pay_url"] == "http://127.0.0.1/pay/chk_1"
    assert [open_transactions for _, open_transactions in seen] == [0, 0]
    assert seen[0][0] == seen[1][0]
