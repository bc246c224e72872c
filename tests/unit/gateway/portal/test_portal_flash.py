"""What the next page says: one of our own texts, and no word of anybody else."""

import base64

import orjson
import pytest

from gateway.context import Context
from gateway.http.cookies import name_of
from gateway.http.signed_values import Purpose, SignedValues
from gateway.portal.kit import flash as flashes
from gateway.portal.kit.flash import COOKIE, SAID_ONCE, Said, flash, take_flash
from gateway.services import Services
from gateway.settings import GatewaySettings
from tests.unit.gateway.wsgi_requests import request

SETTINGS = GatewaySettings("a", 0, "http://localhost", 1, 1, cookie_keys=("key",))
SERVICES = Services(None, None, None, None, SETTINGS)


def carrying(content):
    return request(cookie=f"{name_of(COOKIE, SETTINGS.public_url)}={content}")


def put(said, **values):
    asked = request()
    flash(Context(SERVICES, asked), said, **values)
    [(name, value)] = asked.carried.headers
    assert name == "Set-Cookie" and len(value) < 4096
    return value.partition("=")[2].partition(";")[0]


def test_a_text_is_said_once_with_its_value_in_the_language_of_the_page():
    asked = carrying(put(Said.FILE_RECEIVED, name="100 %(a)s é.pdf"))
    assert take_flash(Context(SERVICES, asked)).text == "100 %(a)s é.pdf was received."
    assert "Max-Age=0" in dict(asked.carried.headers)["Set-Cookie"]
    asked.speak("fr")
    assert take_flash(Context(SERVICES, asked)).text.startswith("100 %(a)s é.pdf ")


@pytest.mark.parametrize("value", ["x" * 100_000, "é" * 100_000, "🍁" * 100_000])
def test_a_long_value_is_cut_so_that_a_browser_keeps_the_cookie(value):
    assert take_flash(Context(SERVICES, carrying(put(Said.WORDS, words=value)))).text == value[:500]


@pytest.mark.parametrize("message", ["%(a)0400000000d", "%(a)c", "%(a)s", "Saved.", "%", "%(words)s", "SAVED"])
@pytest.mark.parametrize("value", [1, 1_114_112, "a", None, [[]]])
def test_what_a_client_made_itself_is_not_even_looked_at(message, value):
    made = base64.urlsafe_b64encode(orjson.dumps([message, {"a": value, "words": value}])).decode()
    foreign = SignedValues(("other",)).write(SAID_ONCE, [message, {"a": value}])
    other_purpose = SETTINGS.signed.write(Purpose("kept", 9_000, 900), ["SAVED", {}])
    for content in (made, foreign, other_purpose, f"{made}.{made}", made * 1000):
        assert take_flash(Context(SERVICES, carrying(content))) is None


def test_what_an_older_version_said_or_was_said_long_ago_is_nothing():
    assert take_flash(Context(SERVICES, carrying(SETTINGS.signed.write(SAID_ONCE, ["NO_LONGER_SAID", {}])))) is None
    assert take_flash(Context(SERVICES, carrying(SETTINGS.signed.write(SAID_ONCE, "SAVED")))) is None
    before = SignedValues(("key",), lambda: flashes.SAID_ONCE.good_for_s)
    assert take_flash(Context(SERVICES, carrying(before.write(SAID_ONCE, ["SAVED", {}])))) is None
