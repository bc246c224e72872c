"""Uploads and downloads through the gateway: streamed, sniffed, bounded, and nothing left behind when they fail."""

import hashlib
import resource
import socket

import pytest
import requests

from services.common.kernel.ids import new_id
from services.contracts.applications import applicant, errors
from services.contracts.registry import CertificateNotReady, ReadCertificate
from services.contracts.roles import APPLICANT, REGISTRANT, REGISTRATION_OFFICER
from tests.support.gateway_rig import StandIn, bearer, start_gateway
from tests.support.samples.sample_files import PDF, a_pdf, a_picture, held_upright, png_said_to_be
from tests.support.waiting import PATIENCE_S, until

PNG = a_picture("PNG")


def document(**request):
    return {
        "id": new_id(),
        "state": "received",
        "refusal_reason": None,
        "from_whom": "applicant",
        "received_at": "2026-11-23T12:00:00+00:00",
        **request,
    }


@pytest.fixture
def applications(system):
    from services.common.kernel.clock import now

    stand_in = StandIn(
        system, "applications", {applicant.RecordDocument: lambda **request: {**document(**request), "received_at": now()}}
    )
    yield stand_in
    stand_in.stop()


@pytest.fixture
def base(system):
    return start_gateway(system, UPLOAD_LIMIT_MB="2") + "/api/v1"


@pytest.fixture
def address(base):
    return f"{base}/application/documents"


def left_in(system):
    return list((system.folder / "files" / "incoming").iterdir())


def upload(system, address, content, name="transcript.pdf", key=None, **more):
    headers = bearer(system, APPLICANT) | ({"Idempotency-Key": key} if key else {})
    files = {"file": (name, content, "application/pdf")}
    return requests.post(address, data={"requirement": "transcript", **more}, files=files, headers=headers)


def test_an_upload_is_stored_under_its_hash_and_recorded(system, address, applications):
    answer = upload(system, address, PDF, name="../dossier/relevé de notes.pdf", key="k-1")
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/documents/{answer.json()['id']}/content"
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert applications.asked[0]["request"] == {
        "requirement": "transcript",
        "file_name": "relevé de notes.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": sha256,
    }
    assert applications.asked[0]["key"] == "k-1"
    assert (system.folder / "files" / sha256[:2] / sha256).read_bytes() == PDF
    assert left_in(system) == []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, "image/png"),
        (a_picture(), "image/jpeg"),
        (a_picture("HEIF"), "image/heic"),
        (b"MZ\x90\0" + b"\0" * 50, "application/vnd.microsoft.portable-executable"),
        (b"just a letter\n", "text/plain"),
        (b"\0\1\2\3\4", "application/octet-stream"),
    ],
)
def test_a_mistyped_file_is_told_as_what_it_is(system, address, applications, content, found):
    assert upload(system, address, content).status_code == 201
    assert applications.asked[0]["request"]["media_type"] == found


@pytest.mark.parametrize(
    ("content", "code", "told_en", "told_fr"),
    [
        (
            a_pdf(user="secret"),
            "file_needs_password",
            "save it as a new PDF without one",
            "dans un nouveau PDF sans mot de passe",
        ),
        (PDF[:-60], "file_damaged", "scan or photograph the document again", "numérisez ou photographiez encore"),
        (b"%PDF-1.7 %%EOF", "file_damaged", "Open it on your device", "Ouvrez-le sur votre appareil"),
        (a_pdf(pages=0), "file_has_no_page", "There is nothing to read in it", "Il n’y a rien à y lire"),
        (a_picture()[:300], "file_damaged", "cannot be opened", "ne s’ouvre pas"),
        (PNG[:8], "file_damaged", "cannot be opened", "ne s’ouvre pas"),
        (a_picture("HEIF")[:-9], "file_damaged", "cannot be opened", "ne s’ouvre pas"),
        (png_said_to_be(60_000, 60_000), "too_many_pixels", "at most 150 million", "au plus 150 millions"),
    ],
)
def test_what_nobody_could_open_is_refused_in_both_languages_and_leaves_nothing(
    system, base, address, applications, content, code, told_en, told_fr
):
    staff = base + f"/staff/applications/{new_id()}/documents"
    for to, role in ((address, APPLICANT), (staff, REGISTRATION_OFFICER)):
        for language, told in (("en", told_en), ("fr", told_fr)):
            headers = {**bearer(system, role), "Accept-Language": language}
            answer = requests.post(to, data={"requirement": "transcript"}, files={"file": ("a.pdf", content)}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
            assert told in answer.json()["detail"]
    assert applications.asked == [] and left_in(system) == []
    assert not [one for one in (system.folder / "files").rglob("*") if one.is_file()]


@pytest.mark.parametrize(
    "content",
    [a_pdf(owner="secret"), PDF + bytes(3000), b"\xef\xbb\xbf\r\n" + PDF, held_upright()],
    ids=["an owner's password", "bytes after its end", "a byte-order mark", "a telephone's picture"],
)
def test_what_people_can_open_is_stored_as_it_came(system, address, applications, content):
    assert upload(system, address, content).status_code == 201
    sha256 = applications.asked[0]["request"]["sha256"]
    assert (system.folder / "files" / sha256[:2] / sha256).read_bytes() == content


@pytest.mark.parametrize("name", ["x.hta", "x.pdf.html", "x.exe. ", "x"])
def test_a_file_is_recorded_under_a_name_that_opens_as_what_it_is(system, address, applications, name):
    assert upload(system, address, PDF, name=name).status_code == 201
    assert applications.asked[0]["request"]["file_name"] == "x.pdf"


def test_a_refusal_of_the_document_reaches_the_person(system, address):
    def refuse(**request):
        raise errors.DocumentRefused(types="PDF", found_en=f"a file of {request['size']} bytes", found_fr="")

    stand_in = StandIn(system, "applications", {applicant.RecordDocument: refuse})
    answer = upload(system, address, PNG)
    assert (answer.status_code, answer.json()["code"]) == (422, "document_refused")
    assert f"a file of {len(PNG)} bytes" in answer.json()["detail"]
    stand_in.stop()


def test_too_large_a_file_is_refused_while_it_arrives_and_leaves_nothing(system, address):
    answer = upload(system, address, b"%PDF-" + b"a" * 3_000_000)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit_mb"]) == (413, "file_too_large", 2)
    assert left_in(system) == []


def test_a_large_upload_of_unknown_length_is_cut_at_the_limit_with_flat_memory(system, address):
    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
        for _ in range(400):
            yield b"a" * 65_536

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    headers = {**bearer(system, APPLICANT), "Content-Type": "multipart/form-data; boundary=b"}
    answer = requests.post(address, data=endless(), headers=headers)
    assert answer.status_code == 413
    assert left_in(system) == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000  # kB, of 26,000 sent


def test_an_upload_cut_off_in_the_middle_leaves_nothing(system, base, applications):
    host, port = base.split("/")[2].split(":")
    token = bearer(system, APPLICANT)["Authorization"]
    start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-' + b"a" * 100_000
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as client:
        client.sendall(
            b"POST /api/v1/application/documents HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            b"Authorization: " + token.encode() + b"\r\nContent-Length: 500000\r\n\r\n" + start
        )
        until(lambda: left_in(system), "its first bytes")
    until(lambda: not left_in(system), "its end")
    assert applications.asked == []


def test_forms_that_are_not_as_they_should_be_are_refused(system, address, applications):
    headers = bearer(system, APPLICANT)
    assert requests.post(address, json={"requirement": "a"}, headers=headers).status_code == 415
    no_file = requests.post(address, files={"requirement": (None, "transcript")}, headers=headers)
    assert no_file.json()["errors"][0] == {"field": "file", "code": "required", "message": "This is required."}
    assert upload(system, address, b"").json()["errors"][0]["field"] == "file"
    for sneaky in ({"sha256": "0" * 64}, {"colour": "red"}):
        answer = upload(system, address, PDF, **sneaky)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown")
    two = [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF))]
    assert requests.post(address, files=two, headers=headers).status_code == 422
    broken = {**headers, "Content-Type": "multipart/form-data; boundary=b"}
    assert requests.post(address, data=b"--b\r\nnonsense", headers=broken).json()["code"] == "malformed_body"
    assert applications.asked == [] and left_in(system) == []


