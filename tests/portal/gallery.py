"""Every page of the portal in every state worth a look: what axe checks, `make screenshots` shows and `make bench-pages` measures.

A page that is new gets a line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.browser import Page


def _nothing(page: Page, person: Any) -> None:
    """The page as it is first seen."""


def sign_in(page: Page, person: Any) -> None:
    """Fills in the sign-in page, whatever its language, and sends it."""
    page.locator("#login").fill(person.email)
    page.locator("#password").fill(person.password)
    page.locator("#form button[type=submit]").click()
    page.wait_for_url("**/registration")


def _wrong_password(page: Page, person: Any) -> None:
    page.locator("#login").fill("somebody@people.example.org")
    page.locator("#form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()


def _signed_in(page: Page, person: Any) -> None:
    sign_in(page, person)


@dataclass(frozen=True)
class View:
    """A page at an address (with the number and code of the person who is registered), and what is done there first."""

    name: str
    path: str
    then: Callable[[Page, Any], None] = _nothing

    def address(self, person: Any) -> str:
        """The path, filled in."""
        return self.path.format(number=person.number, code=person.code)


VIEWS = (
    View("home", "/"),
    View("register", "/register"),
    View("register-results", "/register?name=zoe"),
    View("register-nobody", "/register?name=nobody"),
    View("registrant", "/register/{number}"),
    View("verify", "/verify"),
    View("verify-genuine", "/verify/{code}"),
    View("verify-unknown", "/verify/nothing"),
    View("fees", "/fees"),
    View("how-to-apply", "/how-to-apply"),
    View("how-to-apply-route", "/how-to-apply?route=masters"),
    View("mail-help", "/mail-help"),
    View("policy-removal", "/policies/removal"),
    View("policy-names", "/policies/names"),
    View("sign-in", "/sign-in"),
    View("sign-in-wrong", "/sign-in", _wrong_password),
    View("signed-in", "/sign-in", _signed_in),
    View("signed-out", "/signed-out"),
    View("not-found", "/nothing-here"),
)
