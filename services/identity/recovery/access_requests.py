"""Requests to support for a way back in: asked without a sign-in, compared with what is on file, decided by people (F10).

What an approval brings about is in `account_recovery.py`.
"""

from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import exists, func, select

from services.common.kernel import clock
from services.common.kernel.errors import Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence import ordering
from services.common.persistence.sequences import next_number
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.identity import support
from services.contracts.identity.errors import (
    AddressTaken,
    AdministratorNeeded,
    OwnAccount,
    RequestsWait,
    SecondPersonNeeded,
    WrongState,
)
from services.contracts.identity.events import AccessRequestReceived, AccessRequestRefused
from services.contracts.identity.support import (
    AccessRequestInFull,
    CheckedFact,
    ConfirmAccessDecision,
    DecideAccessRequest,
    ListAccessRequests,
    RequestAccess,
    Stated,
)
from services.contracts.roles import ADMINISTRATOR, STAFF_ROLES
from services.identity.accounts import lookup, recipient_limits
from services.identity.accounts.recipient_limits import Kind
from services.identity.models import AccessRequest, Account, Delegation, access_request_numbers
from services.identity.recovery import account_recovery
from services.identity.settings import IdentitySettings

MOST_UNDECIDED = 10  # of one address: more than anybody needs, also beside a stranger who names it
OPEN, PROPOSED, APPROVED, REFUSED = "open", "proposed", "approved", "refused"
ORDERS = {"oldest": ordering.OLDEST, "newest": ordering.NEWEST}
Fact = TypeVar("Fact", bound=AccessRequestReceived.Data)


def ask(work: UnitOfWork, settings: IdentitySettings, college: College, request: RequestAccess.Request) -> RequestAccess.Reply:
    """Takes a request and has its arrival mailed to the address it came from. No account is looked at: the answer is the same for all.

    The answer says the reference too, so that a request counts as well where the address gets no further mail just now. Raises
    RequestsWait where so many with that address are undecided.
    """
    mailed = recipient_limits.take(work, settings, Kind.ACCESS_REQUEST, request.contact_email)  # one at a time for each address
    _refuse_too_many(work, request.contact_email)
    reference = next_number(work.session, access_request_numbers, college.numbering.access_request)
    row = AccessRequest(
        id=new_id(),
        reference=reference,
        kind=request.kind,
        state=OPEN,
        asked_at=work.now,
        contact_email=request.contact_email,
        language=request.language,
        stated=Stated.schema().dump(request.stated),
        message=request.message,
        checks=[],
    )
    work.session.add(row)
    work.audit("access-request:open", _subject(row), after={"reference": row.reference, "kind": row.kind})
    if mailed:
        work.announce(AccessRequestReceived, _fact(AccessRequestReceived.Data, row))
    return RequestAccess.Reply(reference=row.reference)


def _refuse_too_many(work: UnitOfWork, contact_email: str) -> None:
    undecided = select(func.count()).where(
        AccessRequest.state.in_((OPEN, PROPOSED)), func.lower(AccessRequest.contact_email) == contact_email.lower()
    )
    if work.session.scalars(undecided).one() >= MOST_UNDECIDED:
        raise RequestsWait(most=MOST_UNDECIDED)


def list_all(work: UnitOfWork, request: ListAccessRequests.Request) -> ListAccessRequests.Reply:
    """One page of the requests in an order. Raises Invalid for a cursor that was not written here."""
    requests = select(AccessRequest)
    if request.state:
        requests = requests.where(AccessRequest.state == request.state)
    page, next_cursor = ORDERS[request.order].page(work.session, AccessRequest, requests, request.cursor, request.limit)
    return ListAccessRequests.Reply(requests=[in_list(row) for row in page], next_cursor=next_cursor)


def in_list(request: AccessRequest) -> support.AccessRequest:
    """A request as the list shows it."""
    return support.AccessRequest(
        id=request.id,
        reference=request.reference,
        kind=request.kind,
        state=request.state,
        asked_at=request.asked_at,
        decided_at=request.decided_at,
    )


