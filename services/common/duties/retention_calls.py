"""The call about what a service would destroy now (R15): written once here, made for each owner by `retention_calls`."""

from dataclasses import dataclass
from datetime import datetime

from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.records import Record

_DEADLINE_S = 12.0  # counts without an index


class DueRecords(Record):
    """One type of record: the rule it is kept by, how many are past it and not held, and since when the first one is counted."""

    type: str
    kept_for: str
    counted_from: str
    due: int
    oldest: datetime | None


class RetentionPreview(Record):
    """The types of record that the service destroys by itself."""

    service: str
    records: list[DueRecords]


@dataclass(frozen=True)
class RetentionCalls:
    """The call about what one service would destroy now."""

    PreviewRetention: type[Call]


def retention_calls(module: str, access: Access) -> RetentionCalls:
    """Declares the call about retention in the service that owns the contracts in `module` (give `__name__`)."""
    body = {
        "__module__": module,
        "__doc__": "Counts what the next run of the retention job would destroy, by type of record (R15).",
        "access": access,
        "read_only": True,
        "deadline_s": _DEADLINE_S,
        "Reply": RetentionPreview,
    }
    return RetentionCalls(PreviewRetention=type("PreviewRetention", (Call,), body))