def test_nobody_uploads_without_the_right_to(system, address):
    assert requests.post(address, files={"file": ("a.pdf", PDF)}).status_code == 401
    assert requests.post(address, files={"file": ("a.pdf", PDF)}, headers=bearer(system, REGISTRANT)).status_code == 403
    assert left_in(system) == []


def test_a_large_upload_that_nobody_may_make_is_refused_without_being_taken(base, address):
    content = b"%PDF-" + b"a" * 1_500_000
    with requests.Session() as session:
        refused = session.post(address, files={"file": ("a.pdf", content)})
        assert refused.status_code == 401 and refused.headers["Connection"] == "close"
        small = session.post(f"{base}/sessions", json={})
        assert small.status_code == 422 and small.headers["Connection"] == "keep-alive"


@pytest.fixture
def stored(system, base):
    sha256 = hashlib.sha256(PDF).hexdigest()
    place = system.folder / "files" / sha256[:2]
    place.mkdir(parents=True)
    (place / sha256).write_bytes(PDF)
    return {"file_name": 'relevé "A".pdf', "media_type": "application/pdf", "size": len(PDF), "sha256": sha256}


def test_a_download_is_streamed_as_an_attachment_that_no_browser_runs(system, base, stored):
    stand_in = StandIn(system, "applications", {applicant.ReadDocument: lambda document_id: stored})
    address, headers = f"{base}/documents/{new_id()}/content", bearer(system, APPLICANT)
    answer = requests.get(address, headers=headers)
    assert answer.content == PDF and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"releve _A_.pdf\"; filename*=UTF-8''relev%C3%A9%20%22A%22.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "no-store" in answer.headers["Cache-Control"]
    again = requests.get(address, headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = requests.head(address, headers=headers)
    assert head.content == b"" and head.headers["Content-Length"] == str(len(PDF))
    stand_in.stop()


def test_a_file_that_the_store_has_lost_is_our_fault(system, base):
    lost = {"file_name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
    stand_in = StandIn(system, "applications", {applicant.ReadDocument: lambda document_id: lost})
    answer = requests.get(f"{base}/documents/{new_id()}/content", headers=bearer(system, APPLICANT))
    assert answer.status_code == 500 and "StoredFileMissing" not in answer.text
    stand_in.stop()


def test_a_certificate_is_asked_for_in_the_language_of_the_query(system, base, stored):
    def read(language):
        if language != "fr":
            raise CertificateNotReady()
        return stored

    stand_in = StandIn(system, "registry", {ReadCertificate: read})
    headers = bearer(system, REGISTRANT)
    assert requests.get(f"{base}/registration/certificate?language=fr", headers=headers).content == PDF
    waiting = requests.get(f"{base}/registration/certificate", headers=headers)
    assert waiting.status_code == 503 and waiting.headers["Retry-After"]
    assert requests.get(f"{base}/registration/certificate?language=de", headers=headers).status_code == 422
    stand_in.stop()
