"""Members of staff in front of a browser: signing in with a second factor, the queue, the review, the decision."""

from pathlib import Path
from typing import Any

from tests.portal.person import Person
from tests.support.pages.browser import Page


class StaffAtBrowser(Person):
    """Somebody who reviews or decides."""

    def __init__(self, page: Page, college: Any, account: Any) -> None:
        super().__init__(page, college.url, "en")
        self._account = account

    def sign_in_with_code(self) -> None:
        """Signs in; a code that was used elsewhere just now is refused, and the next one is typed, as soon as the app shows it."""
        self.sign_in(self._account.login, self._account.password)
        self.page.get_by_label(self.says("Code of the authenticator app"), exact=True).wait_for()
        for wait_ms, later in ((0, 0), (0, 1), (15_000, 1), (15_000, 1)):
            self.page.wait_for_timeout(wait_ms)
            self.write("Code of the authenticator app", self._account.code(later))
            self.press("Continue")
            self.page.locator("h1").wait_for()
            if "/second-factor" not in self.page.url:
                break
        self.heading("Applications")

    def read_in(self, language: str) -> None:
        """Turns to the other language, where the pages are not in it yet."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator(".portal-tools__link").first.click()
            self.page.locator(f"html[lang={language}]").wait_for()
        self.language = language

    def open_file(self, application_id: str) -> None:
        """Looks for an application in the queue and opens it."""
        self.follow("Applications")
        self.write("Name, reference, registration number or email", application_id)
        self.press("Show")
        self.page.get_by_role("link", name=application_id).click()
        self.page.get_by_role("heading", level=1, name=application_id).wait_for()

    def upload(self, requirement: str, path: Path) -> None:
        """Uploads what arrived for the application that is open."""
        self.follow("Add a received document")
        self.input_devices.pick(self.page.get_by_label(self.says("Type of document"), exact=True), requirement)
        self.input_devices.attach(self.page.locator("input[type=file]"), str(path))
        self.press("Upload")
        self.reads("%(name)s was received.", name=path.name)

    def accept_documents(self) -> int:
        """Accepts every document of the open file; gives how many."""
        links = self.page.locator('main li a[href^="/staff/documents/"][href*="/decision"]')
        for place in range(count := links.count()):
            links.nth(place).click()
            self.choose("Is the document accepted?", "Yes")
            self.press("Save decision")
            self.reads("Decision saved.")
        return count

    def review(self) -> None:
        """Finds the open file complete, begins the review and accepts its documents."""
        self.press("Mark as complete")
        self.reads("The application is marked as complete.")
        self.press("Begin the review")
        self.reads("The review has begun.")
        assert self.accept_documents() >= 4

    def decide(self, decision: str, reasons: str = "") -> list[tuple[str, str]]:
        """Decides on the open file: writes it down, looks at it as the applicant will read it, and confirms.

        Gives the letters that were shown: subject and text of each.
        """
        self.input_devices.press(self.page.locator('main a[href$="/decision"]').first)
        self.choose("Decision", decision)
        if reasons:
            self.write("Written reasons (needed for a refusal)", reasons)
        self.press("Review")
        self.page.get_by_text(self.says("You cannot undo this decision.")).wait_for()
        shown = self.page.locator(".portal-letter")
        letters = [
            (shown.nth(place).locator("h2").text_content(), shown.nth(place).locator("p").text_content())
            for place in range(shown.count())
        ]
        self.press(decision)
        self.reads("The decision is made, and the applicant is told.")
        return letters
