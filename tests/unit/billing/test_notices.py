"""Which notices are the provider's, and what they say."""

import contextlib
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.payment_provider.webhooks import signature as as_the_provider_signs
from services.billing import notices
from services.contracts.billing import NoticeNotGenuine

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
T = int(NOW.timestamp())
DATA = {"payment_id": "pay_1", "reference": "INV-1", "amount_cents": 1, "currency": "cad", "paid_at": "2026-11-23T12:00:00+00:00"}


def _notice(**data):
    return orjson.dumps({"id": "evt_1", "type": "payment.succeeded", "created": T, "data": {**DATA, **data}}).decode()


@given(st.text(max_size=200))
def test_what_the_provider_signs_is_genuine(notice):
    notices.check_signature("secret", notice, as_the_provider_signs("secret", T, notice.encode()), NOW)
    assert notices.sign("secret", T, notice) == as_the_provider_signs("secret", T, notice.encode())


@given(st.text(min_size=1, max_size=50), st.text(min_size=1, max_size=50))
def test_a_signature_of_another_body_does_not_fit(notice, other):
    if notice != other:
        with pytest.raises(NoticeNotGenuine):
            notices.check_signature("secret", other, notices.sign("secret", T, notice), NOW)


@pytest.mark.parametrize("age_s", [-300, 0, 300])
def test_a_notice_up_to_300_seconds_away_is_fresh(age_s):
    notices.check_signature("secret", "{}", notices.sign("secret", T, "{}"), NOW + timedelta(seconds=age_s))


@pytest.mark.parametrize("age_s", [-301, 301, 86_400])
def test_an_older_or_later_notice_is_a_replay(age_s):
    with pytest.raises(NoticeNotGenuine):
        notices.check_signature("secret", "{}", notices.sign("secret", T, "{}"), NOW + timedelta(seconds=age_s))


@pytest.mark.parametrize(
    "signature",
    ["", "v1=00", f"t={T}", f"t={T},v1=", f"t=-1,v1={'0' * 64}", f"t={T},v1={'0' * 64}", f"t={'9' * 400},v1={'0' * 64}", "é"],
)
def test_a_malformed_signature_is_refused(signature):
    with pytest.raises(NoticeNotGenuine):
        notices.check_signature("secret", "{}", signature, NOW)


@given(st.text(max_size=300))
def test_any_signature_text_is_refused_without_a_crash(signature):
    with pytest.raises(NoticeNotGenuine):
        notices.check_signature("secret", "{}", signature, NOW)


def test_a_payment_is_read_with_and_without_its_card():
    told = notices.read(_notice(method={"brand": "visa", "last4": "4242"}, checkout_id="chk_1", more="to come"))
    assert (told.amount_cents, told.currency, told.method_last4, told.provider_checkout_id) == (1, "CAD", "4242", "chk_1")
    assert notices.read(_notice()).method_brand is None


@pytest.mark.parametrize(
    "change",
    [
        *({"amount_cents": wrong} for wrong in (0, -5, 1.5, "1", 10**18, True, None)),
        *({"currency": wrong} for wrong in ("dollars", "", None)),
        {"paid_at": "yesterday"},
        {"payment_id": ""},
        {"reference": None},
        {"method": "visa"},
    ],
)
def test_a_payment_that_cannot_be_read_is_refused_so_that_it_is_sent_again(change):
    with pytest.raises(NoticeNotGenuine):
        notices.read(_notice(**change))


@given(st.text(max_size=100))
def test_any_text_is_refused_or_ignored_without_a_crash(text):
    with contextlib.suppress(NoticeNotGenuine):
        assert notices.read(text) is None
