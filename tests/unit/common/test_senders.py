"""Who is expected to have sent what, and how messages are read that somebody has made unreadable."""

import struct

import amqp
import pytest

from services.common.bus.senders import Senders, why_refused
from services.common.security.wire import UNREADABLE, properties_of


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("amqp://billing:word@broker/college", "gateway"),
        ("amqp://north-billing:word@broker/north", "north-gateway"),
        ("amqp://a%2Fbilling:word@broker/north", "a/gateway"),
        ("amqp://everybody:word@broker/dev", "everybody"),
        ("amqp://broker/dev", "guest"),
    ],
)
def test_the_users_of_others_are_known_by_ones_own(uri, expected):
    senders = Senders(uri, "billing")
    assert senders.user("gateway") == expected
    assert senders.users(["billing"]) == {senders.own}


def test_a_user_is_named_by_its_component():
    assert Senders("amqp://north-billing@broker/north", "billing").component("north-staff") == "staff"
    assert Senders("amqp://everybody@broker/dev", "billing").component("everybody") == "everybody"


def read(message: amqp.Message) -> amqp.Message:
    """The message as it is read at the other end."""
    arrived = amqp.Message(message.body)
    arrived.properties, _ = properties_of(message._serialize_properties(), 0)
    return arrived


def test_a_message_of_the_right_user_without_copies_is_believed_and_no_other():
    assert why_refused(read(amqp.Message("x", user_id="billing")), {"billing"}) is None
    assert why_refused(read(amqp.Message("x", user_id="billing")), None) == "way"
    assert why_refused(read(amqp.Message("x")), {"billing"}) == "sender"
    for name in ("CC", "BCC"):
        assert why_refused(read(amqp.Message("x", user_id="billing", application_headers={name: []})), {"billing"}) == "copies"
    assert why_refused(read(amqp.Message("x" * 4_194_305, user_id="billing")), {"billing"}) == "size"


def test_only_the_usual_encoding_of_a_body_is_taken_from_a_message():
    assert "content_encoding" not in properties_of(amqp.Message("x", content_encoding="punycode")._serialize_properties(), 0)[0]
    assert properties_of(amqp.Message("x", content_encoding="utf-8")._serialize_properties(), 0)[0]["content_encoding"] == "utf-8"


@pytest.mark.parametrize("value", [b"T" + struct.pack(">Q", 2**63), b"?", b"S" + struct.pack(">I", 9), b"D\x00"])
def test_headers_that_cannot_be_read_leave_the_sender_readable(value):
    table = b"\x01x" + value
    properties, _ = properties_of(struct.pack(">H", 0xA010) + b"\x01j" + struct.pack(">I", len(table)) + table + b"\x02me", 0)
    assert properties[UNREADABLE] and properties["user_id"] == "me"
    assert "application_headers" not in properties or properties["application_headers"] == {}
