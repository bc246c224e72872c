"""A whole college: every service its own process, driven through the public HTTP only."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from deploy.demo.journey.api import wait_for
from deploy.demo.journey.applicant import Applicant, Places
from deploy.demo.journey.reviewer import Reviewer
from deploy.demo.samples import sample_documents
from deploy.local.college.sample_staff import SignIn, sample_staff
from deploy.local.college.site import Site
from tests.support.addresses import own_address
from tests.support.places import ROOT
from tests.support.waiting import PATIENCE_S


class College:
    """A running college and the people around it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.url = site.public_url
        self.places = Places(site.public_url, site.mail_inbox_url, ROOT / "deploy/colleges/crpo", site.folder / "samples")
        self._staff = {role: account for account in sample_staff(site) for role in account.roles}

    def applicant(self, language: str = "fr", **details: str) -> Applicant:
        """A new applicant with an address of their own."""
        applicant = Applicant(self.places, language=language, **details)
        own_address(applicant.api.session)
        return applicant

    def staff(self, role: str) -> Reviewer:
        """A signed-in member of staff."""
        reviewer = Reviewer(self.url, self.account(role))
        own_address(reviewer.api.session)
        reviewer.sign_in()
        return reviewer

    def account(self, role: str) -> SignIn:
        """What the member of staff of a role signs in with."""
        return self._staff[role]

    def signed_in(self, language: str = "fr", **details: str) -> Applicant:
        """An applicant whose account is open and active."""
        applicant = self.applicant(language, **details)
        applicant.open_account()
        applicant.activate()
        applicant.sign_in()
        applicant.application()
        return applicant

    def submitted(self, language: str = "fr", **details: str) -> tuple[Applicant, str]:
        """An applicant who has submitted; gives also the application's id."""
        applicant = self.signed_in(language, **details)
        applicant.fill_form()
        officer = self.staff("registration_officer")
        file = officer.find(applicant)
        officer.upload(file["id"], "transcript", self.transcript(applicant))
        applicant.submit()
        return applicant, file["id"]

    def ready_to_decide(self, language: str = "fr", **details: str) -> tuple[Applicant, dict]:
        """An applicant whose application is in review, with its documents accepted; gives also the file."""
        applicant, application_id = self.submitted(language, **details)
        return applicant, self.staff("registration_officer").review(application_id)

    def approved(self, language: str = "fr", **details: str) -> tuple[Applicant, dict]:
        """An applicant with an open invoice; gives also the invoice."""
        applicant, file = self.ready_to_decide(language, **details)
        self.staff("registrar").approve(file)
        return applicant, applicant.invoice()

    def provider_tells(self, pay_url: str, kind: str, **data: Any) -> dict[str, Any]:
        """Has the payment provider tell of something else about a payment page; gives the event once it was answered."""
        checkout_id = urlsplit(pay_url).path.rpartition("/")[2]
        told = self._provider("POST", "/sandbox/notices", json={"checkout_id": checkout_id, "type": kind, "data": data})
        return self.provider_answered(told["id"])

    def provider_answered(self, event_id: str, tries: int = 1) -> dict[str, Any]:
        """Waits until an event of the payment provider was tried so often, and gives it."""

        def look() -> dict[str, Any] | None:
            events = self._provider("GET", "/events?limit=1000")["events"]
            return next((one for one in events if one["id"] == event_id and len(one["attempts"]) >= tries), None)

        return wait_for("the answer to the event", look)

    def provider_tells_again(self, event: dict[str, Any]) -> dict[str, Any]:
        """Has the payment provider send an event once more."""
        self._provider("POST", f"/sandbox/webhooks/{event['id']}/resend")
        return self.provider_answered(event["id"], len(event["attempts"]) + 1)

    def _provider(self, method: str, path: str, **asked: Any) -> dict[str, Any]:
        settings = self.site.environment("billing")
        headers = {"Authorization": f"Bearer {settings['PAYMENT_API_KEY']}"}
        url = f"{settings['PAYMENT_PROVIDER_URL']}/v1{path}"
        answer = requests.request(method, url, headers=headers, timeout=PATIENCE_S, **asked)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def transcript(self, applicant: Applicant) -> Path:
        """The transcript that the applicant's school sends."""
        return sample_documents(self.places.documents, applicant.name)["transcript"]
