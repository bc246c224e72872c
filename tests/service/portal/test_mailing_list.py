"""The pages of the mailing list without scripts, from signing up to leaving; gateway, correspondence and mail server are real (F65)."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from services.contracts.correspondence.mailing_list import ListMailings
from tests.support.actors.correspondence_desk import until
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page

ADDRESS = "reader@people.example.org"
OURS = {"Sec-Fetch-Site": "same-origin"}
FRENCH = {"Accept-Language": "fr"}
MAILING = {
    "subject_en": "Consultation",
    "body_en": "We ask for <your> comments.",
    "subject_fr": "Consultation sur la supervision",
    "body_fr": "Nous sollicitons vos commentaires.\n\nMerci.",
}


@pytest.fixture
def base(system, sink):
    system.start("correspondence", **sink.environment)
    return start_gateway(system)


def get(base, path, **headers):
    return requests.get(base + path, headers=headers)


def send(base, path, data, **headers):
    return requests.post(base + path, data=data, headers=OURS | headers)


def link_in(mail, page):
    """The address that the mail leads to, without the host."""
    parts = urlsplit(re.search(rf"http://college\.test/mailing-list/{page}\?token=\S+", mail["text"]).group())
    return f"{parts.path}?{parts.query}"


def counts(system):
    return system.call(ListMailings, system.caller("registrar"))["counts"]


def sign_up(base, sink, address, **headers):
    """Signs up on the page and confirms by the mailed link; gives the last page."""
    shown = read_page(get(base, "/mailing-list", **headers), "fr" if headers else "en")
    answer = send(base, "/mailing-list", {**shown.form(), "email": address, "language": "fr", "consent": "yes"}, **headers)
    assert answer.url == f"{base}/mailing-list/asked"
    link = link_in(sink.mails_to(address)[-1], "confirm")
    for _ in range(2):  # a scanner looks first
        page = read_page(get(base, link, **headers), "fr" if headers else "en")
    return send(base, page.all("form")[0]["action"], page.form(), **headers)


def staff(system, *roles):
    return {"Cookie": f"__Host-college-access={system.caller(*roles).token}"}


def _led_to(base, form, cookie):
    answer = requests.post(f"{base}/staff/mailings/new", data=form, headers=OURS | cookie, allow_redirects=False)
    return answer.headers["Location"]


def test_from_signing_up_to_leaving_in_one_click(system, base, sink):
    confirmed = sign_up(base, sink, ADDRESS, **FRENCH)
    assert confirmed.url == f"{base}/mailing-list/confirm/done" and "Vous êtes sur la liste d’envoi" in confirmed.text
    registrar = staff(system, "registrar")
    preview = send(base, "/staff/mailings/new", {**MAILING, "once": "one"}, **registrar)
    assert "We ask for &lt;your&gt; comments." in preview.text and "to 0 in English and to 1 in French" in preview.text
    form = {one["name"]: one.get("value", "") for one in read_page(preview, "en").all("input")}
    assert form == {**MAILING, "once": "one"}
    changed = read_page(send(base, "/staff/mailings/new", {**form, "again": "yes"}, **registrar), "en")
    assert changed.form()["subject_en"] == MAILING["subject_en"]
    in_french = read_page(send(base, "/staff/mailings/new", {**form, "show-in": "fr"}, **registrar), "fr")
    assert in_french.form()["subject_en"] == MAILING["subject_en"]  # nothing of what was typed is lost
    told = [_led_to(base, {**form, "sure": "yes"}, registrar) for _ in range(2)]
    assert told[0] == told[1]  # pressed twice, it is sent once
    assert MAILING["subject_en"] in read_page(get(base, told[0], **registrar), "en").text
    mail = sink.mails_to(ADDRESS, 2)[1]
    assert mail["subject"] == MAILING["subject_fr"]
    listed = get(base, "/staff/mailings", **registrar).text
    assert listed.count(MAILING["subject_en"]) == 1 and "1 email<" in listed
    assert MAILING["subject_fr"] in get(base, "/staff/mailings.csv", **registrar).text

    leave = link_in(mail, "unsubscribe")
    assert read_page(get(base, leave, **FRENCH), "fr").all("form")[0]["action"] == leave
    assert counts(system)["subscribed_fr"] == 1  # looking leaves nothing
    # What a mail service posts: no cookie, no origin, and nothing of a redirect (RFC 8058).
    answer = requests.post(base + leave, files={"List-Unsubscribe": (None, "One-Click")}, allow_redirects=False)
    assert answer.status_code == 200
    assert counts(system) == {"subscribed_en": 0, "subscribed_fr": 0, "pending": 0, "unsubscribed": 1}
    again = send(base, leave, {"List-Unsubscribe": "One-Click"}, **FRENCH)
    assert again.status_code == 200 and "Vous n’êtes plus sur la liste d’envoi" in read_page(again, "fr").text
    elsewhere = requests.post(base + leave, headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 200


def test_the_page_says_who_sends_and_no_box_is_ticked_before_somebody_does(base, system):
    for headers, language in (({}, "en"), (FRENCH, "fr")):
        page = read_page(get(base, "/mailing-list", **headers), language)
        assert "375 University Avenue" in page.text and "416-479-4330" in page.text
        assert [one["name"] for one in page.all("input") if "checked" in one] == ["language"]
    refused = send(base, "/mailing-list", {"email": ADDRESS, "language": "en", "wording": "1"})
    page = read_page(refused, "en")
    assert refused.status_code == 422 and "Your consent: Please tick this statement to agree to it." in page.text
    assert page.form()["email"] == ADDRESS
    switched = send(base, "/mailing-list", {"email": ADDRESS, "consent": "yes", "wording": "1", "show-in": "fr"})
    assert [one["name"] for one in read_page(switched, "fr").all("input") if "checked" in one] == ["consent"]
    stale = send(base, "/mailing-list", {"email": ADDRESS, "language": "en", "consent": "yes", "wording": "0"})
    page = read_page(stale, "en")
    assert stale.status_code == 422 and page.form()["wording"] == "1"
    assert [one["name"] for one in page.all("input") if "checked" in one] == ["language"]
    assert counts(system)["pending"] == 0


def test_a_link_that_is_over_or_cut_off_is_explained_on_its_page(base, sink):
    sign_up(base, sink, "second@people.example.org")
    link = link_in(sink.mails_to("second@people.example.org")[0], "confirm")
    over = send(base, "/mailing-list/confirm", {"token": link.partition("=")[2]}, **FRENCH)
    assert over.status_code == 410
    assert [one for one in read_page(over, "fr").all("a") if one["href"] == "/mailing-list"]
    for path in ("/mailing-list/confirm", f"/mailing-list/unsubscribe?token={'x' * 201}"):
        assert get(base, path).status_code == 400 and "not complete" in read_page(get(base, path), "en").text
    unknown = requests.post(f"{base}/mailing-list/unsubscribe?token=never-was")
    assert unknown.status_code == 410 and "We do not know this link" in read_page(unknown, "en").text


def test_others_of_the_staff_have_no_page_of_the_list(base, system):
    for path in ("/staff/mailings", "/staff/mailings/new", "/staff/mailings.csv"):
        assert get(base, path, **staff(system, "registration_officer", "support", "qa_officer")).status_code == 403
    until(lambda: get(base, "/staff/mailings", **staff(system, "administrator")).status_code == 200)


def test_signing_up_is_slowed_down_for_one_client(system, sink):
    system.start("correspondence", **sink.environment)
    base = start_gateway(system, RATE_LIMIT_FACTOR="0.2")
    form = {"email": ADDRESS, "language": "en", "consent": "yes", "wording": "1"}
    assert send(base, "/mailing-list", form).status_code == 200
    refused = send(base, "/mailing-list", {**form, "email": "another@people.example.org"})
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
