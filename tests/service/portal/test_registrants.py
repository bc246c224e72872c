"""The staff's pages of registrants over the real registry: found, their file, a change of status, a fact taken back."""

from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.clock import local_date
from services.common.kernel.dates import written_date
from services.contracts.registry import LookUpRegistrant
from services.contracts.registry.standing import GetRegistrantFile
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.actors.retention_desk import college
from tests.support.actors.staff_desk import at_desk
from tests.support.pages.html_pages import read_page

REASON = {"reason_en": "Fees not paid.", "reason_fr": "Droits impayés."}
LATE = {"en": "Entered late", "fr": "Saisi après coup"}


@pytest.fixture
def desk(system):
    """A registrar's browser before the file of somebody who was registered three months ago."""
    start_registry(system)
    person, registered = register_someone(system, paid_at=clock.now() - timedelta(days=90))
    browser = at_desk(system, "registrar")
    browser.system, browser.account_id = system, person["account_id"]
    browser.number = registered.data["registration_number"]
    browser.page = f"/staff/registrants/{browser.number}"
    return browser


def speak(desk, language):
    desk.cookies[LANGUAGE] = language


def text(page):
    return " ".join(page.text.split())


def today():
    return local_date(clock.now(), college().time_zone.key)


def typed(status="suspended", day=None, **more):
    day = day or today()
    parts = {"effective_from-year": str(day.year), "effective_from-month": str(day.month), "effective_from-day": str(day.day)}
    return {"status": status, **parts, "once": "one", **REASON, **more}


def saved(desk, *arguments, **more):
    """Sends the form and presses the button of the preview; gives the file as it is shown next."""
    answer = desk.post(f"{desk.page}/status", **typed(*arguments, **more), sure="yes")
    assert (answer.status_code, answer.headers["Location"]) == (303, desk.page)
    return text(read_page(desk.get(desk.page), desk.cookies[LANGUAGE]))


def entry(desk):
    return desk.system.call(LookUpRegistrant, desk.system.anonymous, number=desk.number)


