"""What holds for every page in every state: no fault that axe finds, no refused script, and it can be read at 400 % zoom (F33)."""

import pytest

from tests.portal.page_catalogue import VIEWS
from tests.support.pages.browser import Page
from tests.support.waiting import until

REFUSED = {
    "not-found",
    "verify-unknown",
    "sign-in-wrong",
    "forbidden",
    "start-nothing-typed",
    "staff-decision-nothing-chosen",
    "staff-registrant-status-nothing-chosen",
    "staff-invoices-wrong-day",
    "mailing-list-nothing-typed",
    "mailing-list-confirm-over",
    "mailing-list-confirm-incomplete",
    "mailing-list-leave-unknown",
    "staff-mailing-new-nothing-typed",
    "staff-payment-notice-nothing-typed",
    "forgotten-password-nothing-typed",
    "lost-access-nothing-typed",
    "activate-over",
    "activate-incomplete",
    "reset-password-nothing-typed",
    "unlock-over",
    "delegation-incomplete",
    "delegation-over",
    "working-not-opened",
    "confirm-email-over",
    "form-saved-elsewhere",
    "staff-decision-changed",
}


@pytest.fixture(scope="module")
def page_in(browser):
    """Gives the browser of a language in which one person after another looks at pages, as opening one takes a while."""
    opened = {}

    def page_in(language, **context):
        if language not in opened:
            opened[language] = browser.page(language=language, **context)
        opened[language].context.clear_cookies()
        return opened[language]

    yield page_in
    for page in opened.values():
        page.close_context()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_accessible_and_fits_a_narrow_screen_and_one_at_four_hundred_percent(
    college, people, open_page, page_in, view, language
):
    screen = {"width": 320, "height": 256}  # what one of 1280 by 1024 holds at 400 %
    page = page_in(language, **screen) if view.only_looked_at else open_page(language=language, **screen)
    before = len(page.console_errors())
    view.show(page, college.url, people)
    assert page.locator("html").get_attribute("lang") == language
    assert page.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("[...document.querySelectorAll('[hidden]')].filter(one => one.checkVisibility()).length") == 0
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(160, 200)
    page.mouse.wheel(0, 120)
    assert scrolled(page)  # nothing traps the wheel
    errors = page.console_errors()[before:]
    if view.name in REFUSED:  # Chromium reports the status itself
        errors = [error for error in errors if "Failed to load resource" not in error]
    assert errors == []


def scrolled(page: Page) -> bool:
    """Waits until the page has moved. The pages' policy lets no condition be evaluated within them again."""
    return until(lambda: page.evaluate("scrollY") > 0, "the page's moving")
