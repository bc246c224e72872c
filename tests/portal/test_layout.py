"""How pages are laid out: staff's over the width of a desk, all others narrow; what is read at a glance in one piece; and on paper."""

import pytest

from tests.portal.page_catalogue import View

DESK, PHONE = 1360, 320
QUEUE = View("staff-queue", "/staff/applications", who="registration_officer")
# The lines of each cell's text: how often its height has the height of a line.
LINES = """(cells) => cells.map((cell) => {
  const style = getComputedStyle(cell), range = document.createRange();
  range.selectNodeContents(cell);
  return Math.round(range.getBoundingClientRect().height / parseFloat(style.lineHeight));
})"""

ENDS = "all => all.map(one => one.getBoundingClientRect().bottom)"


def lines(page, selector):
    return page.locator(selector).evaluate_all(LINES)


def width(page, selector):
    return page.locator(selector).first.evaluate("one => one.getBoundingClientRect().width")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_queue_has_the_width_of_a_desk_and_its_references_dates_and_states_one_line(college, people, open_page, language):
    page = open_page(language=language, width=DESK)
    QUEUE.show(page, college.url, people)
    assert width(page, "main") > 1200
    for whole in ("th", "td:nth-child(4)", "td:nth-child(5)"):
        assert set(lines(page, f"tbody {whole}")) == {1}
    ends = page.locator(".portal-search .govuk-form-group").evaluate_all(ENDS)
    assert max(ends) - min(ends) < 2  # the filters are one row
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK


def test_a_document_is_beside_the_answers_and_text_keeps_a_readable_measure(college, people, open_page):
    page = open_page(width=DESK)
    View("", "/staff/applications/{file}?document={document}", who="registration_officer").show(page, college.url, people)
    assert width(page, ".portal-document") > 560 and width(page, ".portal-two section") > 560
    page.goto(f"{college.url}/staff/mailings/new")
    View("", "/staff/mailings/new", who="registrar").show(page, college.url, people)
    assert width(page, "main") > 1200 and width(page, ".govuk-textarea") <= 800


def test_pages_of_all_others_stay_narrow(college, people, open_page):
    page = open_page(width=DESK)
    for view in (View("", "/fees"), View("", "/application", who="draft")):
        view.show(page, college.url, people)
        assert width(page, "main") <= 960


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_state_is_never_a_column_of_letters(college, people, open_page, width):
    page = open_page(language="fr", width=width)
    for who in ("draft", "payer"):
        View("", "/application", who=who).show(page, college.url, people)
        assert set(lines(page, ".govuk-task-list__status")) == {1}
        words = [len(one.split()) for one in page.locator(".govuk-tag").all_text_contents()]
        most = [1] * len(words) if width == DESK else words
        assert all(found <= allowed for found, allowed in zip(lines(page, ".govuk-tag"), most, strict=True))


def test_a_question_is_told_from_its_answers(college, people, open_page):
    page = open_page()
    View("", "/application/pages/conduct", who="draft").show(page, college.url, people)
    weight = "all => [...new Set(all.map(one => getComputedStyle(one).fontWeight))]"
    assert page.locator("#form legend").evaluate_all(weight) == ["700"]
    assert page.locator("#form .govuk-radios__label").evaluate_all(weight) == ["400"]


def test_a_list_on_paper_has_no_addresses_and_no_filter(college, people, open_page):
    page = open_page()
    QUEUE.show(page, college.url, people)
    page.emulate_media(media="print")
    after = "all => [...new Set(all.map(one => getComputedStyle(one, '::after').content))]"
    assert page.locator("main a.govuk-link").evaluate_all(after) == ["none"]
    gone = "all => all.filter(one => one.checkVisibility()).length"
    assert page.locator(".portal-search, .portal-actions, .portal-on-screen, .portal-tools").evaluate_all(gone) == 0
    assert page.locator("tbody tr").first.is_visible()
