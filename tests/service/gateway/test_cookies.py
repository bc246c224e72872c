"""Signing in with a browser: tokens in cookies alone, and no request made by another site."""

from http.cookies import SimpleCookie

import pytest
import requests

from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from services.contracts import registry
from tests.support.actors.identity_people import add_person
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.waiting import PATIENCE_S

PASSWORD, EMAIL = "les érables rougissent en octobre", "ana.tremblay@example.org"
OURS = {"Sec-Fetch-Site": "same-origin"}
ACCESS, REFRESH = "__Host-college-access", "__Host-college-refresh"
FOREIGN = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://college.test"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://college.test"},
    {"Origin": "https://college.test.evil.test"},
]


@pytest.fixture
def base(system):
    """Identity with one account behind a gateway that is reached by https."""
    system.start("identity")
    add_person(system, EMAIL, "registrant", password=PASSWORD, language="fr")
    return start_gateway(system, PUBLIC_URL="https://college.test")


class Browser:
    """Keeps cookies as a browser does, over a line that it takes for https."""

    def __init__(self, base: str) -> None:
        self.base, self.cookies, self.morsels = base, {}, {}

    def ask(self, method: str, path: str, headers=None, **kwargs) -> requests.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**(OURS if headers is None else headers), **({"Cookie": cookie} if cookie else {})}
        answer = requests.request(method, self.base + path, headers=headers, timeout=PATIENCE_S, **kwargs)
        for line in answer.raw.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.morsels[name] = morsel
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def sign_in(self) -> requests.Response:
        return self.ask("POST", "/session", json={"login": EMAIL, "password": PASSWORD})


@pytest.fixture
def browser(base):
    return Browser(base)


@pytest.mark.parametrize("how", ["json", "data"])
def test_signing_in_sets_two_cookies_that_no_script_and_no_other_host_gets(browser, how):
    answer = browser.ask("POST", "/session", **{how: {"login": EMAIL, "password": PASSWORD}})
    assert answer.status_code == 201
    assert set(browser.morsels) == {ACCESS, REFRESH}
    for name, same_site, max_age in ((ACCESS, "Lax", "600"), (REFRESH, "Strict", "")):
        morsel = browser.morsels[name]
        assert morsel["secure"] and morsel["httponly"] and morsel["path"] == "/"
        assert not morsel["domain"]
        assert (morsel["samesite"], morsel["max-age"]) == (same_site, max_age)
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_token_is_in_the_body(browser):
    answer = browser.sign_in()
    assert answer.json()["account"]["email"] == EMAIL
    assert set(answer.json()) == {"account", "expires_in", "second_factor", "enrolment_needed"}
    refreshed = browser.ask("POST", "/session/refresh")
    assert set(refreshed.json()) == {"account", "expires_in"}
    for value in browser.cookies.values():
        assert value not in answer.text and value not in refreshed.text


def test_on_ones_own_machine_without_https_the_cookies_have_plain_names(system, base):
    browser = Browser(start_gateway_again(system, "http://localhost:8080"))
    assert browser.sign_in().status_code == 201
    assert set(browser.cookies) == {"college-access", "college-refresh"}
    assert not browser.morsels["college-access"]["secure"] and browser.morsels["college-access"]["httponly"]
    assert browser.ask("GET", "/api/v1/me").status_code == 200


def test_where_there_is_no_https_elsewhere_a_browser_keeps_no_cookie_of_ours(system, base):
    browser = Browser(start_gateway_again(system, "http://college.test"))
    browser.sign_in()
    assert all(morsel["secure"] for morsel in browser.morsels.values())


def start_gateway_again(system, public_url):
    system.stop("gateway")
    return start_gateway(system, PUBLIC_URL=public_url)


def test_the_api_takes_the_cookie_and_the_bearer_token_wins_over_it(system, browser):
    browser.sign_in()
    assert browser.ask("GET", "/api/v1/me").json()["email"] == EMAIL
    with_both = {**OURS, "Authorization": "Bearer nonsense"}
    assert browser.ask("GET", "/api/v1/me", headers=with_both).status_code == 401
    stranger = {"Authorization": f"Bearer {system.caller('registrant').token}"}
    assert browser.ask("GET", "/api/v1/me", headers=stranger).status_code == 404  # of an account that is not there
    assert browser.ask("PUT", "/api/v1/me/language", json={"language": "en"}).json()["language"] == "en"


def test_what_another_site_may_have_sent_changes_nothing(browser):
    browser.sign_in()
    kept = dict(browser.cookies)
    asked = [
        ("PUT", "/api/v1/me/language", {"json": {"language": "en"}}),
        ("DELETE", "/api/v1/sessions/current", {}),
        ("POST", "/session", {"data": {"login": EMAIL, "password": PASSWORD}}),
        ("POST", "/session/second-factor", {"json": {}}),
        ("POST", "/session/refresh", {}),
        ("POST", "/session/end", {}),
    ]
    for headers in FOREIGN:
        for method, path, body in asked:
            answer = browser.ask(method, path, headers=headers, **body)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request"), (path, headers)
            assert answer.headers["Content-Type"] == "application/problem+json"
        assert browser.cookies == kept
        assert browser.ask("GET", "/api/v1/me", headers=headers).json()["language"] == "fr"


