"""Signing in on the portal's pages, and what becomes of a page and of a form when nobody is signed in any more."""

import pytest

from services.contracts import identity as contracts
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE, REFRESH, Browser
from tests.support.actors.identity_people import add_person
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.html_pages import read_page

PASSWORD, EMAIL = "les érables rougissent en octobre", "ana.tremblay@example.org"


@pytest.fixture
def college(system):
    """Identity with one account, of a registrant who is spoken to in French."""
    system.start("identity")
    add_person(system, EMAIL, "registrant", password=PASSWORD, language="fr")
    return start_gateway(system, PUBLIC_URL="https://college.test")


@pytest.fixture
def browser(college):
    return Browser(college)


def test_a_page_for_people_signed_in_leads_through_sign_in_and_back(browser):
    away = browser.get("/security/sessions")
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in?next=%2Fsecurity%2Fsessions")
    form = read_page(browser.get(away.headers["Location"]), "en").form()
    wrong = browser.post("/sign-in", next=form["next"], login=EMAIL, password="wrong")
    page = read_page(wrong, "en")
    assert (
        wrong.status_code == 401 and "We could not sign you in" not in wrong.headers and "Check your application ID" in page.text
    )
    assert page.form()["next"] == "/security/sessions" and page.form()["login"] == EMAIL and page.form()["password"] == ""
    assert ACCESS not in browser.cookies
    back = browser.post("/sign-in", next=form["next"], login=EMAIL, password=PASSWORD)
    assert (back.status_code, back.headers["Location"]) == (303, "/security/sessions")
    assert {ACCESS, REFRESH} <= browser.cookies.keys()
    read_page(browser.get("/security/sessions"), "fr")  # from then on in the account's language


def test_a_language_that_was_chosen_stays_when_somebody_with_another_signs_in(browser):
    browser.get("/?language=en")
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    read_page(browser.get("/security/sessions"), "en")


@pytest.mark.parametrize(
    "next", ["https://evil.test/", "//evil.test", "/\\evil.test", "evil", "/a\nb", "javascript:alert(1)", ""]
)
def test_signing_in_leads_nowhere_else(browser, next):
    assert browser.post("/sign-in", next=next, login=EMAIL, password=PASSWORD).headers["Location"] == "/portal"


def test_an_access_token_that_has_run_out_is_renewed_without_being_noticed(browser):
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    del browser.cookies[ACCESS]
    old = browser.cookies[REFRESH]
    assert browser.get("/security/sessions").status_code == 200
    assert browser.cookies[ACCESS] and browser.cookies[REFRESH] != old
    del browser.cookies[ACCESS]
    assert browser.get("/nothing-here").status_code == 404  # no page, no cookie used up
    assert browser.get("/security/sessions").status_code == 200


def test_tokens_that_were_renewed_are_kept_also_when_the_page_then_fails(browser):
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    del browser.cookies[ACCESS]
    refused = browser.get("/staff/applications")
    assert refused.status_code == 403 and ACCESS in browser.cookies
    read_page(refused, "fr")


def test_a_session_that_is_over_is_told_once_and_its_cookies_go(browser):
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    del browser.cookies[ACCESS]
    browser.cookies[REFRESH] = "somebody-ended-it"
    assert browser.get("/security/sessions").status_code == 303
    assert REFRESH not in browser.cookies
    assert "Votre session a pris fin" in browser.get("/sign-in?next=/security/sessions").text
    assert "Votre session a pris fin" not in browser.get("/sign-in").text


def test_a_form_posted_after_its_session_ended_is_kept_and_can_be_sent_again(system, browser):
    ended = browser.post(
        "/security/delegates/invite", name="Sam & Söhne", email="sam@office.example", pages="fees", password="secret"
    )
    page = read_page(ended, "en")
    assert ended.status_code == 401 and "Your session has ended" in page.text and "secret" not in ended.text
    form = page.form()
    again = browser.post("/sign-in", next=form["next"], kept=form["kept"], login=EMAIL, password=PASSWORD)
    kept = read_page(again, "fr")
    fields = {one["name"]: one["value"] for one in kept.all("input")}
    assert fields == {"name": "Sam & Söhne", "email": "sam@office.example", "pages": "fees"}
    assert "/security/delegates/invite" in [one.get("action") for one in kept.all("form")]
    assert browser.post("/security/delegates/invite", **fields).status_code == 303
    system.announced(contracts.events.DelegateInvited)


@pytest.mark.parametrize("kept", ["name=Sam&email=sam%40office.example", "a.b.c", "=&=" * 2000])
def test_a_kept_form_that_is_not_ours_is_not_shown(browser, kept):
    again = browser.post("/sign-in", next="/security", kept=kept, login=EMAIL, password=PASSWORD)
    assert (again.status_code, again.headers["Location"]) == (303, "/security")


def test_the_way_back_holds_whatever_names_the_query_has(browser):
    away = browser.get("/security/sessions?path=a&next=b&language=fr&self=c")
    assert away.status_code == 303
    form = read_page(browser.get(away.headers["Location"]), "fr").form()
    assert form["next"] == "/security/sessions?path=a&next=b&language=fr&self=c"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/security/delegates/invite", "/confirm"])
def test_another_site_cannot_post(browser, path):
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    before = dict(browser.cookies)
    refused = browser.ask("POST", path, site="cross-site", data={"login": EMAIL, "password": PASSWORD})
    assert refused.status_code == 403 and browser.cookies == before


