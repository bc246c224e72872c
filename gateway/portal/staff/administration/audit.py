"""The audit trail (B8): who did what and when, in any service, looked for by record, person, act and day; looking leaves its own entry."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

import orjson

from gateway.context import Context
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _
from gateway.portal.staff.administration import audit_names
from gateway.portal.staff.administration.audit_fields import Reader
from gateway.portal.staff.kit import lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.common.duties.audit_calls import ORDERS, AuditEntry, AuditPage
from services.common.kernel.contract import Answered, Call
from services.common.kernel.errors import Invalid
from services.contracts import applications, billing, correspondence, identity, qa, registry

LABELS = {
    "service": _("Part of the system"),
    "subject": _("Record"),
    "actor": _("Person"),
    "action": _("Action"),
    "since": _("From (day)"),
    "until": _("To (day)"),
    "order": lists.ORDER,
}
PARTS = {
    "identity": _("Accounts"),
    "applications": _("Applications"),
    "registry": _("Register"),
    "billing": _("Fees"),
    "qa": _("Quality assurance"),
    "correspondence": _("Messages"),
}
TRAILS: dict[str, type[Call]] = {
    "identity": identity.audit.ListAudit,
    "applications": applications.audit.ListAudit,
    "registry": registry.audit.ListAudit,
    "billing": billing.audit.ListAudit,
    "qa": qa.audit.ListAudit,
    "correspondence": correspondence.audit.ListAudit,
}
COLUMNS = (
    _("When"),
    _("Person"),
    _("Action"),
    _("Record"),
    _("From where"),
    _("Before"),
    _("After"),
    _("Person ID"),
    _("Record ID"),
    _("Before, as kept"),
    _("After, as kept"),
)
_FILTERS = ("subject", "actor", "action")


def trail(context: Context) -> Response:
    """Shows the entries that are looked for, in an order; nothing is asked before something is looked for."""
    chosen = _chosen(context.request)
    form = lists.form(chosen, LABELS)
    found: AuditPage | None = None
    if "service" in context.request.query:
        try:
            found = context.ask(_call(chosen), **_asked(context, chosen), cursor=context.request.query.get("cursor"))
        except Invalid as error:
            form.blame(error, context.language)
    status = 422 if form.faults else 200
    reader, names = _reader(context, found.entries if found else [])
    return render(
        context,
        "staff/audit.html",
        status,
        looking=form,
        found=found,
        reader=reader,
        names=names,
        called=audit_names.called,
        acted=audit_names.acted,
        page_of=audit_names.page_of,
        chosen=chosen,
        parts=PARTS,
        orders=lists.named(ORDERS),
    )


def as_csv(context: Context) -> Response:
    """Gives the same entries as a file for a spreadsheet. Raises Invalid for a day that is none."""
    chosen = _chosen(context.request)
    found = list(all_pages(context, _call(chosen), lambda page: page.entries, **_asked(context, chosen)))
    reader, names = _reader(context, found)
    return csv_file(context, f"audit-{chosen['service']}", COLUMNS, (_row(entry, reader, names) for entry in found))


def _reader(context: Context, entries: list[AuditEntry]) -> tuple[Reader, Mapping[str, str]]:
    names, fields = audit_names.told(context, entries)
    return Reader(context.language, context.college, names, fields), names


def _row(entry: AuditEntry, reader: Reader, names: Mapping[str, str]) -> list[Any]:
    person, record = audit_names.acted(reader.language, entry.actor, names), audit_names.called(entry.subject, names)
    states = (reader.line(entry, content) for content in (entry.before, entry.after))
    kept = (orjson.dumps(content, default=str).decode() if content else "" for content in (entry.before, entry.after))
    return [entry.at, person, entry.action, record, entry.address, *states, entry.actor, entry.subject, *kept]


def _chosen(request: Request) -> dict[str, str]:
    return {"service": "applications"} | lists.chosen(request, *_FILTERS, "since", "until", service=PARTS, order=ORDERS)


def _call(chosen: Mapping[str, str]) -> type[Answered[AuditPage]]:
    # All six answer with the same record, which the type of their table does not say.
    return cast(type[Answered[AuditPage]], TRAILS[chosen["service"]])


def _asked(context: Context, chosen: Mapping[str, str]) -> dict[str, Any]:
    # Days are those of the college; the last one counts to its end.
    asked: dict[str, Any] = {name: chosen[name] for name in (*_FILTERS, "order") if name in chosen}
    if "subject" in asked:
        asked["subject"] = audit_names.record_of(context, chosen["service"], asked["subject"])
    if "actor" in asked:
        asked["actor"] = audit_names.person_of(context, asked["actor"])
    for name, more in (("since", 0), ("until", 1)):
        if name in chosen:
            try:
                day = dt.date.fromisoformat(chosen[name]) + dt.timedelta(days=more)
            except (ValueError, OverflowError) as error:
                raise Invalid(errors=[{"field": name, "code": "invalid"}]) from error
            asked[name] = dt.datetime.combine(day, dt.time(), context.college.time_zone).isoformat()
    return asked
