"""A payment is disputed, or refunded at the provider: the staff hear of it once, and deal with it; and nothing that cannot be read is lost."""

import pytest

from deploy.demo.journey.api import Refused


def about(college, number):
    """What the billing officer sees of an invoice's notices, oldest first."""
    found = college.staff("billing_officer").api.get("/staff/payment-notices", order="oldest", limit=100)["notices"]
    return [one for one in found if one["invoice_number"] == number]


def test_a_disputed_payment_reaches_the_staff_who_deal_with_it_and_the_registration_stays(college):
    one, invoice = college.approved("en")
    pay_url = one.open_payment_page(invoice["number"])
    one.pay(pay_url)
    registered = one.registration()
    event = college.provider_tells(
        pay_url, "dispute.created", reason="fraudulent", card={"number": "4242424242424242", "brand": "visa"}
    )
    assert college.provider_tells_again(event)["attempts"][-1]["status"] == 200
    [notice] = about(college, invoice["number"])
    assert (notice["type"], notice["flag"], notice["state"]) == ("dispute.created", "dispute", "open")
    assert notice["amount"] == invoice["total"] and notice["payment_id"]
    assert "fraudulent" in notice["said"] and "42424242" not in notice["said"]
    officer, path = college.staff("billing_officer").api, f"/staff/payment-notices/{notice['id']}/resolve"
    with pytest.raises(Refused) as refused:
        one.api.post(path, {"note": "Mine."})
    assert refused.value.status == 403
    assert officer.post(path, {"note": "Answered at the provider."})["state"] == "resolved"
    with pytest.raises(Refused) as refused:
        officer.post(path, {"note": "Again."})
    assert refused.value.status == 409
    assert one.registration()["registration_number"] == registered["registration_number"]
    section = next(part for part in one.api.get("/me/data/billing")["sections"] if part["code"] == "payment_notices")
    assert [row["type"] for row in section["rows"]] == ["dispute.created"]


def test_what_the_provider_says_so_that_it_cannot_be_read_is_not_sent_for_ever_and_not_lost(college):
    one, invoice = college.approved("en")
    pay_url = one.open_payment_page(invoice["number"])
    wrong = {"payment_id": "pay_wrong", "paid_at": "0001-01-01T00:00:00+14:00"}
    event = college.provider_tells(pay_url, "payment.succeeded", **wrong)
    assert (event["state"], [attempt["status"] for attempt in event["attempts"]]) == ("delivered", [200])
    harmless = college.provider_tells(pay_url, "checkout.expired")
    assert harmless["state"] == "delivered"
    assert [(one["flag"], one["state"]) for one in about(college, invoice["number"])] == [("unreadable", "open"), (None, "noted")]
    one.pay(pay_url)
    assert one.registration()["registration_number"]
