"""What the portal's pages do so that nothing typed is lost: saving in the background, sessions that are left alone, links from elsewhere."""

import datetime as dt
import re
import time
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import requests
from PIL import Image

from gateway.http.cookies import SESSION
from gateway.http.signed_values import SignedValues
from services.common.kernel.dates import written_date, written_instant
from services.common.kernel.errors import RemoteError
from services.contracts import registry
from services.contracts.applications import applicant, review
from tests.support.actors.applications_journey import Staff, submitted
from tests.support.actors.cookie_browser import ACCESS, REFRESH, Browser
from tests.support.actors.identity_factors import App
from tests.support.actors.identity_people import EMAIL, PASSWORD, add_person
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.samples.sample_files import PDF, a_pdf, held_upright, png_said_to_be
from tests.support.waiting import PATIENCE_S

COUNTRY = "/application/pages/personal_information"
ZONE = "America/Toronto"


def form_of(page):
    """What the first form of the page holds, by name, as a browser would send it."""
    return {one["name"]: one.get("value", "") for one in page.all("input") if one.get("type") not in ("radio", "checkbox")}


def test_a_page_of_the_form_is_saved_while_it_is_filled_in_and_says_when(ana):
    typed = {"legal_first_name": "Zoé", "legal_last_name": "Roy", "version": "0", "then": "stay"}
    saved = ana.browser.post(COUNTRY, **typed)
    assert saved.status_code == 200 and re.match(r"Saved at \d+:\d\d [ap]\.m\.\.", saved.json()["said"].replace("\u202f", " "))
    assert (saved.json()["version"], saved.json()["whole"]) == (1, True)
    assert form_of(read_page(ana.browser.get(COUNTRY), "en"))["legal_first_name"] == "Zoé"


def test_what_is_half_typed_keeps_the_rest_from_being_saved_no_more_than_it_is_lost_itself(ana):
    ana.browser.post(COUNTRY, legal_first_name="Zoé", home_country="CA", home_postal_code="P3E 5J1", version="0", then="stay")
    half = {"legal_first_name": "Zoë", "home_country": "CA", "home_postal_code": "P3", "version": "1", "then": "stay"}
    saved = ana.browser.post(COUNTRY, **half).json()
    assert not saved["whole"] and "apart from what is not right yet: Postal code" in saved["said"]
    values = ana.call(applicant.GetPage, page="personal_information")["values"]
    assert (values["legal_first_name"], values["home_postal_code"]) == ("Zoë", "P3E 5J1")


def test_a_form_shown_in_the_other_language_is_wholly_in_it_and_keeps_what_was_typed(ana):
    pages = ana.call(applicant.GetForm)["pages"]
    labels = next([field["label"] for field in page["fields"]] for page in pages if page["code"] == "personal_information")
    for old, new in (("en", "fr"), ("fr", "en")):
        page = read_page(ana.browser.post(COUNTRY, legal_first_name="Zoé", version="0", **{"show-in": new}), new)
        text = " ".join(page.text.split())
        assert form_of(page)["legal_first_name"] == "Zoé"
        assert [label[new] for label in labels if " ".join(label[new].split()) not in text] == []
        assert [label[old] for label in labels if label[old] not in label[new] and f" {label[old]} " in text] == []


def test_a_browser_is_told_which_of_the_persons_own_data_it_may_fill_in(ana):
    page = read_page(ana.browser.get(COUNTRY), "en")
    told = {one["name"]: one.get("autocomplete") for kind in ("input", "select") for one in page.all(kind) if "name" in one}
    assert (told["legal_first_name"], told["date_of_birth-year"], told["home_country"]) == ("given-name", "bday-year", "country")


