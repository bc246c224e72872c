"""The payment provider as its callers meet it: a real process over real HTTP, killed without warning where money is at stake."""

import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from deploy.stand_ins.payment_provider.cards import SANDBOX_CARD
from deploy.stand_ins.payment_provider.checkouts import LIFETIME, Checkouts, Order
from deploy.stand_ins.payment_provider.clock import utc_now
from deploy.stand_ins.payment_provider.errors import CheckoutExpired
from deploy.stand_ins.payment_provider.journal import Journal
from deploy.stand_ins.payment_provider.webhooks import delay_after
from tests.support.payment_provider import GOOD_CARD, KEY, ROOT, SECRET, Provider, Receiver, free_port, order
from tests.support.waiting import PATIENCE_S, until


def signed_by_us(header, body, secret=SECRET):
    stamp, digest = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", header).groups()
    return hmac.compare_digest(digest, hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest())


def test_a_payment_on_the_page_is_announced_with_a_signature_that_verifies_and_a_changed_body_does_not(provider, receiver):
    checkout = provider.checkout()
    assert (checkout["status"], checkout["amount_cents"], checkout["reference"]) == ("open", 56500, "INV-0001")

    answer = provider.pay_on_page(checkout)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://college.test/pay/done?invoice=1&checkout={checkout['id']}"
    paid = provider.status(checkout)
    assert paid["status"] == "paid"
    header, body = until(lambda: receiver.calls)[0]
    event = json.loads(body)
    payment = paid["payment"]
    assert event["type"] == "payment.succeeded"
    assert event["data"] == {
        "payment_id": payment["id"], "checkout_id": checkout["id"], "reference": "INV-0001", "amount_cents": 56500,
        "currency": "CAD", "paid_at": payment["paid_at"], "method": {"brand": "visa", "last4": "4242"},
    }  # fmt: skip
    assert signed_by_us(header, body)
    assert not signed_by_us(header, body.replace(b"56500", b"56501"))
    assert not signed_by_us(header, body, secret="another secret")


def test_paying_twice_makes_one_payment_and_one_event(provider, receiver):
    checkout = provider.checkout()
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: provider.pay_on_page(checkout), range(8)))
    assert {answer.status_code for answer in answers} == {303}
    assert provider.pay(checkout).status_code == 200
    until(lambda: provider.events()[0]["state"] == "delivered")
    assert len(provider.events()) == 1
    assert [event["id"] for event in receiver.events()] == [provider.events()[0]["id"]]


def test_a_pending_webhook_is_delivered_after_sigkill_and_restart(tmp_path):
    webhook_port = free_port()
    provider = Provider(tmp_path, webhook_port)
    try:
        checkout = provider.checkout()
        payment = provider.pay(checkout).json()["payment"]
        provider.kill()
        receiver = Receiver(webhook_port)
        provider.start()
        event = until(receiver.events)[0]
        assert event["data"]["payment_id"] == payment["id"]
        assert provider.status(checkout)["payment"] == payment
        until(lambda: provider.events()[0]["state"] == "delivered")
        provider.kill()
        provider.start()
        provider.pay(provider.checkout(reference="LATER"))
        until(lambda: provider.events()[-1]["state"] == "delivered")
        assert [event["data"]["reference"] for event in receiver.events()].count("LATER") == 1 == len(receiver.events()) - 1
        receiver.close()
    finally:
        provider.kill()


