"""An applicant and the staff, as the tests of applications need them: a form that can be submitted, documents, and the way to each state."""

from contextlib import suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.common.kernel.errors import ServiceError
from services.common.kernel.ids import new_id
from services.contracts.applications import applicant, review
from services.contracts.identity.events import AccountOpened
from tests.support.waiting import until

SHA = "ab" * 32
PAGES: dict[str, dict[str, Any]] = {
    "category_and_route": {
        "category": "rp_qualifying",
        "education_route": "recognised_programme",
        "educated_in_canada": True,
        "educated_in_english_or_french": True,
        "degree_status": "awarded",
    },
    "personal_information": {
        "legal_first_name": "Amélie",
        "legal_middle_names": "Rose",
        "legal_last_name": "Tremblay-Ōta",
        "commonly_used_name": "Amy Tremblay",
        "date_of_birth": "1990-02-28",
        "phone": "416 555-0123",
        "home_street": "12, rue Principale",
        "home_city": "Sudbury",
        "home_country": "CA",
        "home_province": "ON",
        "home_postal_code": "P3E 5J1",
    },
    "education": {
        "institution_name": "Université Laurentienne",
        "programme_name": "Counselling",
        "programme_end_date": "2026-04-30",
    },
    "clinical_experience": {"has_clinical_experience": False, "current_within_a_year": True},
    "conduct": {
        "offence_finding": False,
        "professional_finding": False,
        "current_proceeding": False,
        "other_regulators": False,
        "insurance_agreement": True,
    },
    "languages_of_care": {"languages_of_care": ["fr", "oj"], "publish_languages": True},
    "practice_site": {"has_practice_site": False},
    "declaration": {"declaration_agreement": True, "signature_name": "Amélie Tremblay-Ōta"},
}
UPGRADING = {
    "code": "upgrading",
    "en": "The registrant must complete the upgrading activities approved by the College within twelve months of registration.",
    "fr": "La personne inscrite doit terminer les activités de mise à niveau approuvées par l’Ordre dans les douze mois suivant "
    "l’inscription.",
}
# The documents that this applicant uploads: the requirement, and the field that selects it.
UPLOADS = {
    "government_id": ("personal_information", "government_id_document"),
    "degree_or_diploma": ("education", "degree_document"),
    "jurisprudence_certificate": ("education", "jurisprudence_document"),
}


class Applicant:
    """One applicant, signed in, with the application that AccountOpened made."""

    def __init__(self, system: Any, reference: str = "A0000017", ready: bool = True) -> None:
        self.system, self.reference, self.account_id = system, reference, new_id()
        self.caller = system.caller("applicant", account_id=self.account_id)
        if ready:
            self.open()

    def open(self, at: datetime | None = None, applying: bool = True) -> dict[str, Any]:
        """Tells of the account, opened now or at another instant, and waits until its draft is there, if it was opened to apply."""
        envelope = self.system.publish(
            AccountOpened,
            _at=at,
            account_id=self.account_id,
            email=f"{self.reference.lower()}@example.org",
            language="fr",
            application_id=self.reference,
            sealed_link="sealed",
            expires_hours=48,
            applying=applying,
        )
        if not applying:
            return envelope
        self.until(lambda: self.mine() is not None)
        return envelope

    @staticmethod
    def until(there: Any) -> None:
        """Waits until `there()` holds; what is refused meanwhile is asked for again."""

        def look() -> Any:
            with suppress(ServiceError):
                return there()

        until(look)

    def call(self, contract: Any, **request: Any) -> dict[str, Any]:
        """Makes a call as the applicant."""
        return self.system.call(contract, self.caller, **request)

    def mine(self) -> dict[str, Any]:
        """The application as its applicant sees it."""
        return self.call(applicant.GetMyApplication)

    @property
    def id(self) -> UUID:
        """The id of the application."""
        return self.mine()["id"]

    def save(self, page: str, version: int | None = None, **values: Any) -> dict[str, Any]:
        """Saves a page on its present version, or on a given one."""
        if version is None:
            version = self.call(applicant.GetPage, page=page)["version"]
        return self.call(applicant.SavePage, page=page, values=values, version=version)

    def change(self, page: str, **values: Any) -> dict[str, Any]:
        """Saves a page with some of its values changed."""
        return self.save(page, **{**self.call(applicant.GetPage, page=page)["values"], **values})

    def upload(self, requirement: str, sha256: str = SHA, **other: Any) -> dict[str, Any]:
        """Uploads a document for a requirement."""
        file = {"file_name": f"{requirement}.pdf", "media_type": "application/pdf", "size": 5_000, **other}
        return self.call(applicant.RecordDocument, requirement=requirement, sha256=sha256, **file)

    def fill(self) -> None:
        """Fills the whole form and uploads what the applicant provides; only the transcript is missing then."""
        for page, values in PAGES.items():
            self.save(page, **values)
        for number, (requirement, (page, field)) in enumerate(UPLOADS.items()):
            document = self.upload(requirement, sha256=f"{number}" * 64)
            self.change(page, **{field: str(document["id"])})

    def submit(self) -> dict[str, Any]:
        """Submits the application."""
        return self.call(applicant.SubmitApplication)


class Staff:
    """A registration officer and the registrar."""

    def __init__(self, system: Any) -> None:
        self.system = system
        self.officer, self.registrar = system.caller("registration_officer"), system.caller("registrar")

    def see(self, application_id: UUID, caller: Any = None) -> SimpleNamespace:
        """The whole file."""
        return SimpleNamespace(**self.system.call(review.GetApplication, caller or self.registrar, application_id=application_id))

    def step(self, contract: Any, application_id: UUID, version: int | None = None, **request: Any) -> dict[str, Any]:
        """Takes a step as the registrar, on the present version or on a given one."""
        version = self.see(application_id).version if version is None else version
        return self.system.call(contract, self.registrar, application_id=application_id, version=version, **request)

    def receive(self, application_id: UUID, requirement: str = "transcript", **other: Any) -> dict[str, Any]:
        """Records a document that came by post."""
        file = {"file_name": f"{requirement}.pdf", "media_type": "application/pdf", "size": 5_000, "sha256": "cd" * 32, **other}
        return self.system.call(
            review.RecordReceivedDocument, self.officer, application_id=application_id, requirement=requirement, **file
        )


def submitted(system: Any, reference: str = "A0000017") -> Applicant:
    """An applicant who has just submitted."""
    person = Applicant(system, reference)
    person.fill()
    Staff(system).receive(person.id)
    person.submit()
    return person


def in_review(system: Any, reference: str = "A0000017") -> Applicant:
    """An applicant whose application is being reviewed."""
    person, staff = submitted(system, reference), Staff(system)
    staff.step(review.MarkComplete, person.id)
    staff.step(review.BeginReview, person.id)
    return person
