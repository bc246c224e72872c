"""What people call the records and persons of the audit trail, beside the ids that it keeps."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from gateway.edge import Edge
from gateway.portal.ask import ask
from gateway.portal.staff import colleagues
from gateway.portal.texts import _, say
from gateway.requests import Request
from services.common.errors import ServiceError
from services.contracts.applications.review import ListApplications

_ACCOUNT = re.compile(r"account/([0-9a-f-]{36})")
_REFERENCE = re.compile(r"(?:[A-Za-z]+-?)?\d+(?:-?\w)?")
_PAGES = {"application": "/staff/applications/", "invoice": "/staff/invoices/"}


def record_of(edge: Edge, request: Request, typed: str) -> str:
    """The record that somebody means who types the reference of an application, or the name of the only applicant of that name.

    Anything else stays as it was typed, also what whoever asks may not look for.
    """
    if not typed or "/" in typed:
        return typed
    by = {"reference": typed[:30]} if _REFERENCE.fullmatch(typed) else {"name": typed[:100]}
    with suppress(ServiceError):
        found = ask(edge, request, ListApplications, **by, limit=2)["applications"]
        if len(found) == 1:
            return f"application/{found[0]['id']}"
    return typed


def persons(edge: Edge, request: Request, entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the members of staff among those who acted, by what the trail calls them (`account/…`)."""
    ids = {found for one in entries for found in _ACCOUNT.findall(one["actor"])}
    unknown = say(request.language, _("A colleague"))
    return {f"account/{one}": name for one, name in colleagues.named(edge, request, ids).items() if name != unknown}


def page_of(subject: str) -> str | None:
    """The page of a record, where staff have one."""
    kind, _slash, which = subject.partition("/")
    return f"{_PAGES[kind]}{which}" if kind in _PAGES and which else None
