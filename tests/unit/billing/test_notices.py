"""Which notices are the provider's, and what they say."""

import contextlib
import hashlib
import re
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.stand_ins.payment_provider.webhooks import signature as as_the_provider_signs
from services.billing import notices, other_notices, said
from services.billing.notices import Unreadable
from services.contracts.billing.payments import NoticeNotGenuine

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
def test_a_payment_that_cannot_be_read_is_told_apart_from_one_of_another_type(change):
    with pytest.raises(Unreadable):
        notices.read(_notice(**change))
    assert other_notices.read(_notice(**change).encode()).flag == "unreadable"


@given(st.text(max_size=100))
def test_any_text_is_no_payment_and_is_read_without_a_crash(text):
    with contextlib.suppress(Unreadable):
        assert notices.read(text) is None
    assert other_notices.read(text.encode()).flag in ("unreadable", "unknown")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["card", "method", "data", "cvc", "a"]) | st.text(), inner),
)


@given(_JSON, st.text())
def test_whatever_a_notice_says_the_copy_is_short_and_can_be_stored(value, code):
    copy = said.copy_of(
        orjson.dumps({"type": "dispute.created", "data": value, "cvc": code, "card": {"number": "4111111111111111"}})
    )
    assert len(copy) <= said.LONGEST and "\x00" not in copy and "4111111111111111" not in copy
    assert copy.isprintable() or {sign for sign in copy if not sign.isprintable()} <= {"\n", "\t"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cvc", "123"),
        ("CVV", 123),
        ("security-code", "123"),
        ("expiry", "12/30"),
        ("card", {"number": "4111 1111 1111 1111", "holder": "Ana"}),
        ("payment_method_details", {"card": {"exp_year": 2030, "brand": "4111111111111111"}}),
        ("text", "paid with 4111-1111-1111-1111 today"),
        ("text", "4111.1111.1111.1111"),
        ("4111111111111111", "as a name"),
        ("amount", 4111111111111111),
        ("source", ["4111", "1111"]),
    ],
)
def test_nothing_of_a_card_but_brand_and_last_digits_is_in_the_copy(name, value):
    copy = said.copy_of(orjson.dumps({"data": {name: value}}))
    assert not {"1111", "4111", "123", "12/30", "2030", "Ana"} & set(re.findall(r"[\w/]+", copy)), copy


def test_of_what_is_no_json_no_number_is_in_the_copy():
    assert said.copy_of(b"card=4111111111111111&cvc=123 at 10") == "card=…&cvc=… at 10"


def test_each_type_is_declared_once_and_all_others_are_for_a_person():
    flags = {kind: other_notices.read(orjson.dumps({"id": "e", "type": kind})).flag for kind in other_notices.TYPES}
    assert flags == other_notices.TYPES
    assert other_notices.read(b'{"type": "payment.teleported"}').flag == "unknown"


@pytest.mark.parametrize("event_id", [None, 3, "", "x" * 256, "a\x00b"])
def test_a_notice_without_an_id_that_can_be_kept_is_known_by_its_digest(event_id):
    body = orjson.dumps({"id": event_id, "type": "ping"})
    assert other_notices.read(body).key == f"sha256/{hashlib.sha256(body).hexdigest()}"
    assert other_notices.read(b'{"id": "evt_1", "type": "ping"}').key == "event/evt_1"
