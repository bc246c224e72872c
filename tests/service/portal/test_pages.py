"""The portal's pages over real HTTP, with stand-ins for the services behind them."""

import datetime as dt

import pytest
import requests

from services.common.kernel.errors import NotFound
from services.contracts import registry
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.samples.register_entries import ENTRY, REGISTRANT

PUBLIC = ["/", "/register", "/fees", "/how-to-apply", "/how-to-apply?route=masters", "/mail-help", "/verify"]
PUBLIC += ["/policies/removal", "/policies/names", "/policies/privacy", "/policies/accessibility", "/sign-in", "/signed-out"]


@pytest.fixture
def base(system):
    return start_gateway(system)


@pytest.fixture
def register(system):
    """A registry that knows one person, over two pages of results."""

    def search(name, cursor=None, limit=20):
        if name == "nobody":
            return {"registrants": [], "next_cursor": None}
        return {"registrants": [ENTRY], "next_cursor": None if cursor else "more"}

    def look_up(number):
        if number != "1234-5":
            raise NotFound()
        return REGISTRANT

    def verify(code):
        if code not in ("go od", "good", "C-1"):
            raise registry.NeverIssued() if code == "C-2" else NotFound()
        found_by = registry.BY_CERTIFICATE_NUMBER if code == "C-1" else registry.BY_CODE
        return {"certificate_number": "C-1", "issued_on": dt.date(2026, 11, 23), "found_by": found_by, "registrant": REGISTRANT}

    answers = {registry.SearchRegister: search, registry.LookUpRegistrant: look_up, registry.VerifyCertificate: verify}
    stand_in = StandIn(system, "registry", answers)
    yield stand_in
    stand_in.stop()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_is_in_the_browsers_language_with_a_switch_that_keeps_the_page(base, path):
    english = requests.get(base + path)
    read_page(english, "en")
    read_page(requests.get(base + path, headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}), "fr")
    assert "%(" not in english.text and "{{" not in english.text


def test_the_switch_to_the_other_language_keeps_the_query_and_is_remembered(base, register):
    page = read_page(requests.get(f"{base}/register?name=zoe&language=en"), "en")
    [switch] = [one["href"] for one in page.all("a") if one.get("hreflang") == "fr"]
    english = {"Accept-Language": "en"}
    french = requests.get(base + switch, headers=english)
    read_page(french, "fr")
    assert "Résultats pour «\u00a0zoe\u00a0»" in french.text
    remembered = french.headers["Set-Cookie"].partition(";")[0]
    read_page(requests.get(f"{base}/register", headers=english | {"Cookie": remembered}), "fr")


def test_results_lead_to_the_entry_and_to_the_next_page_of_the_same_search(base, register):
    page = read_page(requests.get(f"{base}/register", params={"name": "zoe & co"}), "en")
    addresses = {one["href"] for one in page.all("a")}
    assert {"/register/1234-5", "/register?name=zoe+%26+co&cursor=more"} <= {one.replace("%20", "+") for one in addresses}
    assert "Zoé <b>Tremblay</b>" in page.text
    last = read_page(requests.get(f"{base}/register?name=zoe&cursor=more"), "en")
    assert "First page" in last.text and "Next page" not in last.text
    assert [one["request"]["cursor"] for one in register.asked] == [None, "more"]


def test_a_search_without_results_says_what_to_do_next(base, register):
    nobody = requests.get(f"{base}/register?name=nobody&language=fr")
    read_page(nobody, "fr")
    assert "Vérifiez l’orthographe" in nobody.text
    assert not register.asked[0]["request"]["cursor"]


def test_nothing_is_asked_of_the_registry_before_something_is_searched_for(base, register):
    read_page(requests.get(f"{base}/register"), "en")
    assert register.asked == []


def test_a_registrants_page_has_only_the_sections_that_have_something(base, register, monkeypatch):
    plain = requests.get(f"{base}/register/1234-5?language=fr")
    read_page(plain, "fr")
    assert "En règle" in plain.text and "23 novembre 2026" in plain.text and "<b>Tremblay" not in plain.text
    for section in ("Conditions et restrictions", "Langues de soins", "Catégories détenues"):
        assert section not in plain.text
    periods = [
        {"category": "a", "category_name": {"en": "A", "fr": "A"}, "since": dt.date(2020, 1, 1), "until": dt.date(2026, 1, 1)},
        {"category": "b", "category_name": {"en": "B", "fr": "B"}, "since": dt.date(2026, 1, 1), "until": None},
    ]
    full = {"conditions": ["Supervised practice."], "languages_of_care": ["fr", "en"], "categories": periods}
    for name, value in full.items():
        monkeypatch.setitem(REGISTRANT, name, value)
    whole = requests.get(f"{base}/register/1234-5?language=fr")
    read_page(whole, "fr")
    assert "Supervised practice." in whole.text and "Français, Anglais" in whole.text
    assert "A, du 1er janvier 2020 au 1er janvier 2026" in whole.text


