"""What holds for every page in every state: no fault that axe finds, no refused script, and 320 px are wide enough."""

import pytest

from tests.portal.gallery import VIEWS


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_accessible_and_fits_a_narrow_screen(college, registrant, open_page, view, language):
    page = open_page(language=language, width=320, height=600)
    view.show(page, college.url, registrant)
    # Who is signed in is spoken to in the language of the account (F2).
    assert page.locator("html").get_attribute("lang") == ("en" if view.own else language)
    assert page.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    allowed = int(
        view.name in {"not-found", "verify-unknown", "sign-in-wrong", "forbidden"}
    )  # Chromium reports the status itself
    assert len(page.console_errors()) == allowed, page.console_errors()
