"""Dead letters of all services: what could not be handled and why, replayed or discarded with a note (B7)."""

from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

from gateway.context import Context
from gateway.http.errors import NoSuchAddress
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.portal.staff.kit import lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.common.duties.dead_letter_calls import ORDERS, DeadLettersBusy
from services.common.kernel.errors import NotReplayable, Unavailable
from services.contracts import applications, billing, correspondence, identity, qa, registry

PAGE = "/staff/dead-letters"
COLUMNS = (
    _("Service"),
    _("Event"),
    _("Processed by"),
    _("Happened"),
    _("Set aside"),
    _("Tries"),
    _("Error"),
    _("Correlation id"),
)
_SHOWN = ("type", "handler", "occurred_at", "parked_at", "attempts", "error", "correlation_id")
OWNERS: dict[str, ModuleType] = {
    "identity": identity,
    "applications": applications,
    "registry": registry,
    "billing": billing,
    "qa": qa,
    "correspondence": correspondence,
}


def all_letters(context: Context) -> Response:
    """Lists what is parked in every service, or in one page by page, in an order; a service that does not answer is named."""
    chosen = _chosen(context.request)
    page = _order(chosen) | ({"cursor": context.request.query.get("cursor")} if "service" in chosen else {})
    owners = _owners(chosen)
    answers = context.available(*((owner.dead_letters.ListDeadLetters, page) for owner in owners.values()))
    found = dict(zip(owners, answers, strict=True))
    return render(
        context,
        "staff/dead_letters.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(ORDERS),
    )


def as_csv(context: Context) -> Response:
    """Gives what is parked in every service that answers, or in one, as a file for a spreadsheet. Raises TooManyRows."""
    rows, chosen = [], _chosen(context.request)
    for service, owner in _owners(chosen).items():
        with suppress(Unavailable):
            found = all_pages(context, owner.dead_letters.ListDeadLetters, "letters", **_order(chosen))
            rows += [[service, *(one[name] for name in _SHOWN)] for one in found]
    return csv_file(context, "dead-letters", COLUMNS, rows)


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, service=OWNERS, order=ORDERS)


def _owners(chosen: Mapping[str, str]) -> dict[str, ModuleType]:
    return {name: owner for name, owner in OWNERS.items() if name == chosen.get("service", name)}


def _order(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {name: order for name, order in chosen.items() if name == "order"}


def letter(context: Context) -> Response:
    """Shows one with its history; its data only to those who may see them."""
    found = context.ask(_calls(context.path).GetDeadLetter, letter_id=context.path["letter_id"])
    return render(context, "staff/dead_letter.html", letter=found, service=context.path["service"])


def replay(context: Context) -> Response:
    """Gives it to its handler again."""
    return _decided(context, "ReplayDeadLetter", _("Process again"), Said.LETTER_REPLAYED)


def discard(context: Context) -> Response:
    """Removes it for good."""
    return _decided(context, "DiscardDeadLetter", _("Discard"), Said.LETTER_DISCARDED)


def _decided(context: Context, call: str, title: str, done: Said) -> Response:
    contract = getattr(_calls(context.path), call)

    def show(form: Form) -> Response:
        return render(
            context,
            "staff/dead_letter_note.html",
            form=form,
            page_title=title,
            back=f"{PAGE}/{context.path['service']}/{context.path['letter_id']}",
        )

    def send(form: Form) -> Response:
        context.ask(contract, letter_id=context.path["letter_id"], **form.gathered("note"))
        flash(context, done)
        return redirect(PAGE)

    return handle(context, {"note": _("Why")}, show, send, refusals={NotReplayable: "", DeadLettersBusy: ""})


def _calls(path: Mapping[str, str]) -> Any:
    if path["service"] not in OWNERS:
        raise NoSuchAddress()
    return OWNERS[path["service"]].dead_letters