def test_an_answer_that_asks_for_more_is_saved_and_what_is_still_to_be_answered_is_said(ana):
    saved = ana.browser.post("/application/pages/conduct", offence_finding="yes", version="0", then="next")
    assert saved.status_code == 303
    page = read_page(ana.browser.get(saved.headers["Location"]), "en")
    assert "Saved. Still to be answered on the page before:" in page.text and "Details" in page.text.split("page before:")[1]
    check = ana.browser.get("/application/check").text
    assert check.count('summary-list__actions"><a class="govuk-link" href="/application/pages/conduct#') < sum(
        len(one["fields"]) for one in ana.call(applicant.GetForm)["pages"] if one["code"] == "conduct"
    )


def test_documents_of_one_name_are_told_apart_and_a_refused_one_is_not_offered(ana):
    kept, again, refused = (
        ana.upload("degree_or_diploma", file_name="diplome.pdf", sha256=f"{number}" * 64) for number in range(3)
    )
    reason = {"accepted": False, "reason": "Not readable."}
    ana.system.call(review.DecideDocument, Staff(ana.system).officer, document_id=refused["id"], **reason)
    page = read_page(ana.browser.get("/application/pages/education"), "en")
    offered = {one["value"] for one in page.all("input") if one.get("name") == "degree_document"}
    assert offered == {str(kept["id"]), str(again["id"])}
    for one in (kept, again):
        assert f"diplome.pdf ({written_instant(one['received_at'], 'en', ZONE)}, Received)" in page.text
    assert "Not accepted" not in page.text


def test_a_document_is_removed_only_after_a_question_and_without_a_script(ana):
    paper = ana.upload("government_id", file_name="carte.pdf")
    page = read_page(ana.browser.get("/application/documents"), "en")
    [asked] = [one["href"] for one in page.all("a") if one.get("href", "").endswith("/remove")]
    for language, question in (("en", "Remove this document?"), ("fr", "Retirer ce document?")):
        page = read_page(ana.browser.get(f"{asked}?language={language}"), language)
        when = written_instant(paper["received_at"], language, ZONE)
        assert question in page.text and "carte.pdf" in page.text and when in page.text
        assert page.faults == []
    assert [one["id"] for one in ana.call(applicant.ListDocuments)["documents"]] == [paper["id"]]
    assert ana.browser.post(asked, sure="yes").headers["Location"] == "/application/documents"
    assert ana.call(applicant.ListDocuments)["documents"] == []
    assert ana.browser.get(asked).status_code == 404


def test_the_documents_page_is_a_page_of_the_form_with_a_way_on(ana):
    pages = ana.call(applicant.GetForm)["pages"]
    place = next(number for number, one in enumerate(pages) if one["takes_documents"])
    following = pages[place + 1]
    for language, step in (("en", f"Page {place + 1} of {len(pages)}"), ("fr", f"Page {place + 1} de {len(pages)}")):
        page = read_page(ana.browser.get(f"/application/documents?language={language}"), language)
        assert step in page.text and following["title"][language] in page.text
        # Where an institution sends what does not come from the applicant.
        assert "registration@crpo.ca" in page.text and "M5G 2J5" in page.text
        [button] = [one for one in page.all("a") if one.get("role") == "button"]
        assert button["href"] == f"/application/pages/{following['code']}"


