"""Files that became nobody's document do not stay, and nobody fills the store: quotas, rates, a reserve of room."""

import os
import time

import pytest
import requests
from sqlalchemy import update

from gateway.http.rate_limits import RATES
from services.applications.documents import file_rules, unrecorded_files
from services.applications.models import Document
from services.common.documents.files import FileStore
from services.common.kernel.errors import NotFound
from services.contracts.applications import applicant
from services.contracts.applications.errors import TooManyDocuments
from tests.support.actors.applications_journey import Applicant, Staff
from tests.support.actors.retention_desk import works_of
from tests.support.gateway_rig import start_gateway
from tests.support.samples.sample_files import a_pdf
from tests.support.waiting import PATIENCE_S

DAY_S = 24 * 3600


@pytest.fixture
def files(system):
    system.start("applications")
    return FileStore(system.folder / "files")


def stored(system, files, content, ago_s=3600):
    """Stores a file as the gateway does, some seconds ago, and gives its hash."""
    upload = files.receive(len(content))
    upload.write(content)
    sha256, at = upload.keep(), time.time() - ago_s
    os.utime(system.folder / "files" / sha256[:2] / sha256, (at, at))
    return sha256


def swept(system, files):
    with works_of(system, "applications") as units:
        return unrecorded_files.sweep(units, files)


def is_there(files, sha256):
    try:
        files.open(sha256).close()
    except NotFound:
        return False
    return True


def test_an_upload_that_became_no_document_leaves_and_one_that_did_stays(system, files):
    refused, taken = stored(system, files, b"refused"), stored(system, files, b"taken")
    by_post, arriving = stored(system, files, b"by post"), stored(system, files, b"arriving", ago_s=60)
    person = Applicant(system)
    person.upload("government_id", sha256=taken)
    Staff(system).receive(person.id, sha256=by_post)
    assert swept(system, files) == 1
    assert [is_there(files, one) for one in (refused, taken, by_post, arriving)] == [False, True, True, True]


def test_what_a_refused_request_left_is_gone_after_the_next_sweep(system, files):
    base, person = start_gateway(system), Applicant(system)
    headers = {"Authorization": f"Bearer {person.caller.token}"}
    form = {"data": {"requirement": "no_such_thing"}, "files": {"file": ("id.pdf", a_pdf("refused"))}}
    refused = requests.post(f"{base}/api/v1/application/documents", headers=headers, timeout=PATIENCE_S, **form)
    assert refused.status_code == 422
    left = [file for file in (system.folder / "files").rglob("*") if file.is_file()]
    assert len(left) == 1
    os.utime(left[0], (time.time() - 3600,) * 2)
    assert swept(system, files) == 1
    assert [file for file in (system.folder / "files").rglob("*") if file.is_file()] == []


def test_what_somebody_never_finished_sending_goes_too(system, files):
    cut_off, arriving = files.receive(100), files.receive(100)
    os.utime(cut_off._path, (time.time() - 3600,) * 2)
    assert swept(system, files) == 1
    assert not cut_off._path.exists() and arriving._path.exists()


def test_what_lies_there_since_long_is_left_for_a_person_to_look_at(system, files):
    long_ago = stored(system, files, b"long ago", ago_s=30 * DAY_S)
    assert swept(system, files) == 0 and is_there(files, long_ago)


def test_one_replica_sweeps_at_a_time(system, files):
    refused = stored(system, files, b"refused")
    with system.session("applications") as session:
        session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('retention'))")
        assert swept(system, files) == 0 and is_there(files, refused)
    assert swept(system, files) == 1


def test_an_application_holds_so_many_files_of_its_applicant_and_no_more(system, files, monkeypatch):
    monkeypatch.setattr(file_rules, "MOST_FILES", 2)
    person = Applicant(system)
    first = person.upload("government_id", sha256="a1" * 32)
    person.upload("government_id", sha256="a2" * 32)
    with pytest.raises(TooManyDocuments) as refused:
        person.upload("government_id", sha256="a3" * 32)
    assert "2 of your files" in refused.value.say("en") and "2 de vos fichiers" in refused.value.say("fr")
    assert person.upload("government_id", sha256="a2" * 32)["id"]  # the same again is no further one
    Staff(system).receive(person.id, sha256="b1" * 32)  # what came by post finds room, and takes none of the applicant's
    person.call(applicant.RemoveDocument, document_id=first["id"])
    assert person.upload("government_id", sha256="a3" * 32)["state"] == "received"


def test_an_application_holds_so_many_bytes_and_no_more(system, files):
    person = Applicant(system)
    first = person.upload("government_id", sha256="a1" * 32)
    with system.session("applications") as session:
        session.execute(update(Document).values(size=file_rules.MOST_BYTES - 10))
        session.commit()
    with pytest.raises(TooManyDocuments):
        person.upload("government_id", sha256="a2" * 32)
    person.call(applicant.RemoveDocument, document_id=first["id"])
    assert person.upload("government_id", sha256="a2" * 32)["state"] == "received"


def test_one_account_sends_so_many_files_in_a_while_wherever_it_sends_from(system, files):
    base = start_gateway(system, TRUST_FORWARDED_FOR="1", RATE_LIMIT_FACTOR="0.05")
    person, other, most = Applicant(system), Applicant(system, "A0000025"), int(RATES["upload"].burst * 0.05)

    def send(sender, number):
        headers = {"Authorization": f"Bearer {sender.caller.token}", "X-Forwarded-For": f"203.0.113.{number}"}
        form = {"data": {"requirement": "no_such_thing"}, "files": {"file": ("id.pdf", a_pdf(str(number)))}}
        return requests.post(f"{base}/api/v1/application/documents", headers=headers, timeout=PATIENCE_S, **form)

    codes = [send(person, number).status_code for number in range(most + 1)]
    assert codes == [422] * most + [429]
    assert send(other, 250).status_code == 422
    assert send(person, 251).headers["Retry-After"].isdigit()


def test_uploads_leave_a_reserve_of_room_on_the_disk_and_the_person_is_told(system, files):
    base = start_gateway(system, FILES_RESERVE_MB="1e12", PUBLIC_URL="https://college.test")
    person = Applicant(system)
    form = {"data": {"requirement": "government_id"}, "files": {"file": ("id.pdf", a_pdf("clean"))}}
    api = {"Authorization": f"Bearer {person.caller.token}"}
    told = requests.post(f"{base}/api/v1/application/documents", headers=api, timeout=PATIENCE_S, **form)
    assert (told.status_code, told.json()["code"]) == (507, "storage_full")
    cookie = {"Cookie": f"__Host-college-access={person.caller.token}", "Sec-Fetch-Site": "same-origin", "Accept-Language": "fr"}
    page = requests.post(f"{base}/application/documents", headers=cookie, timeout=PATIENCE_S, **form)
    assert page.status_code == 507 and "Veuillez l’envoyer de nouveau dans une heure." in page.text