def links(page, end):
    return [one["href"] for one in page.all("a") if one.get("href", "").endswith(end)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_registrant_is_found_by_name_or_number_and_leads_to_the_file(desk, language):
    speak(desk, language)
    for looked_for in ("", "?name=cote", f"?name={desk.number}"):
        page = read_page(desk.get(f"/staff/registrants{looked_for}"), language)
        assert links(page, desk.page) == [desk.page]
    nobody = {"en": "Nobody was found.", "fr": "Personne n’a été trouvé."}[language]
    assert nobody in text(read_page(desk.get("/staff/registrants?name=nobody&cursor=x"), language))


@pytest.mark.parametrize(
    ("language", "said", "by"),
    [
        ("en", "Practise with supervision.", "Automatically"),
        ("fr", "Exerce sous supervision.", "Automatiquement"),
    ],
)
def test_the_file_shows_the_public_entry_and_the_facts_behind_it_in_words(desk, language, said, by):
    speak(desk, language)
    page = read_page(desk.get(desk.page), language)
    assert text(page).count(said) == 3 and by in text(page) and "event/" not in text(page)
    assert links(page, "/status") == [f"{desk.page}/status"] and links(page, f"registrant/{entry_id(desk)}")
    shown = saved(desk, "late", today() - timedelta(days=3))
    states = {"en": ("In force", "Past", "Superseded"), "fr": ("En vigueur", "Passé", "Remplacé")}[language]
    assert [shown.index(state) for state in states] == sorted(shown.index(state) for state in states)
    assert {"en": "You", "fr": "Vous"}[language] in shown and LATE[language] in shown


def entry_id(desk):
    return desk.system.call(LookUpRegistrant, desk.caller, number=desk.number)["registrant_id"]


@pytest.mark.parametrize(
    ("language", "status", "unsaved"),
    [("en", "Suspended, since", "Nothing is saved yet."), ("fr", "Suspendue, depuis le", "Rien n’est encore enregistré.")],
)
def test_a_change_is_shown_as_the_public_will_see_it_before_it_is_saved_and_what_was_typed_stays(desk, language, status, unsaved):
    speak(desk, language)
    first = read_page(desk.get(f"{desk.page}/status"), language).form()
    assert first["effective_from-year"] == str(today().year)
    preview = read_page(desk.post(f"{desk.page}/status", **typed()), language)
    assert unsaved in text(preview) and text(preview).count(status) == 2 and REASON[f"reason_{language}"] in text(preview)
    assert entry(desk)["status"] == "active"
    carried = {name: text for name, text in preview.form().items() if name}
    assert carried == typed(sure="yes")
    again = desk.post(f"{desk.page}/status", **carried, again="yes")
    assert read_page(again, language).form()["effective_from-day"] == str(today().day)
    assert REASON["reason_en"] in again.text and REASON["reason_fr"] in again.text
    other = {"en": "fr", "fr": "en"}[language]
    assert "/status" in desk.post(f"{desk.page}/status", **carried, **{"show-in": other}).text
    read_page(desk.post(f"{desk.page}/status", **carried, **{"show-in": language}), language)
    assert entry(desk)["status"] == "active"


@pytest.mark.parametrize(
    ("language", "now", "planned", "past"),
    [
        ("en", "The status is changed: Suspended, since", "The register will say “Resigned” from", "Today the register says “Suspended”."),
        (
            "fr",
            "Le statut est changé : Suspendue, depuis le",
            "Le registre indiquera « Démission » à compter du",
            "Aujourd’hui, le registre indique « Suspendue ».",
        ),
    ],
)  # fmt: skip
def test_what_is_said_after_a_change_tells_from_which_day_it_holds(desk, language, now, planned, past):
    speak(desk, language)
    assert now in saved(desk, "suspended").replace("\xa0", " ")
    day = today() + timedelta(days=20)
    shown = saved(desk, "resigned", day, once="two").replace("\xa0", " ")
    assert planned in shown and written_date(day, language) in shown
    assert past in saved(desk, "late", today() - timedelta(days=20), once="three").replace("\xa0", " ")
    assert entry(desk)["status"] == "suspended"


def test_a_change_sent_twice_is_made_once(desk):
    saved(desk, "suspended")
    saved(desk, "suspended")
    assert entry(desk)["status"] == "suspended"


@pytest.mark.parametrize(
    ("language", "form", "field", "said"),
    [
        ("en", {"status": ""}, "status", "Please fill in: New status."),
        ("fr", {"status": ""}, "status", "Nouveau statut"),
        ("en", {"reason_fr": ""}, "reason_fr", "French"),
        ("fr", {"reason_en": ""}, "reason_en", "anglais"),
        ("en", {"effective_from-month": "13"}, "effective_from", ""),
        ("fr", {"effective_from-year": "2199"}, "effective_from", "2028"),
        ("en", {"status": "active", "reason_en": "", "reason_fr": ""}, "status", "has this status on that day already"),
        ("fr", {"status": "active", "reason_en": "", "reason_fr": ""}, "status", "a déjà ce statut ce jour-là"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_before_and_after_the_preview(desk, language, form, field, said):
    speak(desk, language)
    for step in ({}, {"sure": "yes"}):
        answer = desk.post(f"{desk.page}/status", **typed() | form | step)
        page = read_page(answer, language)
        assert answer.status_code in (409, 422) and said in text(page)
        assert f"#{field}" in [one.get("href") for one in page.all("a")]
    assert entry(desk)["status"] == "active"


def test_a_day_is_read_with_its_months_name_in_either_language(desk):
    day = today() + timedelta(days=40)
    for language in ("fr", "en"):
        month = written_date(day, "fr").split()[1] if language == "en" else written_date(day, "en").split()[0]
        preview = desk.post(f"{desk.page}/status", **typed("resigned", day, **{"effective_from-month": month}))
        assert preview.status_code == 200 and written_date(day, "en") in preview.text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "What it had ended holds on"), ("fr", "Ce à quoi il avait mis fin reste en vigueur")]
)
def test_a_fact_is_taken_back_with_a_note_once_that_was_asked(desk, language, said):
    speak(desk, language)
    saved(desk, "revoked")
    file = desk.system.call(GetRegistrantFile, desk.caller, number=desk.number)
    [mistake] = [fact["id"] for fact in file["facts"] if fact["says"]["en"].startswith("Revoked")]
    address = f"{desk.page}/facts/{mistake}/take-back"
    assert links(read_page(desk.get(desk.page), language), f"{mistake}/take-back") == [address]
    assert {"en": "Revoked", "fr": "Révoquée"}[language] in text(read_page(desk.get(address), language))
    unsaid = desk.post(address, note=" ")
    assert unsaid.status_code == 422 and "#note" in [one.get("href") for one in read_page(unsaid, language).all("a")]
    assert entry(desk)["status"] == "revoked"
    assert desk.post(address, note="Another person.").headers["Location"] == desk.page
    assert said in text(read_page(desk.get(desk.page), language)) and entry(desk)["status"] == "active"
    assert desk.get(address).status_code == 409
    again = desk.post(address, note="Again.")
    assert again.status_code == 409 and "Another person" not in read_page(again, language).text
    nobody = desk.page + "/facts/00000000-0000-7000-8000-000000000000/take-back"
    assert desk.get(nobody).status_code == desk.post(nobody, note="Whose?").status_code == 404


def test_reviewers_read_the_file_the_registrar_alone_changes_it_and_nobody_their_own(desk):
    desk.cookies[ACCESS] = desk.system.caller("registration_officer").token
    page = read_page(desk.get(desk.page), "en")
    assert "/staff/registrants" in [one.get("href") for one in page.all("a")]
    assert not links(page, "/status") and not links(page, "/take-back")
    assert desk.get(f"{desk.page}/status").status_code == 403
    assert desk.post(f"{desk.page}/status", **typed(), sure="yes").status_code == 403
    desk.cookies[ACCESS] = desk.system.caller("support").token
    assert {desk.get(path).status_code for path in ("/staff/registrants", desk.page)} == {403}
    desk.cookies[ACCESS] = desk.system.caller("registrar", account_id=desk.account_id).token
    assert desk.get(desk.page).status_code == 403
    assert desk.post(f"{desk.page}/status", **typed(), sure="yes").status_code == 403
    desk.cookies[ACCESS] = desk.caller.token
    assert desk.get("/staff/registrants/10000X").status_code == 404
    assert desk.post("/staff/registrants/10000X/status", **typed()).status_code == 404
    assert entry(desk)["status"] == "active"