def test_a_telephones_picture_is_looked_at_as_a_jpeg_and_downloaded_as_it_came(ana):
    photo, form = held_upright(), {"requirement": "government_id"}
    files = {"file": ("IMG_0001.HEIC", photo, "image/heic")}
    assert ana.browser.ask("POST", "/application/documents", data=form, files=files).status_code == 303
    [paper] = ana.call(applicant.ListDocuments)["documents"]
    assert (paper["file_name"], paper["media_type"]) == ("IMG_0001.HEIC", "image/heic")
    page = read_page(ana.browser.get("/application/documents"), "en")
    [look] = [one["href"] for one in page.all("a") if one.get("href", "").endswith("/view")]
    staff = Browser(ana.browser.base)
    staff.cookies[ACCESS] = ana.system.caller("registration_officer").token
    beside = read_page(staff.get(f"/staff/applications/{ana.id}?document={paper['id']}#document"), "en")
    [picture] = [one["src"] for one in beside.all("img") if "/view" in one.get("src", "")]
    for browser, address in ((ana.browser, look), (staff, picture)):
        shown = browser.get(address)
        assert (shown.headers["Content-Type"], Image.open(BytesIO(shown.content)).size) == ("image/jpeg", (48, 64))
        assert shown.headers["Content-Disposition"].startswith('inline; filename="IMG_0001.jpg"')
        kept = browser.get(f"/api/v1/documents/{paper['id']}/content")
        assert kept.content == photo and kept.headers["Content-Type"] == "image/heic"
        assert 'filename="IMG_0001.HEIC"' in kept.headers["Content-Disposition"]


def test_the_documents_page_offers_what_can_be_done_and_says_what_is_missing(ana):
    def sent(name, content, **form):
        files = {"file": (name, content, "application/pdf")}
        return ana.browser.ask("POST", "/application/documents", data=form, files=files)

    page = read_page(ana.browser.get("/application/documents?for=insurance_confirmation#upload"), "en")
    [chosen] = [one for one in page.all("input") if one.get("type") == "file"]
    assert {".pdf", ".jpg", ".jpeg", ".png", ".heic", ".heif", "image/heic"} <= set(chosen["accept"].split(","))
    assert "cannot be uploaded here now" in page.text
    [limits] = [one for one in ana.call(applicant.ListDocuments)["requirements"] if one["code"] == "government_id"]
    assert (
        page.text.count(f"PDF, JPEG, PNG, HEIC, at most {limits['limit_mb']} MB") >= 2
    )  # with what is asked for, and where it is chosen
    assert [one["value"] for one in page.all("option") if "selected" in one] == []  # nothing is filed as something else
    for name, content, form, told in (
        ("id.pdf", PDF, {}, "Please fill in: Type of document."),
        ("id.pdf", b"", {"requirement": "government_id"}, "The file is empty."),
        ("", b"", {"requirement": "government_id"}, "Please fill in: File."),
        ("id.docx", b"PK\x03\x04word/document.xml", {"requirement": "government_id"}, "PDF, JPEG, PNG, HEIC"),
    ):
        answer = sent(name, content, **form)
        assert answer.status_code == 422 and told in " ".join(read_page(answer, "en").text.split()), name
        assert "<title>Error:" in answer.text and "application/" not in answer.text.split("<main")[1].split("action=")[0]
    for content, told_en, told_fr in (
        (
            a_pdf(user="secret"),
            "This PDF is protected by a password. Nobody at",
            "Ce PDF est protégé par un mot de passe. Personne",
        ),
        (PDF[:-60], "This file is damaged or incomplete. It cannot", "Ce fichier est endommagé ou incomplet. Il ne s’ouvre pas."),
        (a_pdf(pages=0), "This PDF has no pages.", "Ce PDF n’a aucune page."),
        (png_said_to_be(60_000, 60_000), "at most 150 million", "au plus 150 millions"),
    ):
        for language, told, title in (("en", told_en, "<title>Error:"), ("fr", told_fr, "<title>Erreur\u00a0:")):
            ana.browser.get(f"/application/documents?language={language}")
            answer = sent("id.pdf", content, requirement="government_id")
            assert answer.status_code == 422 and title in answer.text
            assert told in " ".join(read_page(answer, language).text.replace("\u00a0", " ").split())
    ana.browser.get("/application/documents?language=en")
    assert ana.call(applicant.ListDocuments)["documents"] == []
    ana.upload("government_id")
    assert "/remove" in ana.browser.get("/application/documents").text
    other = submitted(ana.system, "A0000025")
    ana.browser.cookies[ACCESS] = other.caller.token
    assert "/remove" not in ana.browser.get("/application/documents").text


