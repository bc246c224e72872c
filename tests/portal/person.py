"""A person in front of a browser, who reads what the pages say in their language, and clicks and types accordingly."""

import time
from io import BytesIO
from typing import Any

import requests
from pypdf import PdfReader

from gateway.portal.kit.texts import say, unbroken
from tests.portal.input_devices import Mouse
from tests.support.pages.browser import Page
from tests.support.waiting import PATIENCE_S


class Person:
    """Somebody at a page; texts are given in English and looked for in the person's language."""

    def __init__(self, page: Page, college_url: str, language: str, input_devices: type[Mouse] = Mouse) -> None:
        self.page, self.college_url, self.language = page, college_url, language
        self.input_devices = input_devices(page)

    def says(self, text: str, **values: object) -> str:
        """Gives a text of the portal in the person's language."""
        return unbroken(say(self.language, text, **values))

    def visit(self, path: str) -> None:
        """Types an address of the college."""
        self.page.goto(self.college_url + path)

    def press(self, text: str) -> None:
        """Presses the button that says so."""
        self.input_devices.press(self._named("button", text))

    def follow(self, text: str) -> None:
        """Follows the link that says so."""
        self.input_devices.press(self._named("link", text))

    def write(self, label: str, text: str) -> None:
        """Types into the input with the label."""
        self.input_devices.write(self.page.get_by_label(self.says(label), exact=True), text)

    def choose(self, question: str, answer: str) -> None:
        """Chooses an answer to a question; both are texts of the portal."""
        self.choose_value(self.says(question), answer)

    def choose_value(self, legend: str, answer: str) -> None:
        """Chooses an answer, a text of the portal, to a question that is given in the person's language."""
        group = self.page.get_by_role("group", name=legend, exact=True)
        self.input_devices.choose(group.get_by_label(self.says(answer), exact=True))

    def reads(self, text: str, **values: object) -> None:
        """Waits until the page says so in its main part."""
        self.page.locator("main").get_by_text(self.says(text, **values)).first.wait_for()

    def heading(self, text: str, **values: object) -> None:
        """Waits until this is the page's heading."""
        self.page.get_by_role("heading", level=1, name=self.says(text, **values)).wait_for()

    def read_heading(self) -> str:
        """Gives the page's heading."""
        return self.page.locator("h1").text_content().strip()

    def looks_again_until(self, text: str, path: str = "") -> None:
        """Loads a page again until it says so, as a person does who waits; fails after a while."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if path:
                self.visit(path)
            else:
                self.page.reload()
            if self.page.locator("main").get_by_text(text).count():
                return
            self.page.wait_for_timeout(150)
        raise AssertionError(f"the page never said {text!r}; it says {self.page.locator('main').text_content()}")

    def sign_in(self, login: str, password: str) -> None:
        """Signs in with the password."""
        self.visit("/sign-in")
        self.write("Application ID or email", login)
        self.write("Password", password)
        self.input_devices.press(self.page.locator("#form").get_by_role("button", name=self.says("Sign in"), exact=True))

    def pdf(self, link: str) -> str:
        """Gives what the PDF behind a link says, got as the browser gets it: with the page's cookies."""
        address = self.page.locator("main").get_by_role("link", name=self.says(link)).first.get_attribute("href")
        cookies = {one["name"]: one["value"] for one in self.page.context.cookies()}
        answer = requests.get(self.college_url + address, cookies=cookies, timeout=PATIENCE_S)
        answer.raise_for_status()
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)

    def _named(self, role: str, text: str) -> Any:
        # A name can go on with words that only a screen reader says, such as which of several is meant.
        return self.page.get_by_role(role, name=self.says(text)).first
