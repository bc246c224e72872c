"""The pages for getting in again, and those that mailed links lead to, before stand-ins for identity."""

import re

import pytest
import requests

from services.contracts import identity
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.html_pages import read_page

FORMS = {
    "/forgotten-password": identity.recovery.RequestPasswordReset,
    "/forgotten-id": identity.recovery.RequestApplicationId,
    "/activation-mail": identity.accounts.ResendActivation,
    "/unlock-help": identity.recovery.RequestUnlock,
}
LINKED = {
    "/activate": (identity.accounts.ActivateAccount, "/activation-mail"),
    "/reset-password": (identity.recovery.ResetPassword, "/forgotten-password"),
    "/unlock": (identity.recovery.Unlock, "/unlock-help"),
    "/confirm-email": (identity.recovery.ConfirmEmailChange, "/portal"),
}
EVERY_PAGE = (
    "/sign-in-help",
    "/delegation?token=t",
    "/lost-access",
    *FORMS,
    *(f"{path}/done" for path in FORMS),
    "/reset-password/done",
    "/unlock/done",
    *(f"{path}?token=t" for path in LINKED),
)
GOOD = {"email": "zoe@example.org", "login": "zoe@example.org", "password": "a sentence that nobody guesses", "token": "s3cret"}
STATED = {"kind": "lost_email", "contact_email": "new@example.org", "stated.legal_name": "Zoé Tremblay"}


@pytest.fixture
def base(system):
    return start_gateway(system)


class Identity:
    """Stands in for identity: answers each call with an answer or a refusal that a test sets, or with nothing."""

    REPLIES = {
        identity.accounts.ActivateAccount: {"application_id": "A-1234"},
        identity.recovery.ConfirmEmailChange: {"email": "new@example.org"},
        identity.support.RequestAccess: {"reference": "HELP-000001-K"},
    }

    def __init__(self, system) -> None:
        self.refusal: Exception | None = None
        contracts = (*FORMS.values(), *(contract for contract, _ in LINKED.values()), identity.support.RequestAccess)
        self._stand_in = StandIn(system, "identity", {one: self._answer(one) for one in contracts})
        self.asked, self.stop = self._stand_in.asked, self._stand_in.stop

    def _answer(self, contract):
        def answer(**request):
            if self.refusal:
                raise self.refusal
            return self.REPLIES.get(contract)

        return answer


@pytest.fixture
def behind(system):
    behind = Identity(system)
    yield behind
    behind.stop()


FRENCH = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}


def french(address):
    return requests.get(address, headers=FRENCH)


def send(base, path, data, **headers):
    """Sends a form as a browser does from our own page."""
    return post(base, path, data, **{"Sec-Fetch-Site": "same-origin", **headers})


def post(base, path, data, **headers):
    return requests.post(base + path, data=data, headers=headers)


def switched(base, path, page):
    """The page in French, by the link or the button that an English one has for it."""
    if links := [one for one in page.all("a") if one.get("lang") == "fr"]:
        return requests.get(base + links[0]["href"], headers={"Accept-Language": "en"})
    [button] = [one for one in page.all("button") if one.get("lang") == "fr"]
    assert (button["form"], button["name"], button["value"]) == ("form", "show-in", "fr")
    return send(base, path.partition("?")[0], {**page.form(), "show-in": "fr"})


# ---- every page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_is_sound_in_both_languages_and_leads_from_one_to_the_other(base, path):
    english, in_french = requests.get(base + path), french(base + path)
    page = read_page(english, "en")
    assert read_page(in_french, "fr").text != page.text
    other = read_page(switched(base, path, page), "fr")
    assert [one.get("action") for one in other.all("form")] == [one.get("action") for one in page.all("form")]
    assert other.form().get("token") == page.form().get("token")


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_link_on_a_page_leads_to_a_page(base, path):
    # What stands around each page is the same for all: one of them will do for that.
    shown = french(base + path).text
    part = shown if path == EVERY_PAGE[0] else re.search("<main.*</main>", shown, re.S).group()
    ours = set(re.findall(r'<a class="[^"]*" href="(/[^"?]*)"', part))
    assert ours or "token" in path
    for address in ours:
        answer = french(base + address)
        assert answer.status_code == 200, address
        assert read_page(answer, "fr")


def test_inputs_tell_the_browser_what_they_are_for(base):
    assert _inputs(base, "/forgotten-password")["email"]["autocomplete"] == "username"
    assert _inputs(base, "/unlock-help")["login"]["autocomplete"] == "username"
    password = _inputs(base, "/reset-password?token=t")["password"]
    assert (password["type"], password["autocomplete"]) == ("password", "new-password")
    asked = _inputs(base, "/lost-access")
    names = ("stated.legal_name", "stated.date_of_birth-day", "stated.date_of_birth-year", "stated.phone")
    assert [asked[name]["autocomplete"] for name in names] == ["name", "bday-day", "bday-year", "tel"]


