"""The portal by keyboard alone, without scripts, in either language, and as one types."""

import pytest

from tests.portal.page_catalogue import sign_in


@pytest.mark.parametrize("language", ["en", "fr"])
def test_signing_in_needs_no_mouse(college, registrant, open_page, language):
    page = open_page(language=language)
    page.goto(f"{college.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"  # the first stop skips the menu
    page.goto(f"{college.url}/sign-in?language={language}")
    _tab_to(page, "login")
    page.keyboard.type(registrant.application_id)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    assert page.evaluate("document.activeElement.classList.contains('govuk-error-summary')")  # what is wrong is read out first
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "password"  # and leads to where it is mended
    page.keyboard.type(registrant.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/registration")
    assert page.locator("html").get_attribute("lang") == language


def _tab_to(page, name):
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"no way to {name} by keyboard")


def test_two_windows_at_one_page_need_no_scripts(college, open_page):
    person = college.signed_in("fr", first_name="Ève", last_name="Roy")
    windows = [open_page(language="fr", scripts=False, width=320) for _ in range(2)]
    for page in windows:
        page.goto(f"{college.url}/sign-in?next=/application/pages/personal_information")
        sign_in(page, person)
    for page, city in zip(windows, ("Ottawa", "Hearst"), strict=True):
        page.locator("#home_city").fill(city)
        page.locator("#form button[value=list]").click()
    page = windows[1]
    assert page.locator("h1").text_content().endswith("réponses à conserver")
    page.get_by_label("Enregistrée ailleurs").check()
    page.locator("#form button[value=list]").click()
    page.wait_for_url("**/application")
    page.goto(f"{college.url}/application/pages/personal_information")
    assert page.locator("#home_city").input_value() == "Ottawa"


def test_everything_works_without_scripts(college, registrant, open_page):
    page = open_page(scripts=False, language="fr", width=320)
    page.goto(f"{college.url}/register")
    page.get_by_label("Nom ou numéro d’inscription").fill("nguyen")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Zoé Tremblay-Nguyễn").click()
    assert page.locator("h1").text_content() == "Zoé Tremblay-Nguyễn"
    page.get_by_role("link", name="Droits", exact=True).click()  # the menu is open where nothing could open it
    page.goto(f"{college.url}/sign-in")
    page.get_by_label("Identifiant de demande").fill("half-typed")
    page.get_by_role("button", name="English").click()
    assert page.get_by_label("Application ID or email").input_value() == "half-typed"
    page.get_by_label("Application ID or email").fill(registrant.email)
    page.locator("#password").fill(registrant.password)
    page.locator("#form").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/registration")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out")
    page.goto(f"{college.url}/registration")
    page.wait_for_url("**/sign-in?next=*")


def test_the_register_is_searched_as_one_types(college, registrant, open_page):
    page = open_page()
    page.goto(f"{college.url}/register")
    page.get_by_label("Name or registration number").press_sequentially("zoe")
    page.get_by_role("link", name="Zoé Tremblay-Nguyễn").wait_for()
    assert page.evaluate("location.search") == "?name=zoe"
    assert page.evaluate("document.activeElement.id") == "name"
    page.get_by_label("Name or registration number").press_sequentially("xyz")
    page.get_by_text("Nobody was found for “zoexyz”").wait_for()
    assert page.console_errors() == []


def test_a_form_whose_session_ended_is_sent_after_signing_in_again(college, registrant, open_page):
    page = open_page()
    page.goto(f"{college.url}/sign-in?next=/security/delegates/invite")
    page.locator("#login").fill(registrant.email)
    page.locator("#password").fill(registrant.password)
    page.locator("#form button[type=submit]").click()
    page.wait_for_url("**/security/delegates/invite")
    page.locator("#name").fill("Sam Office")
    page.evaluate("fetch('/session/end', {method: 'POST'}).then(() => 0)")
    page.locator("#form button[type=submit]").click()
    page.get_by_role("heading", name="Your session has ended").wait_for()
    page.locator("#login").fill(registrant.email)
    page.locator("#password").fill(registrant.password)
    page.locator("#form button[type=submit]").click()
    page.get_by_role("button", name="Send my answers").click()
    page.locator(".govuk-error-summary").wait_for()  # the e-mail address is still missing
    assert page.locator("#name").input_value() == "Sam Office"
