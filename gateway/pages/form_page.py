"""A page with one form: shown, sent, corrected where something is wrong, and done."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from gateway.edge import Edge
from gateway.pages.forms import Field, faults_of, gathered, key_of, read_form
from gateway.pages.page import Page, page
from gateway.requests import Request
from gateway.responses import Response
from services.common.contract import Call
from services.common.errors import Invalid, ServiceError
from services.contracts.identity import LinkNotValid

_LONGEST_TOKEN = 200
_LONGEST_ONCE = 100


@dataclass(frozen=True)
class FormPage:
    """A page at `path` whose form asks `contract`, under the rate limit `rate`. `words` begins the keys of its texts.

    With `linked` it is where a mailed link leads: looking at it uses nothing up, so that no mail scanner does; only the form's
    button does. `renewal` is the page where another such link is asked for. `see` lists pages that help, `refusals` says at which
    field a refusal stands. What is done is shown at an address of its own, so that a page loaded again sends nothing again, unless
    the answer has something to tell (`tells`), which no address may hold.
    """

    path: str
    contract: type[Call]
    rate: str
    words: str
    fields: tuple[Field, ...] = ()
    linked: bool = False
    renewal: str = ""
    see: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    refusals: Mapping[type[ServiceError], str] = field(default_factory=dict)
    tells: bool = False

    def pages(self) -> dict[tuple[str, str], Page]:
        """Gives its addresses."""
        found: dict[tuple[str, str], Page] = {("GET", self.path): self.show, ("POST", self.path): self.send}
        if not self.tells:
            found["GET", f"{self.path}/done"] = self.done
        return found

    def show(self, edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
        """Shows the empty form; a mailed link stays as it is."""
        token = request.query.get("token", "")
        if self.linked and not _complete(token):
            return self._incomplete(edge, request)
        return self._form(edge, request, token, secrets.token_urlsafe(16), 200, {}, {})

    def send(self, edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
        """Asks the call and shows what came of it: done, the form again with its faults (422), or that the link is over (410)."""
        edge.limits.take(self.rate, request.address)
        form = read_form(edge, request)
        token, once = form.get("token", ""), form.get("once", "")[:_LONGEST_ONCE]
        if self.linked and not _complete(token):
            return self._incomplete(edge, request)
        values = gathered(self.fields, form)
        if self.linked:
            values["token"] = token
        if "language" in self.contract.Request().fields:
            values["language"] = request.language
        try:
            key = key_of(once, values) if self.contract.keyed else None
            reply = edge.ask(self.contract, request, self.contract.check(values), key)
        except Invalid as error:
            faults = faults_of(error, request.language)
            if not faults.keys() <= {one.name for one in self.fields}:
                raise
            return self._form(edge, request, token, once, error.status, form, faults)
        except LinkNotValid as error:
            return page(edge, request, "link_over.html", error.status, {"token": token}, error=error, renewal=self.renewal)
        except tuple(self.refusals) as error:
            place = next(where for kind, where in self.refusals.items() if isinstance(error, kind))
            faults = {place: error.say(request.language)}
            return self._form(edge, request, token, once, error.status, form, faults)
        return self._told(edge, request, reply) if self.tells else self._redirect(request)

    def done(self, edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
        """Says that it is done, and what comes next."""
        return page(edge, request, "done.html", form=self, params={})

    def _form(
        self,
        edge: Edge,
        request: Request,
        token: str,
        once: str,
        status: int,
        given: Mapping[str, str],
        faults: Mapping[str, str],
    ) -> Response:
        kept = {"token": token} if self.linked else {}
        values: dict[str, Any] = {"given": given, "faults": faults, "token": token, "once": once}
        return page(edge, request, "form.html", status, kept, form=self, **values)

    def _told(self, edge: Edge, request: Request, reply: Mapping[str, Any]) -> Response:
        # In this language only: the answer is not to be had again for the other one.
        return page(edge, request, "done.html", 200, None, form=self, params=reply)

    def _incomplete(self, edge: Edge, request: Request) -> Response:
        return page(edge, request, "notice.html", 400, title="link_incomplete_title", text="link_incomplete", params={})

    def _redirect(self, request: Request) -> Response:
        address = f"{self.path}/done?{urlencode({'language': request.language})}"
        return Response(303, [], [("Location", address), ("Content-Length", "0"), ("Cache-Control", "no-store")])


def _complete(token: str) -> bool:
    return 0 < len(token) <= _LONGEST_TOKEN