def test_what_was_typed_stays_on_the_page_while_a_service_is_away(ana, system):
    system.kill("applications")
    away = ana.browser.post("/start", email="new@people.example.org", password="les érables rougissent")
    page = read_page(away, "en")
    assert away.status_code == 503 and page.form()["email"] == "new@people.example.org"
    assert "not available at the moment" in page.text
    missing = read_page(ana.browser.get("/application"), "en")
    assert "/application" in [one["href"] for one in missing.all("a") if one.get("class") == "govuk-button"]  # try again


def test_an_address_that_may_end_is_asked_about_before_the_account_is_opened_and_the_address_is_repeated(ana, system):
    system.start("identity")
    typed = {"email": "zoe@mail.utoronto.ca", "password": "les érables rougissent"}
    asked = ana.browser.post("/start", **typed)
    page = read_page(asked, "en")
    assert asked.status_code == 422 and "an address at a school" in page.text and "Use this address all the same" in page.text
    assert page.form()["email"] == typed["email"]
    other = ana.browser.post("/start", **typed, keep="another@utoronto.ca")  # said of another address
    assert other.status_code == 422
    opened = ana.browser.post("/start", **typed, keep=typed["email"])
    assert opened.status_code == 303
    assert f"We have sent an email to {typed['email']}." in read_page(ana.browser.get("/start/done"), "en").text


def test_the_timeline_says_whose_turn_it_is_and_by_when(system):
    system.start("applications")
    person = submitted(system)
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.cookies[ACCESS] = person.caller.token
    due = (person.mine()["submitted_at"].astimezone(ZoneInfo("America/Toronto")) + dt.timedelta(days=15)).date()
    waits = f"Under review by the College. We will reply by {written_date(due, 'en')} at the latest."
    assert waits in browser.get("/application/timeline").text and waits in browser.get("/application").text
    asked = {"items": [{"requirement": "transcript", "reason": "It is cut off."}], "due_on": due + dt.timedelta(days=7)}
    Staff(system).step(review.RequestMore, person.id, **asked)
    answer = f"Please answer by {written_date(asked['due_on'], 'en')}."
    assert answer in read_page(browser.get("/application/timeline"), "en").text


# ---- sessions ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(system):
    system.start("identity")
    add_person(system, EMAIL, "registrant")
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test", SESSION_IDLE_MINUTES="30"))
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    browser.keys = (system.keys.cookie_key,)
    return browser


def left_alone(browser, minutes, keys=None):
    """Makes the session's cookie one that was put there so long ago."""
    then = SignedValues(keys or browser.keys, lambda: time.time() - minutes * 60)
    browser.cookies[REFRESH] = then.stamp(SESSION, browser.cookies[REFRESH].split(".")[0])


def test_a_page_knows_how_long_its_session_may_still_be_left_alone(browser):
    left_alone(browser, minutes=20)
    [notice] = read_page(browser.get("/security"), "fr").all("aside")
    assert notice["data-idle"] == "1800" and 590 <= int(notice["data-left"]) <= 600
    del browser.cookies[ACCESS]
    [notice] = read_page(browser.get("/security"), "fr").all("aside")
    assert notice["data-left"] == "1800"
    assert read_page(browser.get("/fees"), "fr").all("aside")
    browser.post("/sign-out")
    assert not read_page(browser.get("/fees"), "fr").all("aside")


@pytest.mark.parametrize("path", ["/security", "/session/refresh"])
def test_a_session_that_was_left_alone_is_over_for_its_other_copies_too(browser, path):
    stolen = dict(browser.cookies)
    left_alone(browser, minutes=31)
    over = browser.get(path) if path == "/security" else browser.post(path)
    assert over.status_code == (303 if path == "/security" else 401)
    assert not {ACCESS, REFRESH} & browser.cookies.keys()
    browser.cookies = {REFRESH: stolen[REFRESH]}
    assert browser.get("/security").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/security", "/session/refresh"])
