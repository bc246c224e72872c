"""People whose pages are looked at, signed in: somebody at each point of the main job, and the staff."""

import datetime as dt
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

import requests

from deploy.demo.journey.api import Api
from deploy.demo.journey.applicant import ACTIVATION_SUBJECT, Applicant
from deploy.demo.journey.mailbox import Mailbox
from gateway.http.cookies import name_of
from services.common.kernel import clock
from services.contracts.college import load_college
from tests.support.addresses import own_address
from tests.support.waiting import PATIENCE_S

STAFF = ("registration_officer", "registrar", "billing_officer")
_TOKEN_LASTS_S = 400.0


class Places(dict[str, str]):
    """What is known of places, and what is made anew each time that it is asked for, as it can be used once."""

    def __init__(self, known: dict[str, str], **made: Callable[[], str]) -> None:
        super().__init__(known)
        self._made = made

    def __missing__(self, name: str) -> str:
        return self._made[name]()


class People:
    """A registrant; a `draft`, a `filled` form and a `payer`, who are applicants; a `helper`, the delegate of the first; and staff."""

    def __init__(self, college: Any, registrant: Any) -> None:
        self.registrant, self._college = registrant, college
        self._tokens: dict[str, tuple[float, str]] = {}

    def cookie(self, who: str) -> dict[str, str]:
        """Gives the cookie of somebody's session, without what would renew it, so that several pages can be looked at side by side."""
        until, token = self._tokens.get(who, (0.0, ""))
        if until < time.monotonic() or not self._is_good(token):
            token = self._signed_in(who).access_token
            self._tokens[who] = (time.monotonic() + _TOKEN_LASTS_S, token)
        return {"name": name_of("college-access", self._college.url), "value": token, "url": self._college.url}

    def _is_good(self, token: str) -> bool:
        """Whether it still works: the token of staff is shared, and may have been old when it came here."""
        asked = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{self._college.url}/api/v1/me", headers=asked, timeout=PATIENCE_S).ok

    @cached_property
    def places(self) -> "Places":
        """What addresses of the gallery are filled in with."""
        file, (_payer, invoice) = self._in_review[1], self._paying
        known = {
            "number": self.registrant.number,
            "code": self.registrant.code,
            "file": file["id"],
            "document": file["documents"][0]["id"],
            "own_document": self._filled.api.get("/application/documents")["documents"][0]["id"],
            "invoice": invoice["number"],
            "paid": self.registrant.invoice,
            "notice": self._notice,
            **self._ended,
            "message": self._filled.api.get("/messages")["messages"][0]["id"],
            **self._mailing,
        }
        return Places(known, activation=self._activation, invitation=lambda: self._invitation)

    @cached_property
    def _notice(self) -> str:
        """Has the payer's payment page disputed; gives the notice."""
        payer, invoice = self._paying
        self._college.provider_tells(payer.open_payment_page(invoice["number"]), "dispute.created", reason="fraudulent")
        found = self._college.staff("billing_officer").api.get("/staff/payment-notices", unresolved="true")
        return str(next(one["id"] for one in found["notices"] if one["invoice_number"] == invoice["number"]))

    @cached_property
    def _ended(self) -> dict[str, str]:
        """Has the registration of somebody end; gives the number, and a fact that can be taken back."""
        person, invoice = self._college.approved("en", first_name="Éva", last_name="Marchand")
        person.pay(person.open_payment_page(invoice["number"]))
        number, registrar = person.registration()["registration_number"], self._college.staff("registrar").api
        reason = {"reason_en": "By order of the Discipline Committee.", "reason_fr": "Par ordonnance du comité de discipline."}
        today = dt.datetime.now(load_college(self._college.places.profile).time_zone).date()
        change = {"status": "revoked", "effective_from": str(today), **reason}
        file = registrar.post(f"/staff/registrants/{number}/status", change)
        mistake = next(fact["id"] for fact in file["facts"] if fact["may_be_taken_back"])
        return {"ended": number, "mistake": mistake}

    @cached_property
    def _mailing(self) -> dict[str, str]:
        """Sends a mailing to one reader; gives it, and the token of the link with which the reader leaves the list."""
        mailbox, wording = (
            Mailbox(self._college.places.mail_url, "reader@people.example.org"),
            load_college(self._college.places.profile).at(clock.now()).mailing_list.wording,
        )
        api, registrar = Api(self._college.url), self._college.staff("registrar").api
        own_address(api.session)
        asked = {"email": mailbox.address, "language": "en", "consent": True, "wording": wording}
        api.post("/mailing-list/requests", asked)
        token = mailbox.link(mailbox.wait("/mailing-list/confirm"), "token=").partition("=")[2]
        api.post("/mailing-list/confirmations", {"token": token})
        texts = {"subject_en": "Consultation", "subject_fr": "Une consultation"}
        mailing = registrar.post("/staff/mailings", texts | {"body_en": "Tell us.", "body_fr": "Dites-le-nous."})
        leave = mailbox.link(mailbox.wait("/mailing-list/unsubscribe"), "token=").partition("=")[2]
        return {"mailing": mailing["id"], "leave": leave}

    def person(self, who: str) -> Any:
        """Gives somebody who is no member of the staff, with address and password."""
        known = {
            "registrant": lambda: self.registrant,
            "draft": lambda: self._draft,
            "filled": lambda: self._filled,
            "helper": lambda: self._helper,
        }
        return known[who]() if who in known else self._paying[0]

    def _activation(self) -> str:
        """Opens an account; gives the token of the link that activates it."""
        applicant = self._college.applicant("en")
        applicant.open_account()
        mail = applicant.mailbox.wait(ACTIVATION_SUBJECT)
        return applicant.mailbox.link(mail, "/activate").partition("token=")[2]

    def _signed_in(self, who: str) -> Api:
        if who in STAFF:
            return self._college.staff(who).api
        person, api = self.person(who), Api(self._college.url)
        api.sign_in(person.email, person.password)
        return api

    @cached_property
    def _draft(self) -> Applicant:
        return self._college.signed_in("en", first_name="Aya", last_name="Roy")

    @cached_property
    def _filled(self) -> Applicant:
        one = self._college.signed_in("en", first_name="Léa", last_name="Roy")
        one.fill_form()
        return one

    @cached_property
    def _invitation(self) -> str:
        """The secret of an invitation by the one with the draft, which nobody accepts."""
        return self._invited("friend@people.example.org")

    @cached_property
    def _helper(self) -> Applicant:
        """The delegate of the one with the draft, who opened their account for that and has no application."""
        one = self._college.applicant("en", first_name="Sam", last_name="Okoye")
        one.api.post("/applications/start", {"email": one.email, "password": one.password, "applying": False})
        one.activate()
        one.sign_in()
        one.api.post("/delegations/accept", {"token": self._invited(one.email)})
        return one

    def _invited(self, email: str) -> str:
        pages = ["application_form", "documents", "messages"]
        self._draft.api.sign_in(self._draft.email, self._draft.password)  # who one is must have been shown lately
        self._draft.api.post("/delegations", {"email": email, "name": "Sam", "pages": pages})
        mailbox = Mailbox(self._college.places.mail_url, email)
        return mailbox.link(mailbox.wait("/delegation"), "token=").partition("token=")[2]

    @cached_property
    def _in_review(self) -> tuple[Applicant, dict[str, Any]]:
        return self._college.ready_to_decide("en", first_name="Noor", last_name="Haddad")

    @cached_property
    def _paying(self) -> tuple[Applicant, dict[str, Any]]:
        return self._college.approved("en", first_name="Ana", last_name="Lindqvist")
