"""Forms: shown, sent, shown again with what is wrong, in either language, and never carried out twice."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.context import Context
from gateway.http.body_bounds import Bounds
from gateway.http.cookies import SAFE
from gateway.http.errors import MalformedBody, UnsupportedMediaType
from gateway.http.problems import fault
from gateway.http.request_body import content_type, parse_form, read_all
from gateway.http.responses import Response
from gateway.portal.kit import languages
from gateway.portal.kit.texts import _, say
from services.common.kernel.errors import Invalid, ServiceError, Unavailable
from services.common.kernel.text import LANGUAGES, unbroken
from services.common.kernel.validation import words

URLENCODED = "application/x-www-form-urlencoded"
SHOW_IN = "show-in"  # the button that shows the form in the other language
DATE_PARTS = ("year", "month", "day")
ONCE = "once"  # the hidden field that makes a form one of a kind
LARGEST_FORM = Bounds(300_000, 500, 0)  # some pages have several long texts
_LONGEST_ONCE = 100


@dataclass
class Form:
    """What a form holds: its fields' labels, in the page's order, what was typed, and what is wrong."""

    labels: Mapping[str, str]
    given: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def once(self) -> str:
        """What makes this form one of a kind; the same when it is shown again."""
        if not self.value(ONCE):
            self.given[ONCE] = [secrets.token_urlsafe(16)]
        return self.value(ONCE)[:_LONGEST_ONCE]

    def value(self, name: str) -> str:
        """Gives what was typed, or nothing; of several the first. A date typed in three parts is given as one: `2026-11-23`, `23 nov 2026`."""
        if f"{name}-year" in self.given:
            year, month, day = (self.value(f"{name}-{part}").strip() for part in DATE_PARTS)
            in_digits = all(part.isdecimal() for part in (year, month, day))
            return f"{year}-{month:0>2}-{day:0>2}" if in_digits else " ".join(part for part in (day, month, year) if part)
        return (self.given.get(name) or [""])[0]

    def values(self, name: str) -> list[str]:
        """Gives all that was chosen, as of several boxes."""
        return self.given.get(name, [])

    def id(self, name: str) -> str:
        """Gives the id of a field's input; a fault in a part of a field belongs to the field."""
        return name.replace(".", "-")

    def fault(self, name: str) -> str | None:
        """Says what is wrong with a field, or nothing."""
        return self.faults.get(name)

    @property
    def summary(self) -> list[tuple[str, str, str]]:
        """Gives the faults in the page's order: field, label, words. One that belongs to no field comes last, without a label."""
        known = [(name, label, self.faults[name]) for name, label in self.labels.items() if name in self.faults]
        return known + [("", "", said) for name, said in self.faults.items() if name not in self.labels]

    def gathered(self, *names: str, untouched: tuple[str, ...] = ()) -> dict[str, Any]:
        """Gives the contract's request of these fields: what is empty is left out, spaces around it too, but not of `untouched`.

        `stated.phone` is the field `phone` of the part `stated`.
        """
        request: dict[str, Any] = {}
        for name in names:
            part, _, last = name.rpartition(".")
            text = self.value(name) if name in untouched else self.value(name).strip().replace("\r\n", "\n")
            if text:
                (request.setdefault(part, {}) if part else request)[last] = text
        return request

    def key(self, values: Mapping[str, Any]) -> str:
        """Gives the idempotency key: the same for the same values of the same form, so that what is sent twice is done once."""
        content = orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(self.once.encode() + content).hexdigest()

    def blame(self, error: Invalid, language: str) -> None:
        """Takes over what a contract found wrong: for each field the first of its faults."""
        for item in error.params.get("errors", ()):
            said = fault(self._by_label(item, language), language)
            name = self._named(said["field"])
            if said["code"] == "required" or (said["code"] == "too_short" and not self.value(name)):
                self.faults.setdefault(name, self._asked_for(name, language))
            else:
                self.faults.setdefault(name, unbroken(said["message"]))

    def _by_label(self, item: dict[str, Any], language: str) -> dict[str, Any]:
        """A fault that names another field of the form, by what the person reads there."""
        code, _space, other = str(item.get("code", "")).partition(" ")
        if code == "earlier_than" and other in self.labels:
            return {**item, "code": f"{code} {say(language, self.labels[other])}"}
        return item

    def _asked_for(self, name: str, language: str) -> str:
        """What to do about a field that was left empty, in its own words: they may be a question, a sentence to agree with, or a name."""
        if name not in self.labels:
            return unbroken(words("required", language))
        label = say(language, self.labels[name])
        how = {"?": _("Please answer: %(label)s"), ".": _("Please confirm: %(label)s")}.get(
            label[-1:], _("Please fill in: %(label)s.")
        )
        return say(language, how, label=label)

    def _named(self, path: str) -> str:
        # `stated.phone` or `name` as the page knows it; a fault in `addresses.0` belongs to `addresses`.
        return path if path in self.labels else next((name for name in self.labels if path.startswith(f"{name}.")), path)


class LanguageChanged(Exception):
    """The person asked for the form in the other language: the page is made anew, as all that it has said so far was in the old one."""


Show = Callable[[Form], Response]


def handle(
    context: Context,
    labels: Mapping[str, str],
    show: Show,
    send: Show,
    given: Mapping[str, list[str]] | None = None,
    refusals: Mapping[type[ServiceError], str | Callable[[Form], str]] | None = None,
    bounds: Bounds = LARGEST_FORM,
) -> Response:
    """Answers a page with a form: `show` on GET (holding what is `given`), `send` on POST.

    What `send` raises as Invalid, or as one of `refusals` (which name the field where each is told), is shown at the fields with the
    error's status. The button of the other language shows the form as it was typed (LanguageChanged).
    `bounds` says how large a form this is at most.
    """
    if context.request.method in SAFE:
        return show(Form(labels, dict(given or {})))
    form = read(context, labels, bounds)
    if (language := form.value(SHOW_IN)) in LANGUAGES:
        if language != context.language:
            languages.choose(context, language)
            raise LanguageChanged()
        return show(form)
    refusals = refusals or {}
    try:
        return send(form)
    except Invalid as error:
        form.blame(error, context.language)
        status = error.status
    except Unavailable as error:  # nothing is lost: the form can be sent again
        form.faults[""] = unbroken(f"{error.title.in_(context.language)} {error.say(context.language)}")
        status = error.status
    except tuple(refusals) as error:
        place = next(where for kind, where in refusals.items() if isinstance(error, kind))
        form.faults[place if isinstance(place, str) else place(form)] = unbroken(error.say(context.language))
        status = error.status
    response = show(form)
    response.status = status
    return response


def version_of(form: Form) -> int:
    """The version that the form was filled in on; one that is none fits no version."""
    text = form.value("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read(context: Context, labels: Mapping[str, str] | None = None, bounds: Bounds = LARGEST_FORM) -> Form:
    """Reads a posted form. Raises UnsupportedMediaType, BodyTooLarge, TooManyValues, BodyTooSlow, MalformedBody."""
    if context.request.posted is not None:
        return Form(labels or {}, context.request.posted)
    if content_type(context.request)[0] != URLENCODED:
        raise UnsupportedMediaType(expected=URLENCODED)
    body = read_all(context.request, bounds.bytes, context.settings.slowest_json_s).decode("utf-8", "replace")
    given: dict[str, list[str]] = {}
    for name, text in parse_form(body, bounds.values):
        if "\0" in name + text:  # no database text holds it
            raise MalformedBody()
        given.setdefault(name, []).append(text)
    context.request.posted = given
    return Form(labels or {}, given)
