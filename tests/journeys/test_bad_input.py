"""Bad input through the public HTTP: each gets a clear error in the person's language, and nothing is lost or doubled."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from deploy.demo.journey.api import Api, Refused, wait_for
from tests.support.actors.payment_notices import notice, signed, tell
from tests.support.waiting import PATIENCE_S


def refused(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value


def test_unknown_fields_and_wrong_types_are_named_in_french(college):
    api = Api(college.url, "fr")
    problem = refused(api.post, "/applications/start", {"email": 3, "password": "x", "surprise": 1}).problem
    assert problem["status"] == 422 and problem["title"].startswith("Certains")
    assert {(fault["field"], fault["message"]) for fault in problem["errors"]} >= {
        ("surprise", "Ce champ n’existe pas."),
        ("email", "Entrez une adresse courriel, par exemple nom@exemple.org."),
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"email": NaN}', b"\xff\xfe"])
def test_what_is_not_a_json_object_is_a_clear_error(college, body):
    answer = requests.post(
        f"{college.url}/api/v1/sessions", data=body, headers={"Content-Type": "application/json"}, timeout=PATIENCE_S
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_wrong_answer_is_refused_naming_its_field_and_nothing_is_saved(college):
    one = college.signed_in("en")
    refusal = refused(one.save_page, "personal_information", {"date_of_birth": "yesterday", "home_country": "Atlantis"})
    assert {fault["field"] for fault in refusal.problem["errors"]} == {"date_of_birth", "home_country"}
    assert one.api.get("/application/pages/personal_information")["values"] == {}


def test_two_tabs_cannot_overwrite_each_other(college):
    one = college.signed_in("en")
    one.api.get("/application/pages/education")
    etag = one.api.last.headers["ETag"]

    def save(name: str) -> dict:
        changed = {"values": {"institution_name": name}}
        return one.api.call("PUT", "/application/pages/education", json=changed, headers={"If-Match": etag})

    assert save("A") == save("A")  # the same again, as when an answer was lost, is no other tab's change
    assert refused(save, "B").status == 412
    assert refused(one.api.call, "PUT", "/application/pages/education", json={"values": {}}).status == 428


def test_a_mistyped_an_oversized_and_a_foreign_file_are_refused(college, tmp_path):
    one = college.signed_in("en")
    one.save_page("category_and_route", {name: one.answers()[name] for name in ("category", "education_route", "degree_status")})
    fake = tmp_path / "certificate.pdf"
    fake.write_bytes(b"MZ this is no PDF at all")
    assert refused(one.upload, "government_id", fake).code == "document_refused"
    huge = tmp_path / "huge.pdf"
    huge.write_bytes(b"%PDF-1.7\n" + b"0" * 60_000_000 + b"\n%%EOF")
    assert refused(one.upload, "government_id", huge).status in {413, 422}
    assert refused(one.upload, "transcript", college.transcript(one)).code == "requirement_not_yours"
    assert one.api.get("/application/documents")["documents"] == []


def test_a_link_that_is_mailed_again_is_the_same_and_pressed_twice_says_the_same(college):
    one = college.applicant("en")
    one.open_account()
    first = one.mailbox.link(one.mailbox.wait("Account Activation"), "/activate")
    one.api.post("/accounts/activation-mail", {"email": one.email})
    wait_for("the second mail", lambda: len(one.mailbox.mails("Account Activation")) == 2)
    second = one.mailbox.link(one.mailbox.mails("Account Activation")[0], "/activate")
    token = lambda link: {"token": parse_qs(urlsplit(link).query)["token"][0]}  # noqa: E731
    assert token(second) == token(first)
    assert one.api.post("/accounts/activate", token(first)) == one.api.post("/accounts/activate", token(second))
    assert refused(one.api.post, "/accounts/activate", {"token": "made-up"}).code == "link_not_valid"


def test_nothing_tells_whether_an_address_has_an_account(college):
    one = college.signed_in("en")
    body = {"email": one.email, "password": "another long sentence", "language": "en"}
    again, new = (
        Api(college.url).post("/applications/start", body),
        Api(college.url).post("/applications/start", {**body, "email": "n" + one.email}),
    )
    assert set(again) == set(new)
    wrong = [
        refused(Api(college.url).sign_in, login, "not the password").problem for login in (one.email, "nobody@people.example.org")
    ]
    assert wrong[0]["detail"] == wrong[1]["detail"]
    assert one.sign_in()["email"] == one.email  # the second opening changed nothing


def test_a_used_refresh_token_ends_the_session(college):
    one = college.signed_in("en")
    stolen = one.api.refresh_token
    for _ in range(2):
        one.api.refresh()
    assert refused(Api(college.url).post, "/sessions/refresh", {"refresh_token": stolen}).code == "session_ended"
    assert refused(one.api.refresh).code == "session_ended"


def test_no_one_sees_or_does_what_is_not_theirs(college):
    (one, invoice), other = college.approved("en"), college.signed_in("en")
    document = one.api.get("/application/documents")["documents"][0]["id"]
    for path in (f"/invoices/{invoice['number']}", f"/invoices/{invoice['number']}/pdf", f"/documents/{document}/content"):
        assert refused(other.api.get, path).status == 404
        assert refused(Api(college.url).get, path).status == 401
    application = one.application()["id"]
    for path in (
        "/staff/applications",
        f"/staff/applications/{application}",
        "/staff/payments",
        "/staff/messages",
        "/registration",
    ):
        assert refused(one.api.get, path).status == 403
    assert (
        refused(
            college.staff("registration_officer").step, {"id": application, "version": 1}, "decision", decision="approved"
        ).status
        == 403
    )


def test_two_people_racing_for_one_step_take_it_once(college):
    one, file = college.ready_to_decide("en")
    registrars = [college.staff("registrar") for _ in range(4)]

    def decide(registrar) -> int:
        try:
            registrar.approve(file)
            return 200
        except Refused as refusal:
            return refusal.status

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(decide, registrars))
    assert answers[0] == 200 and set(answers[1:]) <= {409, 412}
    one.mailbox.wait(one.invoice()["number"])
    assert len(one.api.get("/invoices")["invoices"]) == 1


def test_forged_altered_and_replayed_notices_are_refused(college):
    one, invoice = college.approved("en")
    body = notice(invoice["number"], 36273)
    assert tell(college, body, {"Content-Type": "application/json"}).status_code == 400
    assert tell(college, body, {"Payment-Signature": "t=1,v1=00", "Content-Type": "application/json"}).status_code == 400
    assert tell(college, body.replace(b"36273", b"1"), signed(college, body)).status_code == 400
    assert tell(college, body, signed(college, body, at=int(time.time()) - 3600)).json()["code"] == "notice_not_genuine"
    assert one.api.get(f"/invoices/{invoice['number']}")["state"] == "open"


def test_the_same_payment_told_twenty_times_is_one_payment(college):
    one, invoice = college.approved("en")
    body = notice(invoice["number"], 36273)
    with ThreadPoolExecutor(8) as pool:
        outcomes = [
            answer.json()["outcome"] for answer in pool.map(lambda _: tell(college, body, signed(college, body)), range(20))
        ]
    assert sorted(outcomes) == ["recorded", *["recorded_before"] * 19]
    assert one.registration()["registration_number"]


@pytest.mark.parametrize(
    ("cents", "currency", "flag"),
    [(36272, "CAD", "amount_mismatch"), (99999, "CAD", "amount_mismatch"), (36273, "USD", "currency_mismatch")],
)
def test_a_payment_of_the_wrong_amount_is_kept_and_flagged_and_the_invoice_stays_open(college, cents, currency, flag):
    one, invoice = college.approved("en")
    payment_id = f"pay_{uuid.uuid4().hex}"
    body = notice(invoice["number"], cents, payment_id, currency)
    assert tell(college, body, signed(college, body)).json()["outcome"] == "flagged"
    assert one.api.get(f"/invoices/{invoice['number']}")["state"] == "open"
    flagged = college.staff("billing_officer").api.get("/staff/payments", flagged="true")["payments"]
    assert [payment["flag"] for payment in flagged if payment["provider_payment_id"] == payment_id] == [flag]


def test_a_payment_for_nothing_known_is_kept_and_flagged(college):
    body = notice("INV-9999999-X", 500)
    assert tell(college, body, signed(college, body)).json()["outcome"] == "flagged"


def test_the_same_idempotency_key_opens_one_account(college):
    one = college.applicant("en")
    body = {"email": one.email, "password": one.password, "language": "en"}
    for _ in range(3):
        one.api.post("/applications/start", body, key="the-same-key-" + one.email)
    one.mailbox.wait("Account Activation")
    assert len(one.mailbox.mails()) == 1
