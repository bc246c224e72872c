"""The audit trail for those who may look into it (B8): entries by who, what and which thread, and a walk along the chain."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import RowMapping, Select, select

from services.common.bus.rpc_server import rpc
from services.common.duties.audit_calls import AuditEntry, AuditFilter, AuditPage, AuditWalk, AuditWalked
from services.common.kernel.contract import Call
from services.common.kernel.errors import Invalid
from services.common.kernel.paging import a_number, read_cursor, write_cursor
from services.common.kernel.records import Record
from services.common.persistence.audit_trail import FIRST, Walked, walk
from services.common.persistence.tables import audit
from services.common.persistence.unit_of_work import UnitOfWork

_FILTERS = ("subject", "actor", "action", "correlation_id")


def matching(wanted: dict[str, Any], order: str = "newest") -> Select[Any]:
    """Gives the query of the entries that are looked for, in an order; each filter has an index. Pure."""
    query = select(audit).order_by(audit.c.position if order == "oldest" else audit.c.position.desc())
    for name in [name for name in _FILTERS if name in wanted]:
        query = query.where(audit.c[name] == wanted[name])
    if "since" in wanted:
        query = query.where(audit.c.at >= wanted["since"])
    if "until" in wanted:
        query = query.where(audit.c.at < wanted["until"])
    return query


def list_entries(work: UnitOfWork, service: str, request: AuditFilter) -> AuditPage:
    """Gives a page of entries in an order; leaves in the trail who looked for what. Raises Invalid for a cursor that is none."""
    wanted = {name: value for name in (*_FILTERS, "since", "until") if (value := getattr(request, name)) is not None}
    query = matching(wanted, request.order).limit(request.limit + 1)
    if key := read_cursor(request.cursor, _position):
        [last] = key
        query = query.where(audit.c.position > last if request.order == "oldest" else audit.c.position < last)
    rows = work.session.execute(query).mappings().all()
    page = rows[: request.limit]
    looked_at = {"from": page[0]["position"], "to": page[-1]["position"]} if page else {}
    work.audit("audit:read", f"audit/{service}", after={"asked": wanted, "entries": len(page), **looked_at})
    return AuditPage(
        service=service,
        entries=[_entry(row) for row in page],
        next_cursor=write_cursor(page[-1]["position"]) if len(rows) > request.limit else None,
    )


def walk_on(work: UnitOfWork, service: str, request: AuditWalk) -> AuditWalked:
    """Walks the chain on from where the caller is. Raises Invalid for a place in it without its hash."""
    position, kept = request.from_position, request.from_hash
    if bool(position) != bool(kept):
        raise Invalid(errors=[{"field": "from_hash", "code": "required" if position else "invalid"}])
    walked = walk(work.session, Walked(position, bytes.fromhex(kept) if kept else FIRST), request.most)
    return AuditWalked(
        service=service,
        entries=walked.entries,
        position=walked.position,
        hash=walked.hash.hex(),
        at_end=walked.at_end,
        broken=walked.broken,
        fault=walked.fault,
    )


_USE_CASES: dict[str, Callable[..., Record]] = {"list_audit": list_entries, "verify_audit": walk_on}


def entry_point(contract: type[Call]) -> Callable:
    """Makes the method that answers one of the calls of `audit_calls`."""
    use_case = _USE_CASES[contract.method]

    def answer(_service: Any, work: UnitOfWork, request: Any) -> Record:
        return use_case(work, contract.owner, request)

    answer.__name__ = contract.method
    return rpc(contract)(answer)


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        position=row["position"],
        at=row["at"],
        actor=row["actor"],
        address=row["address"],
        action=row["action"],
        subject=row["subject"],
        before=row["before"],
        after=row["after"],
        correlation_id=row["correlation_id"],
        hash=bytes(row["hash"]).hex(),
    )


def _position(value: Any) -> int:
    position = a_number(value)
    if position < 0:
        raise ValueError("no position is below 0")
    return position
