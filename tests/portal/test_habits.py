"""What the portal does by itself where scripts run: saving, warning, showing how far a file has come, telling of a session's end."""

import pytest

from tests.portal.page_catalogue import sign_in

FORM = "/application/pages/personal_information"
# Whether the browser would ask before the page is left.
ASKS = "(() => { const leaving = new Event('beforeunload', {cancelable: true}); return !window.dispatchEvent(leaving); })()"


@pytest.fixture(scope="module")
def applicant(college):
    """Somebody whose application is a draft."""
    return college.signed_in("en", first_name="Zoé", last_name="Roy")


@pytest.fixture
def at(college, open_page):
    """Opens a page as a person, signed in."""

    def at(person, path, clock=False, **context):
        page = open_page(**context)
        if clock:
            page.clock.install()
        page.goto(f"{college.url}/sign-in?next={path}")
        sign_in(page, person)
        page.wait_for_url(f"**{path}")
        return page

    return at


def test_what_is_typed_is_saved_by_itself_and_said_when(at, applicant):
    page = at(applicant, FORM)
    assert not page.evaluate(ASKS)
    page.locator("#legal_first_name").fill("Chloé")
    assert page.evaluate(ASKS)
    page.locator("#saved").get_by_text("Saved at").wait_for()
    assert not page.evaluate(ASKS)
    page.locator("#legal_last_name").fill("Roy-Ōta")
    page.locator("#form button[value=list]").click()  # at once, on the version that is just being saved or was
    page.wait_for_url("**/application")
    page.goto(page.url + "/pages/personal_information")
    assert page.locator("#legal_first_name").input_value() == "Chloé"
    assert page.locator("#legal_last_name").input_value() == "Roy-Ōta"
    assert page.console_errors() == []


def test_two_windows_at_one_page_keep_each_others_answers_and_what_both_changed_is_chosen(at, college):
    person = college.signed_in("en", first_name="Maé", last_name="Roy")
    one, other = at(person, FORM), at(person, FORM)
    other.locator("#home_city").fill("Ottawa")
    other.locator("#saved").get_by_text("Saved at").wait_for()
    one.locator("#home_street").fill("1, rue Rideau")
    one.locator("#saved").get_by_text("kept as it is there: City").wait_for()
    one.locator("#home_street").fill("2, rue Rideau")  # while its own city is still the old one
    one.locator("#saved").get_by_text("Saved at").wait_for()
    one.locator("#home_city").fill("Hearst")
    one.locator("#saved").get_by_text("Not saved: these answers were saved elsewhere in the meantime: City").wait_for()
    one.locator("#form button[value=list]").click()
    one.get_by_label("Typed here: Hearst").check()
    one.locator("#form button[value=list]").click()
    one.wait_for_url("**/application")
    one.goto(f"{college.url}{FORM}")
    assert [one.locator(f"#{name}").input_value() for name in ("home_city", "home_street")] == ["Hearst", "2, rue Rideau"]


def test_what_could_not_be_saved_is_said_and_asked_about(at, applicant):
    page = at(applicant, FORM)
    page.evaluate("fetch('/session/end', {method: 'POST'}).then(() => 0)")
    page.locator("#legal_first_name").fill("Inès")
    page.locator("#saved").get_by_text("not saved yet").wait_for()
    assert page.evaluate(ASKS)


def test_a_form_that_came_back_in_the_other_language_or_refused_is_asked_about_as_well(at, college):
    page = at(college.signed_in("en", first_name="Noé", last_name="Roy"), FORM)
    page.locator("#legal_first_name").fill("Noëlle")
    page.get_by_role("button", name="Français").click()
    page.locator("html[lang=fr] body.js-enabled").wait_for()
    assert page.locator("#legal_first_name").input_value() == "Noëlle" and page.evaluate(ASKS)
    page.locator("#date_of_birth-year").fill("9999")
    page.locator("#form button[value=list]").click()
    page.locator("body.js-enabled .govuk-error-summary").wait_for()
    assert page.locator("#legal_first_name").input_value() == "Noëlle" and page.evaluate(ASKS)
    page.goto(f"{college.url}{FORM}?language=en")
    page.locator("html[lang=en] body.js-enabled").wait_for()
    assert not page.evaluate(ASKS)


