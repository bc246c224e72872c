"""Requests for a way back in (F10): what was stated, what matches the file, and the decision, by two people where the profile asks for it."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import Question, ask, together
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.common.kernel.errors import Invalid, NotFound, ServiceError, Unavailable
from services.contracts.applications.review import CompareFacts
from services.contracts.identity import (
    AddressTaken,
    ConfirmAccessDecision,
    DecideAccessRequest,
    FindAccounts,
    GetAccessRequest,
    ListAccessRequests,
    SecondPersonNeeded,
    WrongState,
    words,
)
from services.contracts.identity.support import REQUEST_ORDERS, STATES
from services.contracts.registry import LookUpRegistrant, SearchRegister

PAGE = "/staff/access-requests"
COLUMNS = (_("Requested on"), _("Reference"), _("What for"), _("State"))
_COMPARED = ("legal_name", "date_of_birth", "phone", "postal_code")
MOST_REGISTERED = 5
_BY_PERSON = ("government_id", "call_back")
_REFUSALS: dict[type[ServiceError], str] = {WrongState: "", SecondPersonNeeded: "", AddressTaken: ""}


def all_requests(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists the requests in a state, in an order."""
    chosen = _chosen(request)
    questions: list[Question] = [(ListAccessRequests, chosen | {"cursor": request.query.get("cursor")})]
    if chosen["state"] == "open":
        questions.append((ListAccessRequests, {"state": "proposed", "limit": 1}))
    found, *proposed = together(edge, request, *questions)
    return render(
        edge,
        request,
        "staff/access_requests.html",
        found=found,
        to_confirm=bool(proposed and proposed[0]["requests"]),
        chosen=chosen,
        looking=lists.form(chosen),
        columns=COLUMNS,
        orders=lists.named(REQUEST_ORDERS),
        state_names=words.REQUEST_STATES,
        kinds=words.REQUEST_KINDS,
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet."""
    found = all_pages(edge, request, ListAccessRequests, "requests", **_chosen(request))
    language = request.language
    rows = (
        [
            one["asked_at"],
            one["reference"],
            say(language, words.REQUEST_KINDS[one["kind"]]),
            say(language, words.REQUEST_STATES[one["state"]]),
        ]
        for one in found
    )
    return csv_file(edge, request, "access-requests", COLUMNS, rows)


def _chosen(request: Request) -> dict[str, str]:
    return {"state": "open"} | lists.chosen(request, state=STATES, order=REQUEST_ORDERS)


def one(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows a request, and finds accounts by what is typed: of an account, or of the register (F10)."""
    text = request.query.get("account", "").strip()
    questions: list[Question] = [(GetAccessRequest, {"request_id": path["request_id"]})]
    if len(text) >= 3:
        questions.append((FindAccounts, {"text": text[:254]}))
    found, *accounts = together(edge, request, *questions)
    registered = _on_the_register(edge, request, text) if accounts and not accounts[0]["accounts"] else []
    return render(
        edge,
        request,
        "staff/access_request.html",
        asked=found,
        accounts=accounts[0]["accounts"] if accounts else None,
        registered=registered,
        text=text,
        state_names=words.REQUEST_STATES,
        kinds=words.REQUEST_KINDS,
        facts=words.FACTS,
        results=words.RESULTS,
        names=colleagues.named(edge, request, (found["proposed_by"], found["decided_by"])),
    )


def _on_the_register(edge: Edge, request: Request, text: str) -> list[dict[str, Any]]:
    """The registrants of that name or number, with their accounts; none while the register does not answer."""
    try:
        listed = ask(edge, request, SearchRegister, name=text[:200], limit=MOST_REGISTERED)["registrants"]
        numbers = [one["registration_number"] for one in listed]
        return together(edge, request, *((LookUpRegistrant, {"number": number}) for number in numbers)) if numbers else []
    except (Unavailable, NotFound, Invalid):
        return []


def decide(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Compares what was stated with the file of an account, and takes the decision with what was checked."""
    account_id = request.query.get("account_id", "")
    asked = ask(edge, request, GetAccessRequest, request_id=path["request_id"])

    def compared() -> list[dict[str, Any]]:
        stated = {name: value for name in _COMPARED if (value := asked["stated"].get(name))}
        if not account_id or not stated:
            return []
        plain = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in stated.items()}
        return ask(edge, request, CompareFacts, account_id=account_id, **plain)["checks"]

    def show(form: Form) -> Response:
        return render(
            edge,
            request,
            "staff/decide_access.html",
            form=form,
            asked=asked,
            checks=compared(),
            account_id=account_id,
            by_person=_BY_PERSON,
            facts=words.FACTS,
            results=words.RESULTS,
        )

    def send(form: Form) -> Response:
        checks = compared() + [{"fact": fact, "result": "matches"} for fact in form.values("by_person") if fact in _BY_PERSON]
        values = form.gathered("outcome", "note") | {"checks": checks} | ({"account_id": account_id} if account_id else {})
        ask(edge, request, DecideAccessRequest, request_id=path["request_id"], **values)
        flash(edge, request, Said.OUTCOME_RECORDED)
        return redirect(f"{PAGE}/{path['request_id']}")

    labels = {"outcome": _("Outcome"), "by_person": _("Also checked by you"), "note": _("Note")}
    return handle(edge, request, labels, show, send, refusals=_REFUSALS)


def confirm(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Confirms or rejects what a colleague proposed."""

    def show(form: Form) -> Response:
        asked = ask(edge, request, GetAccessRequest, request_id=path["request_id"])
        return render(
            edge,
            request,
            "staff/confirm_access.html",
            form=form,
            asked=asked,
            facts=words.FACTS,
            results=words.RESULTS,
            names=colleagues.named(edge, request, (asked["proposed_by"],)),
        )

    def send(form: Form) -> Response:
        agree = {"yes": True, "no": False}.get(form.value("agree"))
        values: dict[str, Any] = form.gathered("note") | ({} if agree is None else {"agree": agree})
        ask(edge, request, ConfirmAccessDecision, request_id=path["request_id"], **values)
        flash(edge, request, Said.OUTCOME_RECORDED)
        return redirect(f"{PAGE}/{path['request_id']}")

    labels = {"agree": _("Do you agree?"), "note": _("Note")}
    return handle(edge, request, labels, show, send, refusals=_REFUSALS)
