"""`make screenshots`: a gallery of every page and state, in both languages, at two widths."""

import pytest

from tests.conftest import ROOT
from tests.portal.gallery import VIEWS

FOLDER = ROOT / ".run" / "screenshots"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [360, 1200])
def test_every_view_is_taken(college, people, open_page, language, width):
    for view in VIEWS:
        page = open_page(language=language, width=width)
        view.show(page, college.url, people)
        page.screenshot(path=str(FOLDER / language / str(width) / f"{view.name}.png"), full_page=True)
        page.close_context()
