"""Requests for a way back in (F10): what was stated, what matches the file, and the decision, by two people where the profile asks for it."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from gateway.context import Context
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.common.kernel.errors import Invalid, NotFound, ServiceError, Unavailable
from services.contracts.applications.review import CompareFacts
from services.contracts.identity import words
from services.contracts.identity.administration import FindAccounts
from services.contracts.identity.errors import AddressTaken, SecondPersonNeeded, WrongState
from services.contracts.identity.support import (
    REQUEST_ORDERS,
    STATES,
    CheckedFact,
    ConfirmAccessDecision,
    DecideAccessRequest,
    GetAccessRequest,
    ListAccessRequests,
)
from services.contracts.registry import LookUpRegistrant, RegistrantForStaff, SearchRegister

PAGE = "/staff/access-requests"
COLUMNS = (_("Requested on"), _("Reference"), _("What for"), _("State"))
_COMPARED = ("legal_name", "date_of_birth", "phone", "postal_code")
MOST_REGISTERED = 5
_BY_PERSON = ("government_id", "call_back")
_REFUSALS: dict[type[ServiceError], str] = {WrongState: "", SecondPersonNeeded: "", AddressTaken: ""}


def all_requests(context: Context) -> Response:
    """Lists the requests in a state, in an order."""
    chosen = _chosen(context.request)
    with context.round() as asked:
        found = asked.ask(ListAccessRequests, **chosen, cursor=context.request.query.get("cursor"))
        proposed = asked.ask(ListAccessRequests, state="proposed", limit=1) if chosen["state"] == "open" else None
    return render(
        context,
        "staff/access_requests.html",
        found=found.reply,
        to_confirm=bool(proposed and proposed.reply.requests),
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(REQUEST_ORDERS),
        state_names=words.REQUEST_STATES,
        kinds=words.REQUEST_KINDS,
    )


def as_csv(context: Context) -> Response:
    """Gives the same list as a file for a spreadsheet."""
    found = all_pages(context, ListAccessRequests, lambda page: page.requests, **_chosen(context.request))
    language = context.language
    rows = (
        [
            request.asked_at,
            request.reference,
            say(language, words.REQUEST_KINDS[request.kind]),
            say(language, words.REQUEST_STATES[request.state]),
        ]
        for request in found
    )
    return csv_file(context, "access-requests", COLUMNS, rows)


def _chosen(request: Request) -> dict[str, str]:
    return {"state": "open"} | lists.chosen(request, state=STATES, order=REQUEST_ORDERS)


def access_request(context: Context) -> Response:
    """Shows a request, and finds accounts by what is typed: of an account, or of the register (F10)."""
    text = context.request.query.get("account", "").strip()
    with context.round() as questions:
        request = questions.ask(GetAccessRequest, request_id=context.path["request_id"])
        looked_for = questions.ask(FindAccounts, text=text[:254]) if len(text) >= 3 else None
    asked, accounts = request.reply, looked_for.reply.accounts if looked_for else None
    registered = _on_the_register(context, text) if looked_for and not accounts else []
    return render(
        context,
        "staff/access_request.html",
        asked=asked,
        stated=asdict(asked.stated),
        accounts=accounts,
        registered=registered,
        text=text,
        state_names=words.REQUEST_STATES,
        kinds=words.REQUEST_KINDS,
        facts=words.FACTS,
        results=words.RESULTS,
        names=colleagues.named(context, (asked.proposed_by, asked.decided_by)),
    )


def _on_the_register(context: Context, text: str) -> list[RegistrantForStaff]:
    """The registrants of that name or number, with their accounts; none while the register does not answer."""
    try:
        listed = context.ask(SearchRegister, name=text[:200], limit=MOST_REGISTERED).registrants
        if not listed:
            return []
        with context.round() as asked:
            looks = [asked.ask(LookUpRegistrant, number=registrant.registration_number) for registrant in listed]
    except (Unavailable, NotFound, Invalid):
        return []
    return [registrant for look in looks if isinstance(registrant := look.reply, RegistrantForStaff)]


def decide(context: Context) -> Response:
    """Compares what was stated with the file of an account, and takes the decision with what was checked."""
    account_id = context.request.query.get("account_id", "")
    asked = context.ask(GetAccessRequest, request_id=context.path["request_id"])

    def compared() -> list[CheckedFact]:
        stated = {name: value for name, value in asdict(asked.stated).items() if value and name in _COMPARED}
        if not account_id or not stated:
            return []
        plain = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in stated.items()}
        return context.ask(CompareFacts, account_id=account_id, **plain).checks

    def show(form: Form) -> Response:
        return render(
            context,
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
        checks = compared() + [
            CheckedFact(fact=fact, result="matches") for fact in form.values("by_person") if fact in _BY_PERSON
        ]
        values = form.gathered("outcome", "note") | {"checks": [asdict(check) for check in checks]}
        values |= {"account_id": account_id} if account_id else {}
        context.ask(DecideAccessRequest, request_id=context.path["request_id"], **values)
        flash(context, Said.OUTCOME_RECORDED)
        return redirect(f"{PAGE}/{context.path['request_id']}")

    labels = {"outcome": _("Outcome"), "by_person": _("Also checked by you"), "note": _("Note")}
    return handle(context, labels, show, send, refusals=_REFUSALS)


def confirm(context: Context) -> Response:
    """Confirms or rejects what a colleague proposed."""

    def show(form: Form) -> Response:
        asked = context.ask(GetAccessRequest, request_id=context.path["request_id"])
        return render(
            context,
            "staff/confirm_access.html",
            form=form,
            asked=asked,
            facts=words.FACTS,
            results=words.RESULTS,
            names=colleagues.named(context, (asked.proposed_by,)),
        )

    def send(form: Form) -> Response:
        agree = {"yes": True, "no": False}.get(form.value("agree"))
        values: dict[str, Any] = form.gathered("note") | ({} if agree is None else {"agree": agree})
        context.ask(ConfirmAccessDecision, request_id=context.path["request_id"], **values)
        flash(context, Said.OUTCOME_RECORDED)
        return redirect(f"{PAGE}/{context.path['request_id']}")

    labels = {"agree": _("Do you agree?"), "note": _("Note")}
    return handle(context, labels, show, send, refusals=_REFUSALS)