def test_a_status_is_told_with_the_day_since_which_it_holds_and_its_reason(base, register, monkeypatch):
    assert "since" not in requests.get(f"{base}/register/1234-5").text
    reason = {"en": "Fees not paid.", "fr": "Droits impayés."}
    for name, value in {"status_since": dt.date(2026, 12, 1), "status_reason": reason}.items():
        monkeypatch.setitem(REGISTRANT, name, value)
    english, french = (requests.get(f"{base}/register/1234-5?language={language}") for language in ("en", "fr"))
    read_page(english, "en")
    assert "In good standing, since December 1, 2026" in english.text and "Fees not paid." in english.text
    read_page(french, "fr")
    assert "En règle, depuis le 1er décembre 2026" in french.text.replace("\xa0", " ") and "Droits impayés." in french.text
    assert "No longer registered" not in english.text and "n’est plus inscrite" not in french.text


@pytest.mark.parametrize("status", ["resigned", "revoked", "expired"])
@pytest.mark.parametrize(
    ("language", "ended", "heading"),
    [
        ("en", "No longer registered", "but its holder is no longer registered"),
        ("fr", "Cette personne n’est plus inscrite", "mais la personne titulaire n’est plus inscrite"),
    ],
)
def test_that_somebody_is_registered_no_more_stands_first_and_in_the_title_of_a_verification(
    base, register, monkeypatch, status, language, ended, heading
):
    monkeypatch.setitem(REGISTRANT, "status", status)
    monkeypatch.setitem(ENTRY, "status", status)
    for address in ("/register/1234-5", "/verify/good", "/verify/C-1"):
        answer = requests.get(f"{base}{address}?language={language}")
        read_page(answer, language)
        assert 0 < answer.text.index(ended) < answer.text.index("<dl")
        assert answer.text.count(heading) == (2 if "verify" in address else 0)
    assert ended in requests.get(f"{base}/register?name=zoe&language={language}").text


def test_a_certificates_code_can_be_typed_and_an_unknown_one_is_told(base, register):
    for address in ("/verify?code=+go+od+", "/verify/good"):
        genuine = requests.get(base + address)
        read_page(genuine, "en")
        assert "This certificate is genuine" in genuine.text and "In good standing" in genuine.text
    by_number = requests.get(f"{base}/verify?code=C-1&language=fr")
    read_page(by_number, "fr")
    assert "Nous avons délivré ce certificat" in by_number.text and "Comparez" in by_number.text
    unknown = requests.get(f"{base}/verify", params={"code": "https://college.test/verify/bad"})
    read_page(unknown, "en")
    assert unknown.status_code == 404 and "There may be a typing error" in unknown.text and "not genuine" not in unknown.text
    never = requests.get(f"{base}/verify/C-2")
    read_page(never, "en")
    assert never.status_code == 404 and "not genuine" in never.text


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/register/9999", 404), ("/policies/none", 404)])
def test_what_is_not_there_is_told_in_the_portals_look(base, register, path, status):
    answer = requests.get(f"{base}{path}?language=fr")
    page = read_page(answer, "fr")
    assert answer.status_code == status and "/register" in {one["href"] for one in page.all("a")}
    assert answer.headers["X-Correlation-Id"] in page.text


def test_a_page_says_that_a_service_is_absent_and_the_others_go_on(base):
    absent = requests.get(f"{base}/register/1234-5")
    read_page(absent, "en")
    assert absent.status_code == 503 and absent.headers["Retry-After"] == "1"
    read_page(requests.get(f"{base}/fees"), "en")


def test_pages_and_files_are_compressed_and_files_are_kept_for_good(base):
    page = requests.get(f"{base}/")
    assert page.headers["Content-Encoding"] == "gzip"
    assert requests.get(f"{base}/", headers={"Accept-Encoding": "identity"}).text == page.text
    [style] = [one["href"] for one in read_page(page, "en").all("link") if one["rel"] == "stylesheet"]
    kept = requests.get(base + style)
    assert "immutable" in kept.headers["Cache-Control"] and kept.headers["Content-Encoding"] == "gzip"
    older = requests.get(f"{base}/assets/0000000000000000/portal.css")
    assert older.content == kept.content and older.headers["Cache-Control"] == "no-cache"
    assert requests.get(f"{base}/assets/0000000000000000/../app.py").status_code == 404
    assert requests.get(f"{base}/assets/0000000000000000/README.md").status_code == 404