def look_at(work: UnitOfWork, college: College, request_id: UUID) -> AccessRequestInFull:
    """Gives a request with what was stated; that it was looked at is in the trail. Raises NotFound."""
    request = work.session.get(AccessRequest, request_id)
    if request is None:
        raise NotFound()
    work.audit("access-request:view", _subject(request))
    return in_full(college, request)


def in_full(college: College, request: AccessRequest) -> AccessRequestInFull:
    """A request in full. `four_eyes` says whether a second person confirms its approval: where the profile wants it, or one was asked."""
    rules = college.at(clock.now()).access
    return AccessRequestInFull(
        id=request.id,
        reference=request.reference,
        kind=request.kind,
        state=request.state,
        asked_at=request.asked_at,
        decided_at=request.decided_at,
        contact_email=request.contact_email,
        language=request.language,
        stated=_stated(request.stated),
        message=request.message,
        account_id=request.account_id,
        outcome=request.outcome,
        checks=[CheckedFact(fact=check["fact"], result=check["result"]) for check in request.checks],
        note=request.note,
        proposed_by=request.proposed_by,
        decided_by=request.decided_by,
        four_eyes=request.kind in rules.four_eyes or request.proposed_by is not None,
    )


def _stated(kept: dict[str, Any]) -> Stated:
    born = kept.get("date_of_birth")
    return Stated(
        legal_name=kept["legal_name"],
        date_of_birth=date.fromisoformat(born) if born else None,
        application_id=kept.get("application_id"),
        registration_number=kept.get("registration_number"),
        former_email=kept.get("former_email"),
        phone=kept.get("phone"),
        postal_code=kept.get("postal_code"),
    )


def decide(
    work: UnitOfWork, settings: IdentitySettings, college: College, request: DecideAccessRequest.Request
) -> AccessRequestInFull:
    """Refuses a request, or approves it: at once, or as a proposal for a second person where the profile asks for four eyes.

    An approval names the account and rests on a fact that matches. About an account of the staff administrators decide, about an
    administrator's always two. Raises NotFound, WrongState, OwnAccount, AdministratorNeeded, AddressTaken, Invalid.
    """
    row = _locked(work, request.request_id, OPEN)
    _refuse_if_ones_own(work, row)
    account = _account(work, request.account_id)
    row.account_id, row.outcome, row.note = request.account_id, request.outcome, request.note
    row.checks = [asdict(check) for check in request.checks]
    if request.outcome == REFUSED:
        _close(work, row, REFUSED)
        work.announce(AccessRequestRefused, _fact(AccessRequestRefused.Data, row))
        return in_full(college, row)
    if account is None:
        raise Invalid(errors=[{"field": "account_id", "code": "required"}])
    if not any(check.result == "matches" for check in request.checks):
        raise Invalid(errors=[{"field": "checks", "code": "required"}])
    _refuse_if_impossible(work, row, account)
    if row.kind in college.at(work.now).access.four_eyes or ADMINISTRATOR in account.roles:
        row.state, row.proposed_by = PROPOSED, work.caller.account_id
        work.audit("access-request:propose", _subject(row), {"state": OPEN}, _judged(row))
    else:
        _close(work, row, APPROVED)
        account_recovery.open_again(work, settings, row, account)
    return in_full(college, row)


