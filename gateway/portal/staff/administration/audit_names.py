"""What people call the records and persons of the audit trail, in place of the ids that it keeps; asked for all at once."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import eventlet

from gateway.context import Context
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.administration.audit_fields import ANSWERS
from gateway.portal.staff.applications import files
from gateway.portal.staff.kit import addresses, colleagues
from services.common.duties.audit_calls import AuditEntry
from services.common.kernel.errors import ServiceError
from services.common.kernel.references import InvalidReference
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.review import ListApplications
from services.contracts.roles import REVIEWERS

Names = dict[str, str]
Ids = Mapping[str, set[str]]  # of accounts and of applications
Fields = dict[str, dict[str, Any]]
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMED = re.compile(rf"(account|application)/({_ID.pattern})")
# Under which keys of before and after an id is that of an account, or of an application.
_KINDS = dict.fromkeys(("account_id", "assigned_to", "delegate_id", "found"), "account")
_KINDS |= dict.fromkeys(("application", "application_id"), "application")
_PAGES = {"application": "/staff/applications/", "invoice": "/staff/invoices/", "message": "/staff/messages/"}


@dataclass(frozen=True)
class Meant:
    """A person whom somebody looks for, with what is known of their application."""

    account_id: UUID
    application_id: UUID | None = None
    invoice_number: str | None = None


def told(context: Context, entries: list[AuditEntry]) -> tuple[Names, Fields]:
    """Gives what the persons and applications of these entries are called, by their ids, and the fields of the form if any is named.

    A call for each kind and hundred of ids. Whatever keeps a service from telling, the trail is shown with ids and codes.
    """
    ids: dict[str, set[str]] = {"account": set(), "application": set()}
    for kind, record_id in _ids(entries):
        ids[kind].add(record_id)
    looks: tuple[Callable[..., Any], ...] = (_colleagues, _applications, _form)
    asked = [eventlet.spawn(copy_context().run, look, context, entries, ids) for look in looks]
    staff, applications, fields = (look.wait() for look in asked)
    return applications | staff, fields


def called(text: str, names: Mapping[str, str]) -> str:
    """Gives an actor or a subject of the trail with what it names as people call it, as far as that is known."""
    return _NAMED.sub(lambda found: names.get(found[2], found[0]), text)


def acted(language: str, actor: str, names: Mapping[str, str]) -> str:
    """Gives who acted as people call them; of a delegate also for whom."""
    delegate, acting_for, person = actor.partition(" for ")
    if not acting_for:
        return called(actor, names)
    return say(language, _("%(delegate)s for %(person)s"), delegate=called(delegate, names), person=called(person, names))


def page_of(subject: str) -> str | None:
    """The page of a record, where staff have one."""
    kind, _slash, which = subject.partition("/")
    return f"{_PAGES[kind]}{which}" if kind in _PAGES and which else None


def record_of(context: Context, service: str, typed: str) -> str:
    """The record that somebody means in a part of the trail who types a reference, a name, a number, or an address.

    Anything else stays as it was typed, also what whoever asks may not look for, and what may mean several.
    """
    if not typed or "/" in typed:
        return typed
    series = context.college.numbering
    for kind, written in (("invoice", series.invoice), ("certificate", series.certificate)):
        with suppress(InvalidReference):
            return f"{kind}/{written.numbering.read(typed)}"
    meant = _meant(context, typed)
    if meant is None:
        return typed
    if service == "billing" and meant.invoice_number:
        return f"invoice/{meant.invoice_number}"
    if service in ("identity", "correspondence"):
        return f"account/{meant.account_id}"
    return f"application/{meant.application_id}" if meant.application_id else typed


def person_of(context: Context, typed: str) -> str:
    """The person whom somebody means who types a reference, a name or an address; anything else stays as it was typed."""
    meant = None if not typed or "/" in typed else _meant(context, typed)
    return f"account/{meant.account_id}" if meant else typed


def _meant(context: Context, typed: str) -> Meant | None:
    if "@" not in typed and REVIEWERS.admits(context.caller):  # a call that is refused is itself written down
        with suppress(ServiceError):
            found = context.ask(ListApplications, text=typed[:100], limit=2)
            if len(found.applications) == 1 and not found.nearly:
                application = found.applications[0]
                return Meant(application.account_id, application.id, application.invoice_number)
    if "@" in typed or any(sign.isdigit() for sign in typed):  # who reviews no applications finds by what is an account's
        with suppress(ServiceError):
            if account_id := addresses.account_of(context, typed):
                file = files.of_accounts(context, [account_id]).get(str(account_id))
                return Meant(account_id, file.id if file else None)
    return None


def _ids(entries: Iterable[AuditEntry]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        for text in (entry.actor, entry.subject):
            yield from _NAMED.findall(text)
        for content in (entry.before, entry.after):
            yield from _within("", content)


def _within(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _within(name, part)
    elif isinstance(value, list):
        for part in value:
            yield from _within(key, part)
    elif isinstance(value, str):
        if key in _KINDS and _ID.fullmatch(value):
            yield _KINDS[key], value
        yield from _NAMED.findall(value)


def _colleagues(context: Context, _entries: Iterable[AuditEntry], ids: Ids) -> Names:
    unknown = say(context.language, _("A colleague"))
    return {account_id: name for account_id, name in colleagues.named(context, ids["account"]).items() if name != unknown}


def _applications(context: Context, _entries: Iterable[AuditEntry], ids: Ids) -> Names:
    found = files.found(context, application_ids=ids["application"], account_ids=ids["account"])
    return {str(known_by): files.called(file) for file in found for known_by in (file.id, file.account_id)}


def _form(context: Context, entries: Iterable[AuditEntry], _ids: Ids) -> Fields:
    with suppress(ServiceError):
        if any(entry.action in ANSWERS for entry in entries):
            pages = context.ask(GetForm).pages
            return {field["code"]: field for page in pages for field in page["fields"]}
    return {}
