"""A page with one form, as data: shown, sent, corrected where something is wrong, and done. Some are where mailed links lead (F18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.context import Context
from gateway.http.body_bounds import bounds_of
from gateway.http.responses import Response
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.kit.texts import _
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError
from services.common.kernel.records import Record
from services.common.kernel.text import Text
from services.contracts.identity.errors import LinkNotValid

_LONGEST_TOKEN = 200
# The pages that forms lead to, as they are called there.
LINKS = {
    "/portal": _("Sign in"),
    "/sign-in-help": _("Help with signing in"),
    "/forgotten-password": _("I have forgotten my password"),
    "/forgotten-id": _("I have forgotten my application ID"),
    "/activation-mail": _("I need a new activation link"),
    "/unlock-help": _("I have to wait between tries to sign in"),
    "/lost-access": _("I have lost access to my email address or my second step"),
    "/mailing-list": _("Mailing list"),
}


@dataclass(frozen=True)
class Words:
    """What a page says: its title, what comes before the form, the form's button, and the same of what is done."""

    title: str
    intro: str
    button: str
    done_title: str
    done: str


@dataclass(frozen=True)
class Field:
    """One labelled input. Its name is the contract's field; `stated.phone` is the field `phone` of the part `stated`.

    `kind` is the input's type, or `area`, `date` or `choice` (of `choices`: value and text); `hint_values` fills the hint.
    """

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    hint: str = ""
    hint_values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, str | Text], ...] = ()


@dataclass(frozen=True)
class FormPage:
    """A page at `path` whose form asks `contract`, under the rate limit `rate`.

    With `linked` it is where a mailed link leads: looking at it uses nothing up, so that no mail scanner does; only the form's
    button does. `renewal` is the page where another such link is asked for. `see` lists pages that help, `next` those to go on to,
    `refusals` says at which field a refusal stands. What is done is shown at an address of its own, so that a page loaded again
    sends nothing again, unless the answer has something to tell (`tells`: its fields with their labels), which no address may hold.
    """

    path: str
    contract: type[Call]
    rate: str
    words: Words
    fields: tuple[Field, ...] = ()
    linked: bool = False
    renewal: str = ""
    see: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    refusals: Mapping[type[ServiceError], str] = field(default_factory=dict)
    tells: Mapping[str, str] = field(default_factory=dict)

    def pages(self) -> tuple[PortalPage, ...]:
        """Gives its addresses."""
        page = PortalPage(self.path, self.answer, (self.contract,), form=True, rate=self.rate)
        return (page,) if self.tells else (page, PortalPage(f"{self.path}/done", self.done))

    def answer(self, context: Context) -> Response:
        """Shows the form, and asks the call when it is sent; a link that is over leads to where another is asked for (410)."""

        def show(form: Form) -> Response:
            if self.linked and not complete(form.value("token")):
                return incomplete(context)
            return render(context, "form_page/form.html", form=form, page=self, names=LINKS)

        def send(form: Form) -> Response:
            if self.linked and not complete(form.value("token")):
                return incomplete(context)
            values = self._values(form, context.language)
            try:
                reply = context.ask(self.contract, key=form.key(values) if self.contract.idempotent else None, **values)
            except LinkNotValid as error:
                return self._over(context, form, error)
            return self._told(context, reply) if self.tells else redirect(f"{self.path}/done")

        labels = {entry.name: entry.label for entry in self.fields}
        given = {"token": [context.request.query.get("token", "")]} if self.linked else {}
        return handle(context, labels, show, send, given, self.refusals, bounds_of(self.contract))

    def done(self, context: Context) -> Response:
        """Says that it is done, and what comes next."""
        return render(context, "form_page/done.html", page=self, told={}, names=LINKS)

    def _values(self, form: Form, language: str) -> dict[str, Any]:
        passwords = tuple(entry.name for entry in self.fields if entry.kind == "password")
        values = form.gathered(*(entry.name for entry in self.fields), untouched=passwords)
        for part, _dot, _last in (entry.name.rpartition(".") for entry in self.fields):
            if part:  # there even if nothing of it was filled in, so that what is missing is told at its fields
                values.setdefault(part, {})
        if self.linked:
            values["token"] = form.value("token")
        if "language" in self.contract.Request.schema().fields:
            values["language"] = language
        return values

    def _told(self, context: Context, reply: Record) -> Response:
        told = {label: value for name, label in self.tells.items() if (value := getattr(reply, name))}
        # In this language only: the answer is not to be had again for the other one.
        return render(context, "form_page/done.html", page=self, told=told, names=LINKS, other_address=None)

    def _over(self, context: Context, form: Form, error: LinkNotValid) -> Response:
        # The form in the other language says the same when it is sent.
        values: dict[str, Any] = {"page": self, "error": error, "names": LINKS, "token": form.value("token")}
        return render(context, "form_page/link_over.html", error.status, **values)


def complete(token: str) -> bool:
    """Whether a link's token came whole, as far as one can see."""
    return 0 < len(token) <= _LONGEST_TOKEN


def incomplete(context: Context) -> Response:
    """Says that a link did not come whole."""
    return render(context, "form_page/incomplete.html", 400)
