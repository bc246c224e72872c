"""`make demo`: one person walks from opening an account to the public register, and each step shows what it proves."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Any, cast

import requests
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from deploy.demo.journey.api import Api, NeverHappened, Refused
from deploy.demo.journey.applicant import DECLINED_CARD, Applicant, Places
from deploy.demo.journey.reviewer import Reviewer
from deploy.demo.samples import sample_documents
from deploy.local import runs
from deploy.local.college.bring_up import bring_up
from deploy.local.college.sample_staff import SignIn, sample_staff
from deploy.local.college.site import MAIN, Site
from deploy.local.engines.engines import Engines
from deploy.local.errors import OperatorError
from deploy.local.leftovers import end_leftovers
from deploy.local.places import REPOSITORY, RUN
from deploy.local.tools.event_trail import trail

_READY_SECONDS = 90.0
_say = partial(print, flush=True)


def main() -> int:
    """Sets up what is missing, walks, says where to look; 0 when every step succeeded, 1 with the reason of the one that did not."""
    began = time.monotonic()
    end_leftovers(_say)
    engines = Engines(RUN, _say)
    site = Site(engines, MAIN)
    keep = os.environ.get("KEEP", "") not in {"", "0"} or site.is_up()
    if not keep:
        runs.begin(REPOSITORY)
    try:
        _say("Setting up: a private RabbitMQ and PostgreSQL, databases, and every service in its own process")
        bring_up(engines, site, _READY_SECONDS)
        staff = sample_staff(site)
        _say(f"ready after {time.monotonic() - began:.1f} s\n")
        Demonstration(site, staff).run()
        _tell_where(site, staff, keep)
        return 0
    except (OperatorError, Refused, NeverHappened, AssertionError, LookupError, requests.RequestException) as error:
        _say(f"\nThe demonstration ended at this step: {error}")
        _say(f"logs: {site.logs}")
        return 1
    except KeyboardInterrupt:
        _say("\ninterrupted")
        return 130
    finally:
        if not keep:
            _say("stopping what was started (KEEP=1 leaves it running) …")
            site.stop()
            engines.stop()


class Demonstration:
    """The walk, step by step."""

    def __init__(self, site: Site, staff: list[SignIn]) -> None:
        self._site = site
        profile = REPOSITORY / "deploy/colleges/crpo"
        places = Places(site.public_url, site.mail_inbox_url, profile, site.folder / "samples")
        self.applicant = Applicant(places)
        sign_ins = {role: account for account in staff for role in account.roles}
        self.officer, self.registrar = (
            Reviewer(site.public_url, sign_ins[role]) for role in ("registration_officer", "registrar")
        )
        self._number = 0
        self._began = time.time()

    def run(self) -> None:
        """Walks; any step that fails raises."""
        self._get_in()
        self._apply()
        file = self._review()
        invoice = self._approve(file)
        self._pay(invoice)
        self._registered()

    @contextmanager
    def _step(self, title: str) -> Iterator[list[str]]:
        self._number += 1
        _say(f"{self._number:>2}. {title}")
        proofs: list[str] = []
        began = time.monotonic()
        try:
            yield proofs
        finally:
            for proof in proofs:
                _say(f"      {proof}")
        _say(f"      [{(time.monotonic() - began) * 1000:.0f} ms]")

    def _answer(self, api: Api) -> str:
        last = api.last
        return f"HTTP {last.status_code} {last.request.method} {last.request.path_url.split('?')[0]}"

    # ---- the steps ---------------------------------------------------------------------------------------------------

    def _get_in(self) -> None:
        applicant = self.applicant
        with self._step("An applicant opens an account (F11)") as proofs:
            applicant.open_account()
            proofs.append(f"{self._answer(applicant.api)} for {applicant.email}")
            mail = applicant.mailbox.wait("Account Activation")
            proofs.append(f"mail arrived: “{mail['subject']}” (F12)")
        with self._step("The mailed link activates the account, once; pressed again it says the same (F18)") as proofs:
            applicant.activate()
            proofs.append(f"{self._answer(applicant.api)}; application ID {applicant.application_id}, as in the mail")
            applicant.activate()
            proofs.append(f"again: {self._answer(applicant.api)}, and nothing more is done")
        with self._step("Signing in by application ID and by e-mail (F4, F5)") as proofs:
            applicant.sign_in("email")
            account = applicant.sign_in("application_id")
            proofs.append(f"{self._answer(applicant.api)}; roles: {', '.join(account['roles'])}; language: {account['language']}")

    def _apply(self) -> None:
        applicant = self.applicant
        with self._step("The form: files uploaded once, pages saved and resumed (F26)") as proofs:
            proofs.append(
                f"the application is “{applicant.application()['state']}”; {len(applicant.blockers())} things block submission"
            )
            pages, documents = applicant.fill_form()
            proofs.append(f"{pages} pages saved, {documents} PDF documents uploaded")
        with self._step("What still blocks submission is the school's own document (B6, F27)") as proofs:
            proofs += [f"blocker: {blocker['label']['fr']} — {blocker['message']['fr']}" for blocker in applicant.blockers()]
            try:
                applicant.submit()
                raise AssertionError("an application with a blocker was submitted")
            except Refused as refusal:
                proofs.append(f"submitting now: HTTP {refusal.status} «{refusal.problem['detail']}»")
        with self._step("Staff upload the transcript that came by post; the applicant submits (F28)") as proofs:
            self.officer.sign_in()
            file = self.officer.find(applicant)
            transcript = sample_documents(applicant.places.documents, applicant.name)["transcript"]
            self.officer.upload(file["id"], "transcript", transcript)
            proofs.append(self._answer(self.officer.api))
            summary = applicant.submit()
            proofs.append(f"{self._answer(applicant.api)}; the application {summary['reference']} is “{summary['state']}”")
            mail = applicant.mailbox.wait_subject(summary["reference"])
            proofs.append(f"mail arrived: “{mail['subject']}”")

    def _review(self) -> dict[str, Any]:
        applicant = self.applicant
        with self._step("Staff review: complete, in review, documents accepted, a note (R13)") as proofs:
            file = self.officer.find(applicant)
            self.officer.api.post(
                f"/staff/applications/{file['id']}/notes", {"text": "Transcript agrees with the programme's list."}
            )
            file = self.officer.review(file["id"])
            proofs.append(
                f"the application is “{file['state']}”; possible now: {', '.join(file['possible_steps']) or 'nothing for this role'}"
            )
            try:
                self.officer.approve(file)
                raise AssertionError("an officer decided")
            except Refused as refusal:
                proofs.append(f"a decision by the wrong role: HTTP {refusal.status}")
        return file

    def _approve(self, file: dict[str, Any]) -> dict[str, Any]:
        applicant = self.applicant
        with self._step("The registrar approves: the invoice is there at once, not after a business day (F20)") as proofs:
            self.registrar.sign_in()
            file = self.registrar.file(file["id"])
            began = time.monotonic()
            self.registrar.approve(file)
            proofs.append(self._answer(self.registrar.api))
            invoice = applicant.invoice()
            proofs.append(
                f"invoice {invoice['number']} of {invoice['total']['amount']} {invoice['total']['currency']} "
                f"{(time.monotonic() - began) * 1000:.0f} ms after the decision was sent"
            )
            mail = applicant.mailbox.wait(invoice["number"])
            proofs.append(f"mail arrived: “{mail['subject']}” with {applicant.mailbox.link(mail, invoice['number'])} (F21)")
            proofs.extend(trail(self._site.logs, "ApplicationApproved", self._began))
        return invoice

    def _pay(self, invoice: dict[str, Any]) -> None:
        applicant = self.applicant
        with self._step("Paying on the provider's own page; a declined card changes nothing") as proofs:
            page = applicant.open_payment_page(invoice["number"])
            proofs.append(f"{self._answer(applicant.api)}; payment page {page}")
            declined = applicant.pay(page, DECLINED_CARD)
            state = applicant.api.get(f"/invoices/{invoice['number']}")["state"]
            proofs.append(f"declined card: HTTP {declined.status_code}; the invoice is “{state}”")
            applicant.pay(page)
            paid_at = time.monotonic()
            registration = applicant.registration()
            proofs.append(
                f"paid; registered as {registration['registration_number']} "
                f"{(time.monotonic() - paid_at) * 1000:.0f} ms after paying (F23)"
            )
            invoice = applicant.api.get(f"/invoices/{invoice['number']}")
            receipt = applicant.api.get(f"/receipts/{invoice['receipt_number']}/pdf")
            proofs.append(f"the invoice is “{invoice['state']}”; receipt {invoice['receipt_number']}: {_about(receipt)}")
            proofs.extend(trail(self._site.logs, "PaymentReceived", self._began))

    def _registered(self) -> None:
        applicant = self.applicant
        registration = applicant.api.get("/registration")
        number = registration["registration_number"]
        with self._step("The certificate, in both languages, verified by the code in its QR code (F24, B4)") as proofs:
            for language in ("en", "fr"):
                proofs.append(f"{language}: {_about(applicant.certificate(language))}")
            verified = Api(applicant.places.public_url).get(f"/certificates/{registration['verification_code']}")
            proofs.append(f"certificate {verified['certificate_number']} is genuine: {verified['registrant']['name']}")
        with self._step("On the public register, without signing in, by number and by name without accents (R11)") as proofs:
            entry = applicant.on_register(number)
            proofs.append(f"{number}: {entry['name']}, {entry['category_name']['fr']}, {entry['status_words']['fr']}")
            proofs.append(f"found by name: {', '.join(found['registration_number'] for found in applicant.found_by_name())}")
        with self._step("The registrant's portal: PD notices and every message kept (R9, F17)") as proofs:
            applicant.mailbox.wait(number)
            notices = applicant.api.get("/qa/dashboard")["notices"]
            proofs += [f"notice: {notice['words']['fr']}" for notice in notices]
            messages = applicant.api.get("/messages")["messages"]
            proofs += [f"message: {message['subject']}" for message in reversed(messages)]


def _about(pdf: bytes) -> str:
    reader = PdfReader(BytesIO(pdf))
    catalogue = cast(DictionaryObject, reader.trailer["/Root"])
    tagged = bool(catalogue.get("/MarkInfo", {}).get("/Marked"))
    return f"PDF of {len(pdf) // 1000} kB, {len(reader.pages)} page, language {catalogue.get('/Lang')}, tagged: {tagged}"


def _tell_where(site: Site, staff: list[SignIn], keep: bool) -> None:
    _say("\nEvery step succeeded. Where to look:" if keep else "\nEvery step succeeded. With KEEP=1 it stays up; then look here:")
    _say(f"  college      {site.public_url}        API pages {site.public_url}/api/v1/docs")
    _say(f"  mail inbox   {site.mail_inbox_url}")
    _say(f"  logs         {site.logs}   (make logs CORRELATION=id follows one request through every service)")
    for account in staff:
        _say(f"  sign-in      {account.login:<32} {account.password}   key {account.key}   {', '.join(account.roles)}")
    _say(
        '  staff tools  make staff ARGS="--help"      (make staff ARGS="sign-in officer@college.example.org", then ARGS="queue")'
    )


if __name__ == "__main__":
    sys.exit(main())