def test_nobody_keeps_a_session_by_changing_when_its_cookie_was_last_used(browser, path):
    token, stamp, signature = browser.cookies[REFRESH].split(".")
    now = browser.cookies[REFRESH]
    left_alone(browser, minutes=31)
    old_stamp, old_signature = browser.cookies[REFRESH].split(".")[1:]
    left_alone(browser, 0, ("a key of somebody else's",))
    foreign = browser.cookies[REFRESH]
    forged = [
        f"{token}.{int(time.time())}",
        token,
        f"{token}.{stamp}.{old_signature}",
        f"{token}.{old_stamp}.{signature}",
        f"x{now}",
        foreign,
        "." * 4000,
    ]
    for cookie in forged:
        browser.cookies = {REFRESH: cookie}
        answer = browser.get(path) if path == "/security" else browser.post(path)
        assert answer.status_code == (303 if path == "/security" else 401), cookie
        assert browser.cookies.get(REFRESH) is None
    browser.cookies = {REFRESH: now}
    assert browser.get("/security").status_code == 200


def test_a_link_in_a_mail_finds_the_session_though_its_cookie_comes_only_from_our_own_pages(browser):
    cookies, browser.cookies = dict(browser.cookies), {}  # the strict one does not come along, the other one has run out
    first = browser.ask("GET", "/security/sessions?a=1", site="cross-site")
    page = read_page(first, "en")
    [onward] = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "refresh"]
    assert (first.status_code, onward) == (200, "0; url=/security/sessions?a=1")
    browser.cookies = {REFRESH: cookies[REFRESH]}
    assert browser.ask("GET", "/security/sessions?a=1", site="same-origin").status_code == 200
    browser.cookies = {}
    assert browser.ask("GET", "/security/sessions", site="same-origin").status_code == 303  # no going round in circles


def test_a_member_of_staff_without_a_second_factor_is_told_why_and_led_to_add_one(system):
    system.start("identity")
    add_person(system, EMAIL, "registrar")
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    signed_in = browser.post("/sign-in", login=EMAIL, password=PASSWORD, next="/staff/applications")
    assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/security/authenticator")
    assert "Les membres du personnel doivent utiliser la validation en deux étapes" in browser.get("/security/authenticator").text
    refused = browser.get("/staff/applications")
    assert (refused.status_code, refused.headers["Location"]) == (303, "/security/authenticator")


def test_staff_have_their_roles_as_soon_as_the_factor_is_added(system):
    system.start("identity")
    add_person(system, EMAIL, "registrar", language="en")
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    form = read_page(browser.get("/security/authenticator"), "en").form()
    added = browser.post("/security/authenticator", **form | {"code": App(form["secret"]).code(), "name": "my phone"})
    assert "/portal" in [one["href"] for one in read_page(added, "en").all("a")]
    assert browser.get("/portal").headers["Location"] == "/staff/applications"


def test_who_is_no_member_of_staff_is_refused_and_told_so(browser):
    refused = browser.get("/staff/applications")
    read_page(refused, "fr")
    assert refused.status_code == 403 and "n’a pas le rôle nécessaire" in refused.text


# ---- pages that say that something went wrong ----------------------------------------------------------------------------


def test_a_fault_of_ours_is_told_in_both_languages_with_a_way_to_try_again_and_no_inner_words(system):
    def crash(number):
        raise RemoteError(exc_type="ZeroDivisionError")

    stand_in = StandIn(system, "registry", {registry.LookUpRegistrant: crash})
    base = start_gateway(system)
    for language, words in (("en", "Try again"), ("fr", "Réessayer")):
        wrong = requests.get(f"{base}/register/1234-5?language={language}", timeout=PATIENCE_S)
        page = read_page(wrong, language)
        assert wrong.status_code == 500 and words in page.text and "ZeroDivision" not in page.text
    stand_in.stop()
