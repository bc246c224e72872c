"""Dead letters of all services: what could not be handled and why, replayed or discarded with a note (B7)."""

from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

import eventlet

from gateway.http.errors import NoSuchAddress
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _
from gateway.portal.staff.kit import lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
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


def all_letters(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists the dead letters of every service, or in one page by page, in an order; a service that does not answer is named."""
    chosen = _chosen(request)
    page = _order(chosen) | ({"cursor": request.query.get("cursor")} if "service" in chosen else {})
    request.rounds += 1
    asked = {
        name: eventlet.spawn(_of_service, edge, request, owner.dead_letters.ListDeadLetters, page)
        for name, owner in _owners(chosen).items()
    }
    found = {name: thread.wait() for name, thread in asked.items()}
    return render(
        edge,
        request,
        "staff/dead_letters.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(ORDERS),
    )


def _of_service(edge: Edge, request: Request, contract: Any, page: dict[str, Any]) -> dict[str, Any] | None:
    request.calls += 1
    try:
        return edge.ask(contract, request, contract.check(page))
    except Unavailable:
        return None


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the dead letters of every service that answers, or of one, as a file for a spreadsheet. Raises TooManyRows."""
    rows, chosen = [], _chosen(request)
    for service, owner in _owners(chosen).items():
        with suppress(Unavailable):
            found = all_pages(edge, request, owner.dead_letters.ListDeadLetters, "letters", **_order(chosen))
            rows += [[service, *(one[name] for name in _SHOWN)] for one in found]
    return csv_file(edge, request, "dead-letters", COLUMNS, rows)


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, service=OWNERS, order=ORDERS)


def _owners(chosen: Mapping[str, str]) -> dict[str, ModuleType]:
    return {name: owner for name, owner in OWNERS.items() if name == chosen.get("service", name)}


def _order(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {name: order for name, order in chosen.items() if name == "order"}


def letter(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows one with its history; its data only to those who may see them."""
    found = ask(edge, request, _calls(path).GetDeadLetter, letter_id=path["letter_id"])
    return render(edge, request, "staff/dead_letter.html", letter=found, service=path["service"])


def replay(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Gives it to its handler again."""
    return _decided(edge, request, path, "ReplayDeadLetter", _("Process again"), Said.LETTER_REPLAYED)


def discard(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Removes it for good."""
    return _decided(edge, request, path, "DiscardDeadLetter", _("Discard"), Said.LETTER_DISCARDED)


def _decided(edge: Edge, request: Request, path: Mapping[str, str], call: str, title: str, done: Said) -> Response:
    contract = getattr(_calls(path), call)

    def show(form: Form) -> Response:
        return render(
            edge,
            request,
            "staff/dead_letter_note.html",
            form=form,
            page_title=title,
            back=f"{PAGE}/{path['service']}/{path['letter_id']}",
        )

    def send(form: Form) -> Response:
        ask(edge, request, contract, letter_id=path["letter_id"], **form.gathered("note"))
        flash(edge, request, done)
        return redirect(PAGE)

    return handle(edge, request, {"note": _("Why")}, show, send, refusals={NotReplayable: "", DeadLettersBusy: ""})


def _calls(path: Mapping[str, str]) -> Any:
    if path["service"] not in OWNERS:
        raise NoSuchAddress()
    return OWNERS[path["service"]].dead_letters
