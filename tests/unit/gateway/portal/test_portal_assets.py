"""What browsers load: in the college's colours, light, and without what only GOV.UK may use."""

import re

import pytest

from gateway.portal.kit.assets import FOLDER, assets_of
from services.common.kernel import clock
from services.contracts.college import load_college
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def assets():
    return assets_of(load_college(ROOT / "deploy/colleges/crpo").at(clock.now()))


def test_nothing_that_only_gov_uk_may_use_is_sent(assets):
    sent = b"".join(asset.content for name, asset in assets.files.items() if not name.endswith(".woff2")).decode().lower()
    assert not re.findall(r"gds transport|crest|__crown|light-[0-9a-f]{10}", sent)
    assert (FOLDER / "govuk-frontend/LICENSE").exists() and (FOLDER / "source-sans-3/LICENSE").exists()


def test_the_stylesheet_is_in_the_colleges_colours_and_names_only_fonts_that_are_there(assets):
    style = assets.files["portal.css"].content.decode()
    assert style.rindex("--govuk-brand-colour:#1f4e5f") > style.index("--govuk-brand-colour:#1d70b8")
    named = set(re.findall(r'url\("?([^")]+)"?\)', style))
    assert named and named <= assets.files.keys()


def test_a_first_look_at_a_page_loads_less_than_a_hundred_kilobytes(assets):
    first = ("portal.css", "portal.js", "govuk-frontend.min.js", "icon.svg")
    first += ("source-sans-3-latin-400-normal.woff2", "source-sans-3-latin-700-normal.woff2")
    assert sum(len(assets.files[name].packed or assets.files[name].content) for name in first) < 90_000


def test_a_file_that_is_not_there_has_no_address(assets):
    with pytest.raises(KeyError):
        assets.address("nothing.css")
