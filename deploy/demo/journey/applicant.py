"""An applicant's side of the main job."""

import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import yaml

from deploy.demo.journey.api import PATIENCE_S, Api, wait_for
from deploy.demo.journey.mailbox import Mailbox
from deploy.demo.samples import sample_documents

ACTIVATION_SUBJECT = "Account Activation"
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


@dataclass(frozen=True)
class Places:
    """Where a college is found: its gateway, its people's mail, its profile, a folder for sample documents."""

    public_url: str
    mail_url: str
    profile: Path
    documents: Path


@dataclass
class Applicant:
    """A person who applies; every step is one that a person takes."""

    places: Places
    first_name: str = "Élise"
    last_name: str = "Côté-Okafor"
    language: str = "fr"
    email: str = ""
    password: str = "une phrase assez longue 42"  # noqa: S105 - a made-up person's
    application_id: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.email = self.email or f"applicant.{uuid.uuid4().hex[:12]}@people.example.org"
        self.api = Api(self.places.public_url, self.language)
        self.mailbox = Mailbox(self.places.mail_url, self.email)

    @property
    def name(self) -> str:
        """The applicant's legal name."""
        return f"{self.first_name} {self.last_name}"

    # ---- getting in --------------------------------------------------------------------------------------------------

    def open_account(self) -> dict[str, Any]:
        """Opens the account (F11); the mail with the application ID and the link comes by itself (F12)."""
        body = {"email": self.email, "password": self.password, "language": self.language}
        return self.api.post("/applications/start", body)

    def activate(self) -> str:
        """Opens the link of the newest activation mail; gives the application ID that stands in it."""
        mail = self.mailbox.wait(ACTIVATION_SUBJECT)
        token = parse_qs(urlsplit(self.mailbox.link(mail, "/activate")).query)["token"][0]
        self.application_id = self.api.post("/accounts/activate", {"token": token})["application_id"]
        if self.application_id not in mail["text"]:
            raise AssertionError("the application ID is not in the mail")
        return self.application_id

    def sign_in(self, by: str = "application_id") -> dict[str, Any]:
        """Signs in by application ID (F4) or e-mail (F5)."""
        return self.api.sign_in(self.application_id if by == "application_id" else self.email, self.password)

    # ---- applying ----------------------------------------------------------------------------------------------------

    def application(self) -> dict[str, Any]:
        """Gives where the application stands; waits for it if the account was opened a moment ago."""
        return wait_for("the application", lambda: self.api.get("/application"))

    def save_page(self, page: str, values: dict[str, Any]) -> dict[str, Any]:
        """Saves a page on the version that is there now."""
        self.api.get(f"/application/pages/{page}")
        return self.api.call(
            "PUT", f"/application/pages/{page}", json={"values": values}, headers={"If-Match": self.api.last.headers["ETag"]}
        )

    def upload(self, requirement: str, path: Path) -> dict[str, Any]:
        """Uploads a file for a requirement (F26)."""
        with path.open("rb") as file:
            return self.api.post("/application/documents", files={"file": (path.name, file)}, data={"requirement": requirement})

    def answers(self) -> dict[str, Any]:
        """Gives this person's answers by field."""
        answers = yaml.safe_load((self.places.profile / "sample_answers.yaml").read_text())
        names = {"legal_first_name": self.first_name, "legal_last_name": self.last_name, "signature_name": self.name}
        return answers | names

    def fill_form(self) -> tuple[int, int]:
        """Fills every page and uploads every document that the applicant provides; gives how many pages and documents."""
        answers, uploaded = self.answers(), {}
        samples = sample_documents(self.places.documents, self.name)
        pages = self.api.get("/application-form")["pages"]
        for page in pages:
            if page.get("takes_documents"):
                for requirement in self.api.get("/application/documents")["requirements"]:
                    if requirement["provided_by"] == "applicant" and requirement["state"] == "missing":
                        sample = samples.get(requirement["code"], samples["programme_completion"])
                        uploaded[requirement["code"]] = self.upload(requirement["code"], sample)["id"]
                continue
            values = {}
            for item in page["fields"]:
                if item["type"] == "document" and item["requirement"] in uploaded:
                    values[item["code"]] = uploaded[item["requirement"]]
                elif item["code"] in answers:
                    values[item["code"]] = answers[item["code"]]
            self.save_page(page["code"], values)
        return len(pages), len(uploaded)

    def blockers(self) -> list[dict[str, Any]]:
        """Lists what still keeps the application from being submitted."""
        return self.api.get("/application/blockers")["blockers"]

    def submit(self) -> dict[str, Any]:
        """Submits."""
        return self.api.post("/application/submit")

    # ---- paying ------------------------------------------------------------------------------------------------------

    def invoice(self, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Waits for the registration invoice and gives it (F20)."""
        found = wait_for("the invoice", lambda: self.api.get("/invoices")["invoices"], within_s)
        return found[0]

    def open_payment_page(self, number: str) -> str:
        """Asks for the hosted payment page and gives its address."""
        return self.api.post(f"/invoices/{number}/checkout")["pay_url"]

    def pay(self, pay_url: str, card: str = GOOD_CARD) -> requests.Response:
        """Fills in the provider's own page, as a browser would."""
        form = {"card_number": card, "expiry": "08/30", "name": self.name}
        return requests.post(pay_url, data=form, allow_redirects=False, timeout=30)

    # ---- registered --------------------------------------------------------------------------------------------------

    def registration(self, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Waits for the registration: the refreshed sign-in carries the registrant role, and the registry knows the person (F23)."""

        def look() -> dict[str, Any] | None:
            if "registrant" not in self.api.refresh()["roles"]:
                return None
            return self.api.get("/registration")

        return wait_for("the registration", look, within_s, 0.1)

    def certificate(self, language: str, within_s: float = PATIENCE_S) -> bytes:
        """Downloads the certificate (F24)."""
        return wait_for("the certificate", lambda: self.api.get("/registration/certificate", language=language), within_s, 0.1)

    def on_register(self, number: str, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Finds the person on the public register, without a sign-in."""
        public = Api(self.places.public_url, self.language)
        return wait_for("the register entry", lambda: public.get(f"/register/{number}"), within_s)

    def found_by_name(self) -> list[dict[str, Any]]:
        """Searches the public register by the name without its accents."""
        plain = re.sub("É", "E", self.name).replace("ô", "o").replace("é", "e")
        return Api(self.places.public_url, self.language).get("/register", name=plain)["registrants"]
