"""The calls that every service answers about its own audit trail (B8): written once here, made for each owner by `audit_calls`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.paging import LARGEST
from services.common.kernel.records import Period, Record, of
from services.common.kernel.text import Text, Words
from services.common.kernel.typed_text.fields import Code, Search
from services.common.kernel.validation import fields, validate
from services.common.persistence.audit_trail import FAULTS

ORDERS = ("newest", "oldest")
MOST_WALKED = 20_000
FAULT_WORDS: Words = {
    "before_first": Text("It stands before the first entry", "Elle se trouve avant la première entrée"),
    "missing": Text("The entry is missing", "L’entrée manque"),
    "not_linked": Text("It does not follow the one before it", "Elle ne suit pas celle qui la précède"),
    "changed": Text("It was changed after it was written", "Elle a été modifiée après son écriture"),
    "head_missing": Text(
        "The end kept in the file is gone: the trail was cut off", "La fin conservée a disparu : la piste a été coupée"
    ),
    "head_changed": Text("The end kept in the file is another one now", "La fin conservée n’est plus la même"),
}
_DEADLINE_S = 14.0  # a walk reads twenty thousand entries
_HASH = validate.Regexp(r"^[0-9a-f]{64}$")


class AuditFilter(Period):
    """What is looked for, each exactly as it is written in the trail; from `since` on, before `until`; the order and the page."""

    subject: str | None = of(Search(validate=validate.Length(1, 200)), default=None)
    actor: str | None = of(Search(validate=validate.Length(1, 200)), default=None)
    action: str | None = of(Search(validate=validate.Length(1, 100)), default=None)
    correlation_id: str | None = of(Search(validate=validate.Length(1, 100)), default=None)
    since: datetime | None = None
    until: datetime | None = None
    order: str = of(fields.String(validate=validate.OneOf(ORDERS)), default="newest")
    cursor: str | None = of(Code(validate=validate.Length(max=500)), default=None)
    limit: int = of(fields.Integer(strict=True, validate=validate.Range(1, LARGEST)), default=20)


class AuditEntry(Record):
    """One act: who, when, from where, what, before and after. `hash` seals the entry and all before it."""

    position: int
    at: datetime
    actor: str
    address: str | None
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    correlation_id: str
    hash: str


class AuditPage(Record):
    """The page."""

    service: str
    entries: list[AuditEntry]
    next_cursor: str | None


class AuditWalk(Record):
    """Where to go on: the position and hash that the walk before came to; the beginning, unless told."""

    from_position: int = of(fields.Integer(strict=True, validate=validate.Range(min=0, max=2**63 - 1)), default=0)
    from_hash: str | None = of(Code(validate=_HASH), default=None)
    most: int = of(fields.Integer(strict=True, validate=validate.Range(1, MOST_WALKED)), default=MOST_WALKED)


class AuditWalked(Record):
    """How many entries were walked and are whole, and the last of them; `at_end` if it is the head of the chain.

    `broken` is the first position that does not fit, and `fault` what is wrong there.
    """

    service: str
    entries: int
    position: int
    hash: str
    at_end: bool
    broken: int | None
    fault: str | None = of(fields.String(validate=validate.OneOf(FAULTS)))


@dataclass(frozen=True)
class AuditCalls:
    """The calls about the audit trail of one service."""

    ListAudit: type[Call]
    VerifyAudit: type[Call]


def audit_calls(module: str, access: Access) -> AuditCalls:
    """Declares the calls about the audit trail of the service that owns the contracts in `module` (give `__name__`)."""

    def declare(name: str, summary: str, **parts: Any) -> type[Call]:
        body = {"__module__": module, "__doc__": summary, "access": access, "deadline_s": _DEADLINE_S}
        return type(name, (Call,), body | parts)

    return AuditCalls(
        ListAudit=declare(
            "ListAudit",
            "Lists the service's audit entries; that they were looked at becomes an entry itself (B8).",
            Request=AuditFilter,
            Reply=AuditPage,
        ),
        VerifyAudit=declare(
            "VerifyAudit",
            "Walks the chain of the service's audit entries and says where it is broken, if it is (B8).",
            read_only=True,
            Request=AuditWalk,
            Reply=AuditWalked,
        ),
    )