def test_the_help_page_names_the_colleges_senders_and_shows_captioned_pictures(base):
    page = read_page(requests.get(f"{base}/sign-in-help"), "en")
    assert "registration@crpo.ca" in page.text and "@crpo.ca to your safe" in page.text and "“CRPO” or “OPAO”" in page.text
    assert len(page.all("svg")) == len(page.all("figcaption")) == 3
    assert "« OPAO » ou « CRPO »" in french(f"{base}/sign-in-help").text.replace("\u00a0", " ")


# ---- asking for a mail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_asks_for_a_mail_asks_the_call_and_says_so_at_an_address_of_its_own(base, behind, path):
    name = "login" if path == "/unlock-help" else "email"
    answer = send(base, path, {name: " zoe@example.org "}, **FRENCH)
    read_page(answer, "fr")
    assert [one.status_code for one in answer.history] == [303] and answer.url == f"{base}{path}/done"
    [asked] = behind.asked
    assert asked["contract"] is FORMS[path] and asked["request"][name] == "zoe@example.org"
    assert "zoe@example.org" not in answer.text  # whether it is known is not told, nor is it repeated


def test_a_forgotten_password_is_asked_for_by_id_and_address_too(base, behind):
    send(base, "/forgotten-password", {"email": "zoe@example.org", "application_id": "A-0000001-K"})
    send(base, "/forgotten-password", {"email": "zoe@example.org", "application_id": " "})
    assert [one["request"]["application_id"] for one in behind.asked] == ["A-0000001-K", None]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Enter an email address, such as"), ("fr", "Entrez une adresse courriel, par exemple")]
)
def test_a_fault_stands_next_to_its_field_and_in_a_summary_that_leads_there(base, behind, language, words):
    answer = send(base, f"/forgotten-password?language={language}", {"email": 'zoe"><b>', "application_id": "A-1"})
    assert answer.status_code == 422 and behind.asked == []
    page = read_page(answer, language)
    given = {one["name"]: one for one in page.all("input")}
    assert given["email"]["value"] == 'zoe"><b>' and "email-error" in given["email"]["aria-describedby"].split()
    assert given["application_id"]["value"] == "A-1" and "error" not in given["application_id"]["aria-describedby"]
    assert [one for one in page.all("a") if one["href"] == "#email"] and page.text.count(words) == 2
    assert [one for one in page.all("div") if one.get("role") == "alert"]
    title = re.search("<title>(.*?)</title>", answer.text).group(1)
    assert title.startswith("Error:" if language == "en" else "Erreur\u00a0:")


@pytest.mark.parametrize("path", [*FORMS, *LINKED, "/lost-access"])
def test_a_form_of_another_site_is_refused(base, behind, path):
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://college.test"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {},
    ):
        answer = post(base, path, {**GOOD, **STATED}, **headers)
        assert answer.status_code == 403
        read_page(answer, "en")
    assert behind.asked == []


def test_a_form_of_our_own_page_is_taken_by_new_and_old_browsers(base, behind):
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.test"}, {"Origin": "http://college.test"}):
        assert post(base, "/forgotten-id", GOOD, **headers).status_code == 200
    assert len(behind.asked) == 2
    assert requests.get(f"{base}/forgotten-id").headers["Referrer-Policy"] == "strict-origin"  # the Origin is not `null` then


def test_what_is_no_form_of_a_reasonable_size_is_refused(base, behind):
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert requests.post(f"{base}/forgotten-id", json={"email": "a@b.ca"}, headers=ours).status_code == 415
    assert send(base, "/forgotten-id", {"email": "a" * 400_000}).status_code == 413
    assert send(base, "/forgotten-id", {f"f{number}": "" for number in range(600)}).status_code == 413
    assert send(base, "/unlock-help", {"login": "zoe\0"}).status_code == 400
    assert behind.asked == []


def test_a_form_that_is_sent_too_often_is_slowed_down(system):
    base = start_gateway(system, RATE_LIMIT_FACTOR="0.1")
    behind = Identity(system)
    assert send(base, "/forgotten-password", GOOD).status_code == 200
    answer = send(base, "/forgotten-id", GOOD)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    read_page(answer, "en")
    behind.stop()


def test_a_service_that_is_absent_is_told_on_a_page(base):
    answer = send(base, "/forgotten-password?language=fr", GOOD)
    assert answer.status_code == 503
    read_page(answer, "fr")


# ---- mailed links ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LINKED)
def test_looking_at_a_link_uses_nothing_up_and_the_button_does(base, behind, path):
    for method in ("GET", "HEAD"):
        shown = requests.request(method, f"{base}{path}?token=s3cret%22%3E")
    shown = requests.get(f"{base}{path}?token=s3cret%22%3E")
    assert behind.asked == [] and shown.headers["Cache-Control"] == "no-store"
    form = read_page(shown, "en").form()
    assert form["token"] == 's3cret">'
    done = send(base, path, {**form, "password": GOOD["password"]}, **FRENCH)
    assert done.status_code == 200
    read_page(done, "fr")
    [asked] = behind.asked
    assert asked["contract"] is LINKED[path][0] and asked["request"]["token"] == 's3cret">'
    assert "s3cret" not in done.text + done.url and GOOD["password"] not in done.text


