"""`make screenshots`: every page and state, in both languages, on the narrowest screen and at a desk; VIEWS="home fees" for some."""

import os

import pytest

from tests.portal.page_catalogue import VIEWS
from tests.support.places import ROOT

SOME = os.environ.get("VIEWS", "").split()
FOLDER = ROOT / ".run" / "screenshots"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [320, 1360])
def test_every_view_is_taken(college, people, browser, language, width):
    for view in (one for one in VIEWS if not SOME or one.name in SOME):
        page = browser.page(language=language, width=width)
        view.show(page, college.url, people)
        page.screenshot(path=str(FOLDER / language / str(width) / f"{view.name}.png"), full_page=True)
        page.close_context()
