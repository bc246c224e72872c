"""How a request is read: language, address, correlation id, keys, bodies."""

from uuid import UUID

import eventlet
import pytest

from gateway.http.body_bounds import Bounds
from gateway.http.errors import BodyTooLarge, BodyTooSlow, MalformedBody, MalformedHeader, UnsupportedMediaType
from gateway.http.request_body import read_all, read_json
from services.common.kernel.errors import Invalid
from tests.unit.gateway.wsgi_requests import request


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "en"),
        ("", "fr-CA", "fr"),
        ("", "fr-CA, en;q=0.5", "fr"),
        ("", "fr;q=0, en-CA;q=0.1", "en"),
        ("", "de, fr;q=0.4, en;q=0.3", "fr"),
        ("", "en;q=0.9, fr;q=0.8", "en"),
        ("", "de", "en"),
        ("language=fr", "en", "fr"),
        ("language=de", "fr", "fr"),
        ("", "fr," * 500, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_best_accepted(query, header, language):
    assert request(query=query, accept_language=header).language == language


def test_a_forwarded_address_counts_only_where_a_proxy_is_trusted_and_only_its_own_entry():
    assert request(x_forwarded_for="1.1.1.1, 2.2.2.2").address == "10.0.0.1"
    assert request(x_forwarded_for="1.1.1.1, 2.2.2.2", trust_forwarded=True).address == "2.2.2.2"
    assert request(trust_forwarded=True).address == "10.0.0.1"


def test_only_a_well_formed_correlation_id_is_taken():
    assert request(x_correlation_id="walk-0001").correlation_id == "walk-0001"
    for bad in ("short", "a" * 101, "line\nbreak", "<b>bold</b>"):
        assert UUID(request(x_correlation_id=bad).correlation_id)


def test_an_idempotency_key_is_printable_and_bounded():
    assert request(idempotency_key="a" * 200).idempotency_key() == "a" * 200
    assert request().idempotency_key() is None
    for bad in ("", "a" * 201, "a b", "é"):
        with pytest.raises(MalformedHeader):
            request(idempotency_key=bad).idempotency_key()


def test_a_path_is_read_as_utf8():
    assert request(path="/verify/é").path == "/verify/é"


SMALL = Bounds(100, 10, 3)


def test_json_is_read_strictly():
    assert read_json(request("POST", body=b'{"a": 1}'), SMALL, 1) == {"a": 1}
    assert read_json(request("POST", body=b"", content_type=""), SMALL, 1) == {}
    for body in (b"{", b"[NaN]", b'{"a": Infinity}', b'{"a": "\xff"}', b'{"a": 1} x'):
        with pytest.raises(MalformedBody):
            read_json(request("POST", body=body), SMALL, 1)
    for body in (b"[]", b"7", b"null"):
        with pytest.raises(Invalid):
            read_json(request("POST", body=body), SMALL, 1)
    with pytest.raises(UnsupportedMediaType):
        read_json(request("POST", body=b"{}", content_type="text/json"), SMALL, 1)


def test_a_body_is_bounded_whether_or_not_it_tells_its_length():
    with pytest.raises(BodyTooLarge):
        read_all(request("POST", body=b"a" * 101), 100, 1)
    chunked = request("POST", body=b"a" * 101, transfer_encoding="chunked")
    del chunked.environ["CONTENT_LENGTH"]
    with pytest.raises(BodyTooLarge):
        read_all(chunked, 100, 1)


def test_a_body_that_ends_too_early_or_comes_too_slowly_is_refused():
    short = request("POST", body=b"abc")
    short.environ["CONTENT_LENGTH"] = "10"
    with pytest.raises(MalformedBody):
        read_all(short, 100, 1)

    class Slow:
        def read(self, _size):
            eventlet.sleep(1)

    slow = request("POST", body=b"abc")
    slow.environ["wsgi.input"] = Slow()
    with pytest.raises(BodyTooSlow):
        read_all(slow, 100, 0.05)
