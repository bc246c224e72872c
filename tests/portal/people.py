"""People whose pages are looked at, signed in: somebody at each point of the main job, and the staff."""

import time
from functools import cached_property
from typing import Any

from deploy.local.walk.api import Api
from deploy.local.walk.applicant import Applicant
from gateway.cookies import name_of

STAFF = ("registration_officer", "registrar", "billing_officer")
_TOKEN_LASTS_S = 400.0


class People:
    """A registrant; a `draft`, a `filled` form and a `payer`, who are applicants; and staff by their roles."""

    def __init__(self, college: Any, registrant: Any) -> None:
        self.registrant, self._college = registrant, college
        self._tokens: dict[str, tuple[float, str]] = {}

    def cookie(self, who: str) -> dict[str, str]:
        """Gives the cookie of somebody's session, without what would renew it, so that several pages can be looked at side by side."""
        until, token = self._tokens.get(who, (0.0, ""))
        if until < time.monotonic():
            token = self._signed_in(who).access_token
            self._tokens[who] = (time.monotonic() + _TOKEN_LASTS_S, token)
        return {"name": name_of("college-access", self._college.url), "value": token, "url": self._college.url}

    @cached_property
    def places(self) -> dict[str, str]:
        """What addresses of the gallery are filled in with."""
        file, (_payer, invoice) = self._in_review[1], self._paying
        return {
            "number": self.registrant.number,
            "code": self.registrant.code,
            "file": file["id"],
            "document": file["documents"][0]["id"],
            "invoice": invoice["number"],
        }

    def _signed_in(self, who: str) -> Api:
        if who in STAFF:
            return self._college.staff(who).api
        known = {"registrant": lambda: self.registrant, "draft": lambda: self._draft, "filled": lambda: self._filled}
        person = known[who]() if who in known else self._paying[0]
        api = Api(self._college.url)
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
    def _in_review(self) -> tuple[Applicant, dict[str, Any]]:
        return self._college.ready_to_decide("en", first_name="Noor", last_name="Haddad")

    @cached_property
    def _paying(self) -> tuple[Applicant, dict[str, Any]]:
        return self._college.approved("en", first_name="Ana", last_name="Lindqvist")
