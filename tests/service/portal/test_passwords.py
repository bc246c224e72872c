"""Fields for passwords are masked, can be pasted into and filled by a manager of passwords (ASVS 6.2.6, 6.2.7)."""

from html.parser import HTMLParser
from pathlib import Path

import requests

from tests.support.gateway_rig import start_gateway
from tests.support.waiting import PATIENCE_S

SCRIPTS = sorted((Path(__file__).resolve().parents[3] / "gateway" / "portal" / "assets").glob("*.js"))


class PasswordFields(HTMLParser):
    """The attributes of each field for a password."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and "password" in given.get("name", ""):
            self.found.append(given)


def test_a_password_is_masked_and_nothing_keeps_from_pasting_it(system):
    fields = PasswordFields(requests.get(f"{start_gateway(system)}/sign-in", timeout=PATIENCE_S).text).found
    assert fields
    for field in fields:
        assert (field["type"], field["autocomplete"]) == ("password", "current-password")
        assert not [name for name in field if name.startswith("on")] and int(field.get("maxlength", 200)) >= 200


def test_no_script_of_ours_hears_of_pasting():
    assert SCRIPTS
    assert [script.name for script in SCRIPTS if "paste" in script.read_text()] == []
