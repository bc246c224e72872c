"""An applicant in front of a browser: every step of the main job that is theirs."""

import uuid
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.journey.applicant import ACTIVATION_SUBJECT, GOOD_CARD
from deploy.demo.journey.mailbox import Mailbox
from deploy.demo.samples import sample_documents
from services.common.kernel import clock
from services.contracts.college.application_form import Field
from services.contracts.college.application_form import Page as FormPage
from services.contracts.college.loading import load_college
from tests.portal.input_devices import Mouse
from tests.portal.person import Person
from tests.support.pages.browser import Page

PASSWORD = "une phrase assez longue 42"


class ApplicantAtBrowser(Person):
    """Somebody who applies."""

    def __init__(
        self, page: Page, college: Any, language: str, first_name: str, last_name: str, input_devices: type[Mouse] = Mouse
    ) -> None:
        super().__init__(page, college.url, language, input_devices)
        self.first_name, self.last_name, self.name = first_name, last_name, f"{first_name} {last_name}"
        self.email = f"{uuid.uuid4().hex[:12]}@people.example.org"
        self.mailbox = Mailbox(college.places.mail_url, self.email)
        self._places, self.application_id = college.places, ""
        self._profile = load_college(college.places.profile).at(clock.now())

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers by field."""
        answers = yaml.safe_load((self._places.profile / "sample_answers.yaml").read_text())
        return answers | {"legal_first_name": self.first_name, "legal_last_name": self.last_name, "signature_name": self.name}

    @cached_property
    def samples(self) -> dict[str, Path]:
        """The documents by kind."""
        return sample_documents(self._places.documents, self.name)

    def open_account(self) -> None:
        """Opens the account from the home page and activates it with the mailed link, which also tells the application ID."""
        self.visit(f"/?language={self.language}")
        self.follow("How to apply")
        self.input_devices.press(self.page.locator('main a[href="/start"]'))
        self.write("Email address", self.email)
        self.write("Choose a password", PASSWORD)
        self.press("Open an account")
        self.heading("Check your email")
        mail = self.mailbox.wait(ACTIVATION_SUBJECT)
        self.page.goto(self.mailbox.link(mail, "/activate"))
        self.input_devices.press(self.page.locator("main form button").last)
        self.application_id = self.page.locator("main strong").first.text_content().strip()
        assert self.application_id in mail["text"]

    def fill_form(self) -> None:
        """Fills in every page of the form in its order, and uploads what the applicant provides where the form asks for it."""
        for page in self._profile.form.pages:
            self.heading(page.title.in_(self.language))
            if page.takes_documents:
                self.upload_all()
                self.visit_next_after(page)
                continue
            for field in page.fields:
                self._answer(field)
            self.press("Save and continue")
        self.heading("Check your answers")

    def visit_next_after(self, page: FormPage) -> None:
        """Goes back to the list and on to the page after this one."""
        self.follow("Back to the list")
        pages = self._profile.form.pages
        self.follow(pages[pages.index(page) + 1].title.in_(self.language))

    def upload_all(self) -> None:
        """Uploads a file for each requirement that can be chosen."""
        codes = {one.name.in_(self.language): one.code for one in self._profile.requirements}
        for offer in self.page.locator("#requirement option").all_text_contents()[1:]:  # the first says to choose one
            code = codes[offer.partition(" – ")[0].strip()]
            self.upload(code, self.samples.get(code, self.samples["programme_completion"]))

    def upload(self, requirement: str, path: Path) -> None:
        """Uploads one file and waits until it is said to have arrived."""
        self.input_devices.pick(self.page.get_by_label(self.says("Type of document"), exact=True), requirement)
        self.input_devices.attach(self.page.locator("input[type=file]"), str(path))
        self.press("Upload")
        self.reads("%(name)s was received.", name=path.name)

    def submit(self) -> None:
        """Submits from the page where the answers are checked."""
        self.visit("/application")
        self.follow("Check your answers and submit")
        self.press("Submit the application")
        self.heading("Your application")

    def pay(self) -> None:
        """Pays the invoice that the application's page leads to, at the stand-in provider's page, and is brought back."""
        self.looks_again_until(self.says("Pay the invoice"), "/application")
        self.follow("Pay the invoice")
        self.press("Pay this invoice")
        self.page.locator("#card_number").wait_for()  # the way there goes on by itself
        self.input_devices.write(self.page.locator("#card_number"), GOOD_CARD)
        self.input_devices.write(self.page.locator("#expiry"), "08/30")
        self.input_devices.write(self.page.locator("#name"), self.name)
        self.input_devices.press(self.page.locator("button[type=submit]"))
        self.page.wait_for_url("**/fees/*/paid*")

    def _label(self, field: Field) -> str:
        label, needed = field.label.in_(self.language), field.required or field.required_if or field.required_unless
        return label if needed or field.type in ("document", "agreement") else f"{label} {self.says('(optional)')}"

    def _answer(self, field: Field) -> None:
        code, label, kind = field.code, self._label(field), field.type
        if kind == "document":
            if (first := self.page.locator(f'input[name="{code}"]').first).count():
                self.input_devices.choose(first)
        elif kind == "agreement":
            self.input_devices.choose(self.page.get_by_label(self.says("I agree"), exact=True))
        elif code not in self.answers:
            return
        elif kind == "yes_no":
            self.choose_value(label, "Yes" if self.answers[code] else "No")
        elif kind == "date":
            group = self.page.get_by_role("group", name=label, exact=True)
            for part, text in zip(("Year", "Month", "Day"), str(self.answers[code]).split("-"), strict=True):
                self.input_devices.write(group.get_by_label(self.says(part), exact=True), text)
        elif isinstance(self.answers[code], list):
            for one in self.answers[code]:
                self.input_devices.choose(self.page.locator(f'input[name="{code}"][value="{one}"]'))
        elif (choice := self.page.locator(f'input[type=radio][name="{code}"][value="{self.answers[code]}"]')).count():
            self.input_devices.choose(choice)
        elif (place := self.page.get_by_label(label, exact=True)) and self.page.locator(f'select[name="{code}"]').count():
            self.input_devices.pick(place, self.answers[code])
        else:
            self.input_devices.write(place, str(self.answers[code]))
