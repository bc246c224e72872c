"""The college's side of the main job: a registration officer and the registrar, over the same HTTP."""

from pathlib import Path
from typing import Any

from deploy.local.walk.api import Api, wait_for
from deploy.local.walk.applicant import Applicant


class Reviewer:
    """A member of staff who reviews and decides."""

    def __init__(self, base_url: str, login: str, password: str, language: str = "en") -> None:
        self.api = Api(base_url, language)
        self._login, self._password = login, password

    def sign_in(self) -> dict[str, Any]:
        """Signs in."""
        return self.api.sign_in(self._login, self._password)

    def find(self, applicant: Applicant) -> dict[str, Any]:
        """Finds the applicant's application by its reference and gives the whole file."""
        found = wait_for(
            "the application in the queue",
            lambda: self.api.get("/staff/applications", reference=applicant.application_id)["applications"],
        )
        return self.file(found[0]["id"])

    def file(self, application_id: str) -> dict[str, Any]:
        """Gives the whole file."""
        return self.api.get(f"/staff/applications/{application_id}")

    def step(self, file: dict[str, Any], step: str, **body: Any) -> dict[str, Any]:
        """Takes a step on the version of the file that was read; gives the new summary."""
        return self.api.post(f"/staff/applications/{file['id']}/{step}", {"version": file["version"], **body})

    def upload(self, application_id: str, requirement: str, path: Path) -> dict[str, Any]:
        """Uploads a document that an institution sent (F28)."""
        with path.open("rb") as file:
            return self.api.post(
                f"/staff/applications/{application_id}/documents",
                files={"file": (path.name, file)},
                data={"requirement": requirement},
            )

    def accept_documents(self, file: dict[str, Any]) -> int:
        """Accepts every document of the file; gives how many."""
        for document in file["documents"]:
            self.api.post(f"/staff/documents/{document['id']}/decision", {"accepted": True})
        return len(file["documents"])

    def review(self, application_id: str) -> dict[str, Any]:
        """Finds the application complete, begins the review and accepts its documents; gives the file ready to decide."""
        summary = self.step(self.file(application_id), "complete")
        self.step(summary, "begin-review")
        self.accept_documents(self.file(application_id))
        return self.file(application_id)

    def approve(self, file: dict[str, Any], conditions: list[str] | None = None) -> dict[str, Any]:
        """Approves, with conditions if there are any."""
        decision = "approved_with_conditions" if conditions else "approved"
        return self.step(file, "decision", decision=decision, conditions=conditions or [])