def test_a_file_is_sent_with_a_bar_and_one_too_large_is_told_before_it_is_sent(at, applicant, college, tmp_path):
    page = at(applicant, "/application/documents")
    page.evaluate(
        """() => { window.stayed = true; window.seen = [];
        new MutationObserver(() => window.seen.push(!document.querySelector("[data-progress]").hidden))
            .observe(document.querySelector("[data-progress]"), {attributes: true}); }"""
    )
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7\n" + bytes(26_000_000))
    page.locator("input[type=file]").set_input_files(str(large))
    page.get_by_role("button", name="Upload").click()
    page.get_by_text("larger than 25 MB").wait_for()
    assert page.evaluate("window.seen") == []
    page.locator("#requirement").select_option("government_id")
    page.locator("input[type=file]").set_input_files(str(college.transcript(applicant)))
    page.get_by_role("button", name="Upload").click()
    page.get_by_text("was received.").wait_for()
    assert page.evaluate("window.stayed") and page.evaluate("window.seen")[0]
    assert page.evaluate("document.activeElement.classList.contains('portal-done')")
    empty = tmp_path / "wrong.pdf"
    empty.write_bytes(b"no document at all")
    page.locator("#requirement").select_option("government_id")
    page.locator("input[type=file]").set_input_files(str(empty))
    page.get_by_role("button", name="Upload").click()
    page.locator(".govuk-error-summary").wait_for()
    assert page.axe() == []


def test_a_question_that_follows_from_an_answer_is_there_while_that_is_given(at, applicant):
    page = at(applicant, "/application/pages/conduct")
    [yes, no] = (page.locator(f'input[name="offence_finding"][value="{answer}"]') for answer in ("yes", "no"))
    details = page.locator('[data-shown-if="offence_finding"]')
    page.locator("body.js-enabled").wait_for()
    assert not details.is_visible()
    yes.check()
    assert details.is_visible() and page.axe() == []
    no.check()
    assert not details.is_visible()


def test_a_form_pressed_twice_is_sent_once(at, applicant):
    page = at(applicant, "/security/email")
    stopped = page.evaluate(
        """[1, 2].map(() => { const sent = new SubmitEvent("submit", {cancelable: true, bubbles: true});
        return !document.getElementById("form").dispatchEvent(sent); })"""
    )
    assert stopped == [False, True]


def test_the_end_of_a_session_is_announced_put_off_and_told(at, applicant):
    page = at(applicant, "/security/email", clock=True)
    page.evaluate(
        """() => { const ask = fetch; let asked = 0;
        window.fetch = (...about) => ask(...about).finally(() => { document.body.dataset.asked = ++asked; }); }"""
    )
    page.clock.fast_forward("27:30")
    assert page.locator("#session").is_hidden()
    page.clock.fast_forward("00:45")
    page.get_by_text("You will soon be signed out").wait_for()
    assert page.axe() == []
    page.get_by_role("button", name="Stay signed in").click()
    page.locator("#session").wait_for(state="hidden")
    page.locator("#email").fill("zoe@new.example.org")  # whoever types is there
    page.clock.fast_forward("28:30")
    page.locator("body[data-asked='2']").wait_for()
    page.clock.fast_forward("02:00")
    assert page.locator("#session").is_hidden()
    page.clock.fast_forward("28:00")
    page.clock.fast_forward("03:00")
    page.get_by_text("Your session has ended").wait_for()
    assert page.locator("#email").input_value() == "zoe@new.example.org"


def test_going_back_shows_what_is_stored_now_and_nothing_once_one_is_signed_out(at, applicant):
    page = at(applicant, FORM)
    page.locator("#legal_first_name").fill("Noé")
    page.locator("#form button[value=next]").click()
    page.wait_for_url("**/application/pages/education")
    page.go_back()
    page.wait_for_url(f"**{FORM}")
    assert page.locator("#legal_first_name").input_value() == "Noé"
    page.locator("#legal_first_name").fill("Noëlle")
    page.locator("#form button[value=next]").click()
    page.wait_for_url("**/application/pages/education")  # on the version that is stored, so that it is taken
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out")
    page.go_back()
    page.wait_for_url("**/sign-in?next=*")


def test_on_paper_there_is_what_the_page_says_and_nothing_to_press(college, registrant, open_page):
    page = open_page()
    page.goto(f"{college.url}/register/{registrant.number}")
    page.emulate_media(media="print")
    assert page.evaluate("[...document.querySelectorAll('nav, .govuk-skip-link')].every((one) => one.offsetHeight === 0)")
    assert page.locator("h1").is_visible() and page.locator(".portal-tools").is_hidden()
    assert page.get_by_role("link", name="Search the register").is_hidden()


def test_a_link_in_a_mail_leads_to_the_page_though_the_short_token_has_run_out(at, applicant, college):
    page = at(applicant, "/security/sessions")
    page.context.clear_cookies(name="college-access")
    mail = f"data:text/html,<a href='{college.url}/security/email'>Open</a>"  # another site, as far as a browser knows
    page.goto(mail)
    page.get_by_role("link", name="Open").click()
    page.wait_for_url("**/security/email")
    page.locator("#email").wait_for()
