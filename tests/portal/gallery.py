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
    page.wait_for_function("!location.pathname.startsWith('/sign-in')")


def _wrong_password(page: Page, person: Any) -> None:
    page.locator("#login").fill("somebody@people.example.org")
    page.locator("#form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()


@dataclass(frozen=True)
class View:
    """A page at an address (with the number and code of the person who is registered), and what is done there first.

    One's `own` page is reached by signing in, and is in the language of the account.
    """

    name: str
    path: str
    then: Callable[[Page, Any], None] = _nothing
    own: bool = False

    def show(self, page: Page, college_url: str, person: Any) -> None:
        """Opens the page and does what is to be done there."""
        page.goto(college_url + (f"/sign-in?next={self.path}" if self.own else self.address(person)))
        if self.own:
            sign_in(page, person)
        self.then(page, person)

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
    View("signed-out", "/signed-out"),
    View("not-found", "/nothing-here"),
    View("registration", "/registration", own=True),
    View("fees-and-receipts", "/fees-and-receipts", own=True),
    View("messages", "/messages", own=True),
    View("security", "/security", own=True),
    View("sessions", "/security/sessions", own=True),
    View("password", "/security/password", own=True),
    View("e-mail", "/security/email", own=True),
    View("delegates", "/security/delegates", own=True),
    View("invite-delegate", "/security/delegates/invite", own=True),
    View("forbidden", "/staff/applications", own=True),
)
