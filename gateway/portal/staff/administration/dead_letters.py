"""Dead letters of all services: what could not be handled and why, replayed or discarded with a note (B7)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

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
from services.common.duties.dead_letter_calls import ORDERS, DeadLetter, DeadLettersBusy, DeadLettersPage
from services.common.kernel.contract import Answered, Call
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
_OWNERS = {
    "identity": identity.dead_letters,
    "applications": applications.dead_letters,
    "registry": registry.dead_letters,
    "billing": billing.dead_letters,
    "qa": qa.dead_letters,
    "correspondence": correspondence.dead_letters,
}
Calls = dict[str, type[Call]]
LISTS: Calls = {name: calls.ListDeadLetters for name, calls in _OWNERS.items()}
LETTERS: Calls = {name: calls.GetDeadLetter for name, calls in _OWNERS.items()}
REPLAYS: Calls = {name: calls.ReplayDeadLetter for name, calls in _OWNERS.items()}
DISCARDS: Calls = {name: calls.DiscardDeadLetter for name, calls in _OWNERS.items()}


def all_letters(context: Context) -> Response:
    """Lists the dead letters of every service, or of one page by page, in an order; a service that does not answer is named."""
    chosen = _chosen(context.request)
    page = _order(chosen) | ({"cursor": context.request.query.get("cursor")} if "service" in chosen else {})
    asked = _lists(chosen)
    found = dict(zip(asked, context.available(*((call, page) for call in asked.values())), strict=True))
    return render(
        context,
        "staff/dead_letters.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(ORDERS),
    )


def as_csv(context: Context) -> Response:
    """Gives the dead letters of every service that answers, or of one, as a file for a spreadsheet. Raises TooManyRows."""
    rows, chosen = list[list[Any]](), _chosen(context.request)
    for service, call in _lists(chosen).items():
        with suppress(Unavailable):
            rows += [_row(service, letter) for letter in all_pages(context, call, lambda page: page.letters, **_order(chosen))]
    return csv_file(context, "dead-letters", COLUMNS, rows)


def _row(service: str, letter: DeadLetter) -> list[Any]:
    return [
        service,
        letter.type,
        letter.handler,
        letter.occurred_at,
        letter.parked_at,
        letter.attempts,
        letter.error,
        letter.correlation_id,
    ]


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, service=LISTS, order=ORDERS)


def _lists(chosen: Mapping[str, str]) -> dict[str, type[Answered[DeadLettersPage]]]:
    # All six answer with the same record, which the type of their table does not say.
    wanted = {name: call for name, call in LISTS.items() if name == chosen.get("service", name)}
    return cast(dict[str, type[Answered[DeadLettersPage]]], wanted)


def _order(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {name: order for name, order in chosen.items() if name == "order"}


def letter(context: Context) -> Response:
    """Shows one with its history; its data only to those who may see them."""
    found = context.ask(_of_service(context, LETTERS), letter_id=context.path["letter_id"])
    return render(context, "staff/dead_letter.html", letter=found, service=context.path["service"])


def replay(context: Context) -> Response:
    """Gives it to its handler again."""
    return _decided(context, REPLAYS, _("Process again"), Said.LETTER_REPLAYED)


def discard(context: Context) -> Response:
    """Removes it for good."""
    return _decided(context, DISCARDS, _("Discard"), Said.LETTER_DISCARDED)


def _decided(context: Context, calls: Calls, title: str, done: Said) -> Response:
    contract = _of_service(context, calls)

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


def _of_service(context: Context, calls: Calls) -> type[Call]:
    if (service := context.path["service"]) not in calls:
        raise NoSuchAddress()
    return calls[service]