def test_a_journal_line_torn_by_a_crash_is_dropped_and_the_rest_kept(provider):
    checkout = provider.checkout()
    provider.kill()
    with (provider.folder / "data" / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"kind":"checkout_paid","checkout_id":')
    provider.start()
    assert provider.status(checkout)["status"] == "open"
    assert provider.pay(checkout).status_code == 201
    provider.kill()
    provider.start()
    assert provider.status(checkout)["status"] == "paid"


def test_a_webhook_answered_503_is_sent_again_with_a_fresh_time_stamp_and_the_same_event_id(provider, receiver):
    receiver.answers = [503, 500, 302]
    provider.pay(provider.checkout())
    until(lambda: provider.events()[0]["state"] == "delivered")
    assert len(receiver.calls) == 4
    assert len({body for _, body in receiver.calls}) == 1
    assert all(signed_by_us(header, body) for header, body in receiver.calls)
    stamps = [int(re.match(r"t=(\d+)", header)[1]) for header, _ in receiver.calls]
    assert stamps == sorted(stamps)
    assert stamps[-1] > stamps[0]
    assert [attempt["status"] for attempt in provider.events()[0]["attempts"]] == [503, 500, 302, 204]


def test_a_slow_answer_does_not_hold_up_other_webhooks(provider, receiver):
    receiver.held_references = {"SLOW"}
    provider.pay(provider.checkout(reference="SLOW"))
    until(lambda: receiver.calls)
    for number in range(10):
        provider.pay(provider.checkout(reference=f"INV-{number}"))
    until(lambda: sum(event["state"] == "delivered" for event in provider.events()) == 10)
    assert provider.events()[0]["state"] != "delivered"


def test_an_event_can_be_resent_and_events_are_listed_after_a_given_one(provider, receiver):
    for number in range(3):
        provider.pay(provider.checkout(reference=f"INV-{number}"))
    until(lambda: len(receiver.calls) == 3)
    first, second, _ = provider.events()
    assert provider.call("POST", f"/sandbox/webhooks/{first['id']}/resend").status_code == 202
    until(lambda: len(receiver.calls) == 4)
    assert receiver.events()[3]["id"] == first["id"]
    page = provider.call("GET", f"/events?after={first['id']}&limit=1").json()
    assert ([event["id"] for event in page["events"]], page["has_more"]) == ([second["id"]], True)
    assert provider.call("POST", "/sandbox/webhooks/evt_none/resend").status_code == 404
    assert provider.call("GET", "/events?limit=many").status_code == 422


def test_an_idempotency_key_opens_one_checkout_even_at_once_and_after_a_restart(provider):
    def open_with_key(**changes):
        return provider.call("POST", "/checkouts", json=order(**changes), headers={"Idempotency-Key": "invoice-1"})

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: open_with_key(), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    provider.kill()
    provider.start()
    assert open_with_key().json()["id"] == answers[0].json()["id"]
    other = open_with_key(amount_cents=1)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_conflict")


def test_a_sandbox_payment_may_differ_from_the_amount_asked(provider, receiver):
    checkout = provider.checkout()
    assert provider.pay(checkout, amount_cents=100).json()["payment"]["amount_cents"] == 100
    assert until(receiver.events)[0]["data"]["amount_cents"] == 100
    assert provider.status(checkout)["amount_cents"] == 56500


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"card_number": "4000000000000002"}, "La carte a été refusée"),
        ({"card_number": "4242424242424241"}, "il n’est pas valide"),
        ({"card_number": "5555555555554444"}, "celui-ci n’y est pas connu"),
        ({"card_number": ""}, "Entrez un numéro de carte"),
        ({"expiry": "13/40"}, "sous forme de mois"),
        ({"expiry": "01/20"}, "La carte est expirée"),
        ({"name": " "}, "Entrez le nom"),
    ],
)
def test_a_card_that_does_not_pay_brings_the_form_back_with_the_reason_and_leaves_the_checkout_open(provider, changes, reason):
    checkout = provider.checkout()
    answer = provider.pay_on_page(checkout, **changes)
    assert answer.status_code == 422
    assert reason in answer.text
    assert "<title>Erreur\u00a0: " in answer.text
    assert GOOD_CARD["card_number"] not in answer.text.split("<table>", maxsplit=1)[0]
    assert provider.status(checkout)["status"] == "open"
    assert provider.pay_on_page(checkout).status_code == 303


def test_the_pay_page_speaks_the_payers_language_and_says_that_it_is_a_stand_in(provider):
    checkout = provider.checkout()
    french = requests.get(checkout["url"], timeout=PATIENCE_S)
    assert french.status_code == 200
    assert '<html lang="fr-CA">' in french.text
    assert "565,00\u00a0$" in french.text
    assert "un substitut" in french.text
    assert "Registration &lt;2026&gt;" in french.text
    assert "<script" not in french.text
    english = requests.get(checkout["url"].replace("lang=fr", "lang=en"), timeout=PATIENCE_S).text
    assert "$565.00" in english
    assert "stand-in" in english
    assert "4000 0000 0000 0002" in english
    provider.pay(checkout)
    assert "déjà payé" in requests.get(checkout["url"], timeout=PATIENCE_S).text
    assert requests.get(f"{provider.base}/pay/chk_none", timeout=PATIENCE_S).status_code == 404