def test_the_button_of_the_other_language_keeps_what_was_typed_but_no_password(browser):
    switched = browser.ask(
        "POST", "/sign-in", data={"show-in": "fr", "login": "half-typ", "password": "secret", "next": "/security"}
    )
    form = read_page(switched, "fr").form()
    assert switched.status_code == 200 and "secret" not in switched.text
    assert (form["login"], form["next"]) == ("half-typ", "/security")
    assert browser.cookies[LANGUAGE] == "fr"


def test_signing_out_ends_the_session_and_takes_the_cookies_away(browser):
    browser.post("/sign-in", login=EMAIL, password=PASSWORD)
    stolen = dict(browser.cookies)
    out = browser.post("/sign-out")
    assert (out.status_code, out.headers["Location"]) == (303, "/signed-out")
    assert not {ACCESS, REFRESH} & browser.cookies.keys()
    browser.cookies = {REFRESH: stolen[REFRESH]}
    assert browser.get("/security/sessions").status_code == 303


def test_what_is_missing_is_told_at_its_field_in_the_pages_order(browser):
    refused = browser.post("/sign-in", login="", password="")
    page = read_page(refused, "en")
    assert refused.status_code == 422
    assert [one["href"] for one in page.all("a") if one.get("href", "").startswith("#")][1:] == ["#login", "#password"]
    assert page.text.count("Please fill in: Application ID or email.") == page.text.count("Please fill in: Password.") == 2


NEEDED = {"challenge": "step-1", "methods": ["totp", "recovery_code"], "passkey": None, "expires_in": 300}
NOT_YET = {"access_token": None, "token_type": None, "expires_in": None, "refresh_token": None, "account": None}


@pytest.fixture
def guarded(system):
    """A gateway before a stand-in for identity that asks for a second factor; the good code is 123456."""
    caller = system.caller("registrant")
    account = {"id": caller.account_id, "email": EMAIL, "application_id": None, "language": "en", "roles": ["registrant"]}
    tokens = {"access_token": caller.token, "token_type": "Bearer", "expires_in": 600, "refresh_token": "r"}

    def proved(challenge, code=None, recovery_code=None, password=None, passkey=None):
        if challenge == "old":
            raise contracts.errors.ChallengeOver()
        if code != "123456" and recovery_code != "apple-tree":
            raise contracts.errors.ProofRefused()

    def complete(kept_by_browser, **proof):
        assert kept_by_browser
        proved(**proof)
        return {**tokens, "account": account, "second_factor": None, "enrolment_needed": False}

    def step_up(**proof):
        proved(**proof)
        return {name: tokens[name] for name in ("access_token", "token_type", "expires_in")}

    answers = {
        contracts.sessions.SignIn: lambda login, password, kept_by_browser: {
            **NOT_YET,
            "second_factor": NEEDED,
            "enrolment_needed": False,
        },
        contracts.sessions.CompleteSignIn: complete,
        contracts.sessions.BeginStepUp: lambda: NEEDED,
        contracts.sessions.StepUp: step_up,
        contracts.sessions.SignOut: lambda: None,
    }
    stand_in = StandIn(system, "identity", answers)
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.token = caller.token
    yield browser
    stand_in.stop()


def test_the_second_step_asks_for_a_code_tells_a_wrong_one_and_goes_on(guarded):
    page = read_page(guarded.post("/sign-in", next="/signed-out", login=EMAIL, password=PASSWORD), "en")
    assert ACCESS not in guarded.cookies and PASSWORD not in page.text
    form = {name: page.form()[name] for name in ("challenge", "methods", "options", "next", "kept")}
    wrong = guarded.post("/sign-in/second-factor", **form, code="000 000")
    assert wrong.status_code == 401 and "#code" in [one.get("href") for one in read_page(wrong, "en").all("a")]
    right = guarded.post("/sign-in/second-factor", **form, code=" 123 456 ")
    assert (right.status_code, right.headers["Location"]) == (303, "/signed-out")
    assert ACCESS in guarded.cookies


def test_a_recovery_code_will_do_and_a_wrong_one_is_told_at_its_own_field(guarded):
    form = {"challenge": "step-1", "methods": "totp recovery_code"}
    wrong = read_page(guarded.post("/sign-in/second-factor", **form, recovery_code="pear"), "en")
    assert "#recovery_code" in [one.get("href") for one in wrong.all("a")] and "open" in wrong.all("details")[0]
    assert guarded.post("/sign-in/second-factor", **form, recovery_code="apple-tree").status_code == 303


def test_a_second_step_that_ran_out_begins_again_at_the_password(guarded):
    late = guarded.post("/sign-in/second-factor", challenge="old", methods="totp", code="123456", next="/security")
    assert late.headers["Location"] == "/sign-in?next=%2Fsecurity"
    assert "This step has run out" in guarded.get(late.headers["Location"]).text
    assert guarded.get("/sign-in/second-factor").headers["Location"] == "/sign-in"


def test_confirming_who_one_is_leads_back_with_a_fresh_token(guarded):
    guarded.cookies[ACCESS] = guarded.token
    page = read_page(guarded.get("/confirm?next=/signed-out"), "en")
    form = {name: page.form()[name] for name in ("challenge", "methods", "options", "next", "kept")}
    assert guarded.post("/confirm", **form, code="1").status_code == 401
    right = guarded.post("/confirm", **form, code="123456")
    assert (right.status_code, right.headers["Location"]) == (303, "/signed-out")