def test_what_our_own_pages_send_is_carried_out(browser):
    browser.sign_in()
    for headers, language in ((OURS, "en"), ({"Sec-Fetch-Site": "none"}, "fr"), ({"Origin": "https://college.test"}, "en")):
        answer = browser.ask("PUT", "/api/v1/me/language", headers=headers, json={"language": language})
        assert (answer.status_code, answer.json()["language"]) == (200, language)


def test_a_program_with_a_bearer_token_needs_no_origin(system, browser):
    token = {"Authorization": f"Bearer {system.caller('registrant').token}"}
    answer = requests.put(f"{browser.base}/api/v1/me/language", json={"language": "en"}, headers=token, timeout=PATIENCE_S)
    assert answer.json()["code"] == "not_found"


def test_the_refresh_token_turns_in_its_cookie_and_an_old_one_ends_the_session(system, browser):
    browser.sign_in()
    thief = Browser(browser.base)
    thief.cookies = dict(browser.cookies)
    for _ in range(2):
        before = browser.cookies[REFRESH]
        assert browser.ask("POST", "/session/refresh").status_code == 200
        assert browser.cookies[REFRESH] != before
    assert browser.ask("GET", "/api/v1/me").status_code == 200
    stolen = thief.ask("POST", "/session/refresh")  # two generations old
    assert (stolen.status_code, thief.cookies) == (401, {})
    ended = browser.ask("POST", "/session/refresh")
    assert (ended.status_code, browser.cookies) == (401, {})


def test_without_a_cookie_there_is_nothing_to_refresh(browser):
    answer = browser.ask("POST", "/session/refresh")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_signing_out_ends_the_session_and_clears_the_cookies(browser):
    browser.sign_in()
    kept = dict(browser.cookies)
    assert browser.ask("POST", "/session/end").status_code == 204
    assert browser.cookies == {}
    browser.cookies = kept
    assert browser.ask("POST", "/session/refresh").status_code == 401
    assert browser.ask("POST", "/session/end").status_code == 204


def test_signing_out_with_an_access_token_that_has_run_out_ends_the_session_too(browser):
    browser.sign_in()
    kept = dict(browser.cookies)
    del browser.cookies[ACCESS]
    assert browser.ask("POST", "/session/end").status_code == 204
    browser.cookies = kept
    assert browser.ask("POST", "/session/refresh").status_code == 401


def test_a_new_sign_in_ends_the_session_that_the_browser_had(browser):
    browser.sign_in()
    first = dict(browser.cookies)
    browser.sign_in()
    second, browser.cookies = dict(browser.cookies), first
    assert browser.ask("POST", "/session/refresh").status_code == 401
    browser.cookies = second
    assert browser.ask("POST", "/session/refresh").status_code == 200


def test_a_wrong_password_sets_no_cookie(browser):
    answer = browser.ask("POST", "/session", data={"login": EMAIL, "password": "not the right password"})
    assert (answer.status_code, browser.morsels) == (401, {})
    assert answer.json()["code"] == "sign_in_refused"
    for body in (
        {"data": {"login": EMAIL}},
        {"json": {"login": EMAIL, "password": "x", "colour": "red"}},
        {"json": {"login": "\0"}},
    ):
        assert browser.ask("POST", "/session", **body).status_code == 422


def test_an_old_cookie_does_not_keep_anybody_from_public_pages(system, base):
    def unknown(**_):
        raise NotFound()

    register = StandIn(system, "registry", {registry.LookUpRegistrant: unknown})
    browser = Browser(base)
    browser.cookies = {ACCESS: system.keys.signer.sign(new_id(), ["registrant"], new_id(), "en") + "x"}
    try:
        assert browser.ask("GET", "/api/v1/register/1234").json()["code"] == "not_found"
        assert browser.ask("GET", "/api/v1/me").status_code == 401
    finally:
        register.stop()


def test_the_second_factor_is_asked_for_without_cookies_and_given_with_them(system):
    account = {"id": new_id(), "email": EMAIL, "application_id": None, "language": "en", "roles": ["registrar"]}
    asked_for = {"challenge": "c" * 43, "methods": ["totp"], "passkey": None, "expires_in": 300}
    nothing = dict.fromkeys(("access_token", "token_type", "expires_in", "refresh_token", "account"))
    token = system.caller("registrar").token
    given = {"access_token": token, "token_type": "Bearer", "expires_in": 600, "refresh_token": "r" * 43, "account": account}
    identity = StandIn(
        system,
        "identity",
        {
            contracts.sessions.SignIn: lambda **_: {**nothing, "second_factor": asked_for, "enrolment_needed": False},
            contracts.sessions.CompleteSignIn: lambda **_: {**given, "second_factor": None, "enrolment_needed": False},
        },
    )
    try:
        browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
        first = browser.sign_in()
        assert first.json()["second_factor"]["methods"] == ["totp"] and browser.morsels == {}
        answer = browser.ask("POST", "/session/second-factor", data={"challenge": "c" * 43, "code": "123456"})
        assert answer.status_code == 201 and set(browser.cookies) == {ACCESS, REFRESH}
        assert browser.cookies[ACCESS] == token and browser.cookies[REFRESH].startswith("r" * 43)
        assert token not in answer.text and identity.asked[-1]["request"]["code"] == "123456"
    finally:
        identity.stop()
