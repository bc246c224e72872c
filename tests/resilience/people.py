"""People who persist: an answer that says «later», or none, is asked for again with the same key; a step that was taken is not taken twice."""

import time
from collections.abc import Callable
from typing import Any

import requests

from deploy.demo.journey import api
from deploy.demo.journey.api import Api, NeverHappened, Refused, wait_for
from deploy.demo.journey.applicant import ACTIVATION_SUBJECT, Applicant
from deploy.demo.journey.reviewer import Reviewer
from deploy.local.college.sample_staff import SignIn
from tests.resilience.answers import Answers

PATIENCE_S = 2 * api.PATIENCE_S  # through an outage, and what comes after it
AGAIN_S = 0.5
LATER = {429, 503}
TAKEN_ALREADY = {409, 410, 412}


class SteadfastApi(Api):
    """Repeats a request that was answered with «later» (429, 503) or not at all, for two minutes."""

    def __init__(self, base_url: str, language: str, answers: Answers) -> None:
        super().__init__(base_url, language)
        self.answers = answers
        self.again: Callable[[], Any] | None = None  # how to sign in anew when the session has ended

    def call(self, method: str, path: str, *, raises: bool = True, **kwargs: Any) -> Any:
        """Gives the answer as `Api.call` does; an empty one when it was lost and the step turns out to be taken already."""
        until, lost = time.monotonic() + PATIENCE_S, False
        while True:
            _rewind(kwargs.get("files"))
            try:
                with self.answers.timed(f"{method} {path}"):
                    return super().call(method, path, raises=raises, **kwargs)
            except Refused as refusal:
                if refusal.status == 401 and self.again and not path.startswith("/sessions"):
                    self.again()
                elif lost and refusal.status in TAKEN_ALREADY:
                    return {}
                elif refusal.status not in LATER or time.monotonic() > until:
                    raise
                if refusal.status == 429:
                    time.sleep(refusal.retry_after)  # nothing was done: one officer files what came by post for all of them
                    continue
            except requests.RequestException:
                if time.monotonic() > until:
                    raise
            lost = True
            time.sleep(AGAIN_S)


class SteadfastApplicant(Applicant):
    """An applicant who goes on after any outage."""

    def __init__(self, places: Any, answers: Answers, **details: str) -> None:
        super().__init__(places, language="en", **details)
        self.api = SteadfastApi(places.public_url, "en", answers)
        self.api.again = lambda: self.sign_in("email")

    def get_in(self) -> None:
        """Opens the account, activates it and signs in; the application is there then."""
        self.open_account()
        mail = self.mailbox.wait(ACTIVATION_SUBJECT, PATIENCE_S)
        token = self.mailbox.link(mail, "/activate").split("token=")[1]
        self.api.post("/accounts/activate", {"token": token})
        self.sign_in("email")
        wait_for("the application", lambda: self.api.get("/application"), PATIENCE_S, 0.1)
        self.application_id = self.api.get("/me")["application_id"]

    def settle(self, number: str) -> None:
        """Pays the invoice on the provider's page."""
        checkout = self.api.post(f"/invoices/{number}/checkout")
        if checkout:
            _persist(lambda: self.pay(checkout["pay_url"]).raise_for_status())

    def registered(self) -> dict[str, Any]:
        """Waits until the person is registered, shown on the register and has a certificate; gives the registration."""

        def look() -> dict[str, Any] | None:
            try:
                roles = self.api.refresh()["roles"]
            except Refused as refusal:  # a refresh whose answer was lost has spent its token
                if refusal.status != 401:
                    raise
                roles = self.sign_in("email")["roles"]
            return self.api.get("/registration") if "registrant" in roles else None

        registration = wait_for("the registration", look, PATIENCE_S, 0.3)
        if self.on_register(registration["registration_number"], PATIENCE_S)["name"] != self.name:
            raise AssertionError("the register shows another name")
        self.certificate("en", PATIENCE_S)
        return registration


class SteadfastReviewer(Reviewer):
    """A member of staff who looks where a file stands and takes the step that comes next."""

    def __init__(self, base_url: str, account: SignIn, answers: Answers) -> None:
        super().__init__(base_url, account)
        self.api = SteadfastApi(base_url, "en", answers)
        self.api.again = self.sign_in

    def bring_to_decision(self, application_id: str) -> dict[str, Any]:
        """Takes every step up to the decision; gives the file."""
        while True:
            file = self.file(application_id)
            undecided = [each for each in file["documents"] if each["state"] == "received"]
            if file["state"] == "in_review" and not undecided:
                return file
            if file["state"] == "in_review":
                for document in undecided:
                    self._take(
                        lambda document=document: self.api.post(f"/staff/documents/{document['id']}/decision", {"accepted": True})
                    )
            else:
                step = {"submitted": "complete", "complete": "begin-review"}[file["state"]]
                self._take(lambda file=file, step=step: self.step(file, step))

    @staticmethod
    def _take(step: Callable[[], Any]) -> None:
        try:
            step()
        except Refused as refusal:
            if refusal.status not in TAKEN_ALREADY:
                raise


def _persist(ask: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            ask()
            return
        except requests.RequestException as error:
            if time.monotonic() > until:
                raise NeverHappened("the payment provider's page did not come") from error
        time.sleep(AGAIN_S)


def _rewind(files: dict[str, Any] | None) -> None:
    for _, file in (files or {}).values():
        file.seek(0)
