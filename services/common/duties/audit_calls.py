"""The calls that every service answers about its own audit trail (B8): written once here, made for each owner by `audit_calls`."""

from dataclasses import dataclass
from typing import Any

from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.paging import LARGEST
from services.common.kernel.text import Text, Words
from services.common.kernel.typed_text.fields import Code, Search
from services.common.kernel.validation import Instant, Period, Schema, fields, validate
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

    subject = Search(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    actor = Search(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    action = Search(load_default=None, allow_none=True, validate=validate.Length(1, 100))
    correlation_id = Search(load_default=None, allow_none=True, validate=validate.Length(1, 100))
    since = Instant(load_default=None, allow_none=True)
    until = Instant(load_default=None, allow_none=True)
    order = fields.String(load_default="newest", validate=validate.OneOf(ORDERS))
    cursor = Code(load_default=None, allow_none=True, validate=validate.Length(max=500))
    limit = fields.Integer(strict=True, load_default=20, validate=validate.Range(1, LARGEST))


class AuditEntry(Schema):
    """One act: who, when, from where, what, before and after. `hash` seals the entry and all before it."""

    position = fields.Integer(required=True)
    at = Instant(required=True)
    actor = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    action = fields.String(required=True)
    subject = fields.String(required=True)
    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)
    correlation_id = fields.String(required=True)
    hash = fields.String(required=True)


class AuditPage(Schema):
    """The page."""

    service = fields.String(required=True)
    entries = fields.List(fields.Nested(AuditEntry), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class AuditWalk(Schema):
    """Where to go on: the position and hash that the walk before came to; the beginning, unless told."""

    from_position = fields.Integer(strict=True, load_default=0, validate=validate.Range(min=0, max=2**63 - 1))
    from_hash = Code(load_default=None, allow_none=True, validate=_HASH)
    most = fields.Integer(strict=True, load_default=MOST_WALKED, validate=validate.Range(1, MOST_WALKED))


class AuditWalked(Schema):
    """How many entries were walked and are whole, and the last of them; `at_end` if it is the head of the chain.

    `broken` is the first position that does not fit, and `fault` what is wrong there.
    """

    service = fields.String(required=True)
    entries = fields.Integer(required=True)
    position = fields.Integer(required=True)
    hash = fields.String(required=True)
    at_end = fields.Boolean(required=True)
    broken = fields.Integer(required=True, allow_none=True)
    fault = fields.String(required=True, allow_none=True, validate=validate.OneOf(FAULTS))


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
