"""What the payment provider tells besides payments, when it is asked to: refunds, disputes, what cannot be read."""

from tests.support.waiting import until


def test_other_notices_about_a_checkout_are_told_as_asked_and_outlive_sigkill(provider, receiver):
    checkout = provider.checkout(reference="INV-7")
    provider.pay(checkout)
    asked = {"checkout_id": checkout["id"], "type": "payment.refunded", "amount_cents": 100, "data": {"reason": "by hand"}}
    told = provider.call("POST", "/sandbox/notices", json=asked)
    assert told.status_code == 202 and told.json()["data"]["payment_id"] == provider.status(checkout)["payment"]["id"]
    until(lambda: len(receiver.calls) == 2)
    refund = receiver.events()[1]
    assert (refund["type"], refund["data"]["amount_cents"], refund["data"]["reason"]) == ("payment.refunded", 100, "by hand")
    for wrong in ({"checkout_id": "chk_none"}, {"type": ""}, {"data": 3}):
        assert provider.call("POST", "/sandbox/notices", json=asked | wrong).status_code in (404, 422)
    odd = asked | {"type": "dispute.created", "data": {"reference": None}}
    assert provider.call("POST", "/sandbox/notices", json=odd).status_code == 202
    until(lambda: len(receiver.calls) == 3)
    provider.kill()
    provider.start()
    events = provider.call("GET", "/events").json()["events"]
    assert [event["type"] for event in events] == ["payment.succeeded", "payment.refunded", "dispute.created"]