@pytest.mark.parametrize("path", LINKED)
def test_a_link_that_is_over_leads_to_where_a_new_one_is_asked_for(base, behind, path):
    behind.refusal = identity.errors.LinkNotValid()
    answer = send(base, f"{path}?language=fr", GOOD)
    assert answer.status_code == 410 and "Ce lien n’est plus valide." in answer.text
    assert [one for one in read_page(answer, "fr").all("a") if one["href"] == LINKED[path][1]]


@pytest.mark.parametrize("path", LINKED)
def test_a_link_that_is_cut_off_is_explained(base, behind, path):
    for answer in (requests.get(base + path), requests.get(f"{base}{path}?token={'x' * 201}"), send(base, path, {"token": ""})):
        assert answer.status_code == 400 and "not complete" in read_page(answer, "en").text
    assert behind.asked == []


@pytest.mark.parametrize(
    "refusal", [identity.errors.PasswordTooWeak, identity.errors.PasswordNamesCollege, identity.errors.PasswordBreached]
)
def test_a_weak_password_is_told_next_to_its_field_and_the_link_can_be_used_again(base, behind, refusal):
    behind.refusal = refusal(shortest=12)
    answer = send(base, "/reset-password", {"token": "s3cret", "password": "password"})
    assert answer.status_code == 422
    page = read_page(answer, "en")
    assert page.form()["token"] == "s3cret"
    password = next(one for one in page.all("input") if one["name"] == "password")
    assert "value" not in password and "password-error" in password["aria-describedby"].split()
    assert read_page(switched(base, "/reset-password", page), "fr").form()["token"] == "s3cret"
    behind.refusal = None
    assert send(base, "/reset-password", {**page.form(), "password": GOOD["password"]}).status_code == 200


def test_the_rule_for_passwords_is_shown_before_one_is_chosen_and_spaces_in_it_are_kept(base, behind):
    page = read_page(french(f"{base}/reset-password?token=t"), "fr")
    assert "Au moins 12 caractères" in page.text
    send(base, "/reset-password", {"token": "t", "password": " twelve spaces and more "})
    assert behind.asked[0]["request"]["password"] == " twelve spaces and more "


def test_an_address_that_another_account_took_meanwhile_is_told(base, behind):
    behind.refusal = identity.errors.AddressTaken()
    answer = send(base, "/confirm-email", GOOD)
    assert answer.status_code == 409 and "has an account" in read_page(answer, "en").text


def test_what_an_answer_tells_is_shown(base, behind):
    assert "A-1234" in send(base, "/activate", GOOD).text
    assert "new@example.org" in send(base, "/confirm-email", GOOD).text


# ---- lost access -----------------------------------------------------------------------------------------------------


def test_a_request_to_support_carries_what_was_stated_and_gets_a_reference(base, behind):
    born = {"stated.date_of_birth-year": "1985", "stated.date_of_birth-month": "3", "stated.date_of_birth-day": "27"}
    more = {**born, "stated.phone": "", "message": "Line one\r\nline two"}
    answer = send(base, "/lost-access?language=fr", {**STATED, **more})
    assert "HELP-000001-K" in read_page(answer, "fr").text
    request = behind.asked[0]["request"]
    assert (request["kind"], request["contact_email"], request["language"]) == ("lost_email", "new@example.org", "fr")
    assert request["stated"]["legal_name"] == "Zoé Tremblay" and str(request["stated"]["date_of_birth"]) == "1985-03-27"
    assert request["stated"]["phone"] is None and request["message"] == "Line one\nline two"


def test_faults_of_a_request_to_support_are_each_at_its_field(base, behind):
    data = {"contact_email": "x", "stated.date_of_birth-year": "March", "message": "<b>kept</b>"}
    answer = send(base, "/lost-access", data)
    assert answer.status_code == 422 and behind.asked == []
    page = read_page(answer, "en")
    targets = {one["href"] for one in page.all("a") if one["href"].startswith("#")} - {"#main-content"}
    assert targets == {"#kind", "#contact_email", "#stated-legal_name", "#stated-date_of_birth"}
    assert page.text.count("Please fill in: ") == 4 and page.text.count("Enter the date as year, month and day") == 2
    assert "&lt;b&gt;kept" in answer.text
    chosen = read_page(send(base, "/lost-access", {**data, "kind": "lost_second_factor"}), "en")
    assert [one["value"] for one in chosen.all("input") if "checked" in one] == ["lost_second_factor"]


def test_a_button_that_is_pressed_twice_asks_under_one_key_and_another_request_under_another(base, behind):
    shown = read_page(requests.get(f"{base}/lost-access"), "en").form()
    again = read_page(requests.get(f"{base}/lost-access"), "en").form()
    sent = {**shown, **STATED}
    for data in (sent, sent, {**sent, "stated.legal_name": "Zoé T."}, {**sent, "once": again["once"]}):
        assert send(base, "/lost-access", data).status_code == 200
    keys = [one["key"] for one in behind.asked]
    assert keys[0] == keys[1] and len(set(keys)) == 3 and None not in keys


def _inputs(base, path):
    return {one["name"]: one for one in read_page(requests.get(base + path), "en").all("input")}
