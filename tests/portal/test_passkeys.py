"""A passkey made on a page and then signed in with alone, by a real browser with a device of its own, at an address that WebAuthn takes."""

import socket

from tests.support.actors.identity_people import EMAIL, PASSWORD, add_person
from tests.support.gateway_rig import start_gateway


def free_port():
    """A port that nothing listens at: the address of the site must be known before the site is there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_a_passkey_is_made_on_a_page_and_signs_in_without_a_password(system, open_page):
    port = free_port()
    here = f"http://localhost:{port}"
    system.start("identity", PUBLIC_URL=here)
    start_gateway(system, PUBLIC_URL=here, HTTP_PORT=str(port))
    add_person(system, EMAIL, "registrant", language="en")
    page = open_page()
    page.has_passkeys()
    page.goto(f"{here}/sign-in?next=/security/passkey")
    page.locator("#login").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("#form button[type=submit]").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out")
    page.goto(f"{here}/sign-in?next=/security/sessions")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/security/sessions")
    assert page.console_errors() == []


def test_without_scripts_there_is_no_button_that_could_do_nothing(system, open_page):
    base = start_gateway(system)
    page = open_page(scripts=False)
    page.goto(f"{base}/sign-in")
    assert page.get_by_role("link", name="Sign in with a passkey").is_hidden()
