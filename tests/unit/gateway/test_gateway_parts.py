"""File types, file names, entity tags, security headers, deadlines."""

import pytest

from gateway.http.downloads import attachment, download
from gateway.http.file_types import EXTENSIONS, clean_name, media_type
from gateway.http.responses import matches
from gateway.http.security_headers import API_POLICY, security_headers
from gateway.services import Services
from gateway.settings import GatewaySettings
from services.common.documents.files import FileStore
from services.common.kernel.contract import Call
from services.contracts.applications.shapes import StoredFile
from services.contracts.billing.payments import StartCheckout
from services.contracts.college.requirements import FILE_TYPES
from services.contracts.identity.accounts import GetMe
from tests.unit.gateway.wsgi_requests import request


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xef\xbb\xbf%PDF-1.7", "application/pdf"),
        (b"\r\n\r\n%PDF-1.7", "application/pdf"),
        (b"a %PDF-1.7", "text/plain"),
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"<html><body>", "text/html"),
        ("Déclaration\n".encode(), "text/plain"),
        (b"\0\xff\0", "application/octet-stream"),
    ],
)
def test_a_files_type_is_what_its_content_says(head, found):
    assert media_type(head) == found


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("relevé.pdf", "relevé.pdf"),
        ("RELEVÉ.PDF", "RELEVÉ.PDF"),
        ("C:\\dossier\\relevé.pdf", "relevé.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("  many   spaces .pdf", "many spaces.pdf"),
        ("", "document.pdf"),
        ("..", "document.pdf"),
        ("é" * 300 + ".pdf", "é" * 251 + ".pdf"),
        ("é" * 300, "é" * 251 + ".pdf"),
        # what it claims to be counts for nothing
        ("x.hta", "x.pdf"),
        ("x.html", "x.pdf"),
        ("x.EXE", "x.pdf"),
        ("x.pdf.exe", "x.pdf"),
        ("x.exe.pdf", "x.exe.pdf"),
        ("x.hta.", "x.pdf"),
        ("x.hta . . ", "x.pdf"),
        ("x.hta\u00a0", "x.pdf"),
        ("x.pdf.", "x.pdf"),
        ("x.pdf .hta", "x.pdf"),
        (".hta", "hta.pdf"),
        ("x.h\u200bta", "x.pdf"),
        ("x\uff0ehta", "x\uff0ehta.pdf"),
        ("x\u2024hta", "x\u2024hta.pdf"),
        ("x\u3002pdf", "x\u3002pdf.pdf"),
        ("x.ｐｄｆ", "x.ｐｄｆ.pdf"),
        ("x.jpeg", "x.pdf"),
        ("x.Configuration", "x.Configuration.pdf"),
        # and nothing is lost of a name that has no extension
        ("relevé", "relevé.pdf"),
        ("Transcript 12.2024", "Transcript 12.2024.pdf"),
        ("St. Catharines", "St. Catharines.pdf"),
        ("J.Roy", "J.Roy.pdf"),
    ],
)
def test_a_file_name_is_cleaned_and_ends_with_what_the_file_is(given, kept):
    assert clean_name(given, "application/pdf") == kept
    assert clean_name(kept, "application/pdf") == kept


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("photo.png", "image/jpeg", "photo.jpg"),
        ("photo", "image/png", "photo.png"),
        ("x.html", "text/html", "x.bin"),
        ("x.exe", "application/octet-stream", "x.bin"),
        ("x.bat", "text/plain", "x.txt"),
    ],
)
def test_each_type_has_its_extensions_and_what_is_not_known_has_none_that_runs(given, kind, kept):
    assert clean_name(given, kind) == kept


def test_every_type_that_a_college_may_accept_has_its_extension():
    assert set(FILE_TYPES.values()) <= EXTENSIONS.keys()


@pytest.mark.parametrize("name", ["x.hta", "x\uff0ehta", "資料.hta", "x.hta. "])
def test_a_file_stored_under_a_name_of_another_type_is_served_as_what_it_is(tmp_path, name):
    files = FileStore(tmp_path)
    stored = StoredFile(file_name=name, media_type="application/pdf", size=4, sha256=files.put(b"%PDF"))
    told = dict(download(files, stored, request()).headers)["Content-Disposition"]
    assert [part.strip('"') for part in told.split("; ")][1].endswith(".pdf") and told.endswith(".pdf")


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

    def services(usual_s):
        return Services(Client(), None, None, None, GatewaySettings("a", 0, "http://a", usual_s, 10))

    services(5).ask(GetMe, request(), {})
    services(5).ask(StartCheckout, request(), {})
    services(60).ask(GetMe, request(), {})
    assert waited == [5, StartCheckout.deadline_s, 14]
