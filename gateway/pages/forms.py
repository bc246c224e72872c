"""Forms that a browser sends: read whole and only from our own pages, and turned into the request of a contract."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from gateway.bodies import content_type, read_all
from gateway.cookies import must_be_ours
from gateway.edge import Edge
from gateway.errors import MalformedBody, UnsupportedMediaType
from gateway.problems import fault
from gateway.requests import Request
from services.common.errors import Invalid

_FORM = "application/x-www-form-urlencoded"
_LARGEST_FORM = 150_000  # ten thousand characters of the widest kind, percent-encoded
_MOST_FIELDS = 40


@dataclass(frozen=True)
class Field:
    """One labelled input. Its name is the contract's field; `stated.phone` is the field `phone` of the part `stated`.

    `label` and `hint` are keys of the texts, and `hint_values` fills the hint; a choice's label has the key `choice_…`. `kind` is
    the input's type, or `text_area` or `choice`.
    """

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    required: bool = True
    hint: str | None = None
    hint_values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The input's id on the page."""
        return self.name.replace(".", "-")


def read_form(edge: Edge, request: Request) -> dict[str, str]:
    """Gives what a form's fields hold; of two with one name, the first.

    Raises CrossSiteRequest, UnsupportedMediaType, BodyTooLarge, BodyTooSlow, MalformedBody.
    """
    # A browser always says where a form comes from. What says nothing is a program, which another site cannot make send anything.
    if request.header("Sec-Fetch-Site") or request.header("Origin"):
        must_be_ours(edge.settings, request)
    if content_type(request)[0] != _FORM:
        raise UnsupportedMediaType(expected=_FORM)
    body = read_all(request, _LARGEST_FORM, edge.settings.slowest_json_s).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise MalformedBody() from error
    if "\0" in "".join(text for pair in pairs for text in pair):  # no database text holds it
        raise MalformedBody()
    return dict(reversed(pairs))


def gathered(fields: Iterable[Field], form: Mapping[str, str]) -> dict[str, Any]:
    """Gives a contract's request from a form: what is empty is left out, and spaces around it too, but not around a password."""
    request: dict[str, Any] = {}
    for one in fields:
        part, _, name = one.name.rpartition(".")
        target = request.setdefault(part, {}) if part else request
        text = form.get(one.name, "")
        text = text if one.kind == "password" else text.strip().replace("\r\n", "\n")
        if text:
            target[name] = text
    return request


def faults_of(error: Invalid, language: str) -> dict[str, str]:
    """Says what is wrong with each field, the first of several faults."""
    faults: dict[str, str] = {}
    for one in error.params.get("errors", ()):
        said = fault(one, language)
        faults.setdefault(said["field"], said["message"])
    return faults


def key_of(once: str, values: Mapping[str, Any]) -> str | None:
    """Gives the idempotency key of a form that was shown once: the same for the same values, so that pressed twice is asked once."""
    if not once:
        return None
    return hashlib.sha256(once.encode() + orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