def confirm(
    work: UnitOfWork, settings: IdentitySettings, college: College, request: ConfirmAccessDecision.Request
) -> AccessRequestInFull:
    """Confirms the approval that a colleague proposed, which then takes effect; or rejects it, and the request is open again.

    Raises NotFound, WrongState, SecondPersonNeeded, OwnAccount, AdministratorNeeded, AddressTaken.
    """
    row = _locked(work, request.request_id, PROPOSED)
    if row.proposed_by == work.caller.account_id:
        raise SecondPersonNeeded()
    _refuse_if_ones_own(work, row)
    account = _account(work, row.account_id)
    if not request.agree:
        before = _judged(row)
        row.state, row.account_id, row.outcome, row.proposed_by = OPEN, None, None, None
        row.checks, row.note = [], request.note
        work.audit("access-request:reject", _subject(row), before, _judged(row))
    elif account is not None:
        _refuse_if_impossible(work, row, account)
        _refuse_if_proposed_by_another(work, row, account)
        row.note = f"{row.note}\n{request.note}"
        _close(work, row, APPROVED)
        account_recovery.open_again(work, settings, row, account)
    return in_full(college, row)


def _locked(work: UnitOfWork, request_id: UUID, state: str) -> AccessRequest:
    """Gives the request, locked, if it stands as it must."""
    request = work.session.get(AccessRequest, request_id, with_for_update=True)
    if request is None:
        raise NotFound()
    if request.state != state:
        raise WrongState()
    return request


def _refuse_if_ones_own(work: UnitOfWork, request: AccessRequest) -> None:
    """Nobody decides about a request that came from their own address, whichever account it is about."""
    asker = lookup.by_email(work.session, request.contact_email)
    if asker is not None and asker.id == work.caller.account_id:
        raise OwnAccount()


def _account(work: UnitOfWork, account_id: UUID | None) -> Account | None:
    """Gives the account that a request is found to be about, locked.

    Nobody decides about their own, nor about that of somebody they act for or who acts for them; and about staff administrators do.
    """
    if account_id is None:
        return None
    if account_id == work.caller.account_id or _are_delegates(work, account_id):
        raise OwnAccount()
    account = lookup.by_id(work.session, account_id, lock=True)
    if account is None:
        raise NotFound()
    if _is_staff(account) and not work.caller.has(ADMINISTRATOR):
        raise AdministratorNeeded()
    return account


def _are_delegates(work: UnitOfWork, account_id: UUID) -> bool:
    both = (account_id, work.caller.account_id)
    between = (Delegation.account_id.in_(both), Delegation.delegate_id.in_(both), Delegation.state != "ended")
    return bool(work.session.scalar(select(exists().where(*between))))


def _is_staff(account: Account) -> bool:
    return not set(STAFF_ROLES).isdisjoint(account.roles)


def _refuse_if_proposed_by_another(work: UnitOfWork, request: AccessRequest, account: Account) -> None:
    """Whoever proposed it must be an administrator too, also where the person joined the staff, or the proposer left it, only since then."""
    if not _is_staff(account):
        return
    proposer = lookup.by_id(work.session, request.proposed_by) if request.proposed_by else None
    if proposer is None or ADMINISTRATOR not in proposer.roles:
        raise AdministratorNeeded()


def _refuse_if_impossible(work: UnitOfWork, request: AccessRequest, account: Account) -> None:
    if account.suspended_at is not None:
        raise WrongState()  # who was suspended does not come back this way
    if request.kind == account_recovery.LOST_EMAIL:
        holder = lookup.by_email(work.session, request.contact_email)
        if holder is not None and holder.id != account.id:
            raise AddressTaken()


def _close(work: UnitOfWork, request: AccessRequest, state: str) -> None:
    before = request.state
    request.state, request.decided_by, request.decided_at = state, work.caller.account_id, work.now
    work.session.flush()
    verb = "approve" if state == APPROVED else "refuse"
    work.audit(f"access-request:{verb}", _subject(request), {"state": before}, _judged(request))


def _judged(request: AccessRequest) -> dict[str, Any]:
    """What the trail says of a decision: facts and results, never what the facts are."""
    return {name: getattr(request, name) for name in ("state", "account_id", "checks", "note")}


def _subject(request: AccessRequest) -> str:
    return f"access-request/{request.id}"


def _fact(data: type[Fact], request: AccessRequest) -> Fact:
    return data(
        request_id=request.id,
        reference=request.reference,
        contact_email=request.contact_email,
        language=request.language,
    )
