"""The college's side of the main job: a registration officer and the registrar, over the same HTTP."""

import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from deploy.demo.journey.api import PATIENCE_S, Api, Refused, wait_for
from deploy.demo.journey.applicant import Applicant

# A token is shared for most of its ten minutes: a code of the authenticator app works once in half a minute, and nobody waits for one here.
SHARED_FOR_S = 480.0
_shared: dict[tuple[str, str, str], tuple[float, str, str, dict[str, Any]]] = {}
_one_at_a_time = threading.Lock()


class StaffAccount(Protocol):
    """What a member of staff signs in with."""

    @property
    def login(self) -> str:
        """Address or ID."""

    @property
    def password(self) -> str:
        """The password."""

    def code(self, later: int = 0) -> str:
        """The authenticator app's code of now, or of so many codes later."""


class Reviewer:
    """A member of staff who reviews and decides."""

    def __init__(self, base_url: str, account: StaffAccount, language: str = "en") -> None:
        self.api = Api(base_url, language)
        self._account = account

    def sign_in(self) -> dict[str, Any]:
        """Signs in, or takes up the session in which this member of staff is at work elsewhere."""
        who = (self.api.base_url, self._account.login, self._account.password)
        with _one_at_a_time:
            until, access_token, refresh_token, account = _shared.get(who, (0.0, "", "", {}))
            if (
                until < time.monotonic() or access_token == self.api.access_token
            ):  # one that we have is refused, or we would not ask
                account = self.api.sign_in(self._account.login, self._account.password, self._account.code)
                access_token, refresh_token = self.api.access_token, self.api.refresh_token
                _shared[who] = (time.monotonic() + SHARED_FOR_S, access_token, refresh_token, account)
        self.api.take_up(access_token, refresh_token)
        return account

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
        """Uploads a document that an institution sent (F28); while the account has as many under way as it may, waits as it is told to."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                with path.open("rb") as file:
                    return self.api.post(
                        f"/staff/applications/{application_id}/documents",
                        files={"file": (path.name, file)},
                        data={"requirement": requirement},
                    )
            except Refused as refusal:
                if refusal.status != HTTPStatus.TOO_MANY_REQUESTS or time.monotonic() > until:
                    raise
                time.sleep(refusal.retry_after)

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

    def approve(self, file: dict[str, Any], terms: list[dict[str, str]] | None = None) -> dict[str, Any]:
        """Approves, with conditions if there are any: each by its code or in both languages."""
        decision = "approved_with_conditions" if terms else "approved"
        return self.step(file, "decision", decision=decision, terms=terms or [])