def test_card_numbers_are_neither_kept_nor_logged(provider):
    checkout = provider.checkout()
    provider.pay_on_page(checkout, card_number="4000000000000002")
    provider.pay_on_page(checkout)
    kept = (provider.folder / "data" / "journal.jsonl").read_text() + provider.log_path.read_text()
    assert "payment_received" in kept
    assert "4000000000000002" not in kept
    assert not re.search(r"4242[ -]?4242", kept)


def test_wrong_requests_are_refused_with_a_code(provider):
    def refusal(answer):
        return answer.status_code, answer.json()["error"]["code"]

    post = {"method": "POST", "path": "/checkouts"}
    assert refusal(provider.call(**post, json=order(), headers={"Authorization": "Bearer no"})) == (401, "unauthorized")
    assert refusal(requests.get(f"{provider.base}/v1/events", timeout=PATIENCE_S)) == (401, "unauthorized")
    assert refusal(provider.call(**post, data="[")) == (400, "malformed_body")
    for changes in ({"amount_cents": 0}, {"amount_cents": "5"}, {"amount_cents": True}, {"currency": "USD"}, {"more": 1},
                    {"language": "de"}, {"success_url": "javascript:alert(1)"}):  # fmt: skip
        answer = provider.call(**post, json=order(**changes))
        assert refusal(answer) == (422, "invalid_request")
        assert next(iter(changes)) in answer.json()["error"]["message"]
    assert refusal(provider.call("GET", "/checkouts/chk_none")) == (404, "checkout_not_found")
    assert refusal(provider.call("POST", "/sandbox/payments", json={"checkout_id": "chk_none"})) == (404, "checkout_not_found")
    assert provider.call("DELETE", "/checkouts").status_code == 405
    assert provider.call(**post, data=b" " * 70000).status_code == 413


def test_sigterm_stops_even_while_a_webhook_waits(provider, receiver):
    receiver.held_references = {"SLOW"}
    provider.pay(provider.checkout(reference="SLOW"))
    until(lambda: receiver.calls)
    provider.process.send_signal(signal.SIGTERM)
    assert provider.process.wait(timeout=PATIENCE_S) == 0
    lines = [json.loads(line) for line in provider.log_path.read_text().splitlines()]
    assert all(line["event"] and line["at"] for line in lines)


def test_a_second_provider_on_the_same_folder_refuses_to_start(provider):
    environment = os.environ | {
        "PAYMENT_PROVIDER_PORT": str(free_port()), "PAYMENT_API_KEY": KEY, "PAYMENT_WEBHOOK_SECRET": SECRET,
        "PAYMENT_WEBHOOK_URL": "http://127.0.0.1:9/", "PAYMENT_PROVIDER_DATA": str(provider.folder / "data"),
    }  # fmt: skip
    second = subprocess.run(
        [sys.executable, "-m", "deploy.stand_ins.payment_provider"], cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE_S,
        check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert b"in use by another process" in second.stdout


def test_a_checkout_expires_after_a_day_and_can_then_not_be_paid(tmp_path):
    sent, now = [], utc_now()

    class Announcer:
        send = staticmethod(sent.append)

    checkouts = Checkouts(Journal(tmp_path / "journal.jsonl"), Announcer(), clock=lambda: now)
    checkout, _ = checkouts.open(Order(**order()), key=None)
    assert checkout.status(now + LIFETIME * 0.99) == "open"
    now += LIFETIME
    assert checkout.status(now) == "expired"
    with pytest.raises(CheckoutExpired):
        checkouts.pay(checkout.id, SANDBOX_CARD)
    assert sent == []


def test_the_delays_between_tries_grow_to_half_a_minute():
    assert [delay_after(tries) for tries in range(1, 10)] == [0.2, 0.5, 1, 2, 5, 10, 30, 30, 30]
