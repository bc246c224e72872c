"""File types, file names, entity tags, security headers, deadlines."""

import pytest

from gateway.downloads import attachment
from gateway.edge import Edge
from gateway.file_types import clean_name, media_type
from gateway.responses import matches
from gateway.security_headers import API_POLICY, security_headers
from gateway.settings import GatewaySettings
from services.common.contract import Call
from services.contracts.billing import StartCheckout
from services.contracts.identity import GetMe
from tests.unit.gateway.test_gateway_requests import request


@pytest.mark.parametrize(
    ("head", "tail", "found"),
    [
        (b"%PDF-1.7", b"...%%EOF\n", "application/pdf"),
        (b"%PDF-1.7", b"...", "application/octet-stream"),
        (b" %PDF-1.7", b"%%EOF", "text/plain"),
        (b"\xff\xd8\xff\xdb", b"", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
        (b"<html><body>", b"", "text/html"),
        ("Déclaration\n".encode(), b"", "text/plain"),
        (b"\0\xff\0", b"", "application/octet-stream"),
    ],
)
def test_a_files_type_is_what_its_content_says(head, tail, found):
    assert media_type(head, tail) == found


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("relevé.pdf", "relevé.pdf"),
        ("C:\\dossier\\relevé.pdf", "relevé.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("  many   spaces .pdf", "many spaces .pdf"),
        ("", "document"),
        ("..", "document"),
        ("é" * 300 + ".pdf", "é" * 251 + ".pdf"),
    ],
)
def test_a_file_name_is_cleaned(given, kept):
    assert clean_name(given) == kept


def test_a_file_name_cannot_break_out_of_its_header():
    assert (
        attachment('a"; x="b\r\n.pdf') == "attachment; filename=\"a_; x=_b__.pdf\"; filename*=UTF-8''a%22%3B%20x%3D%22b%0D%0A.pdf"
    )
    assert attachment("資料.pdf").startswith('attachment; filename=".pdf"')
    assert attachment("資料").startswith('attachment; filename="document"')


def test_entity_tags_are_compared_weakly_in_lists():
    assert matches('"a", W/"b"', "b") and matches("*", "b")
    assert not matches(None, "b") and not matches('"a"', "b")


def test_strict_transport_is_asked_for_only_behind_tls():
    assert "Strict-Transport-Security" not in dict(security_headers(API_POLICY, behind_tls=False))
    assert "Strict-Transport-Security" in dict(security_headers(API_POLICY, behind_tls=True))


def test_no_call_is_waited_for_longer_than_a_client_would():
    assert max(call.deadline_s or 0 for call in Call.all.values()) < 15
    waited = []

    class Client:
        def call(self, _contract, _caller, _deadline_s, _idempotency_key, _checked):
            waited.append(_deadline_s)

    def edge(usual_s):
        return Edge(Client(), None, None, None, GatewaySettings("a", 0, "http://a", usual_s, 10))

    edge(5).ask(GetMe, request(), {})
    edge(5).ask(StartCheckout, request(), {})
    edge(60).ask(GetMe, request(), {})
    assert waited == [5, StartCheckout.deadline_s, 14]
