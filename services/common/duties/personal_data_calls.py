"""The call that every service answers about what it holds of a person (R15): made for each owner by `personal_data_calls`."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.common.kernel.access import Access
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields

_DEADLINE_S = 12.0  # all messages of a working life in one answer


class WhosePersonalData(Record):
    """Whose; the caller's own, unless told."""

    account_id: UUID | None = None


class PersonalDataSection(Record):
    """One kind of record: its name and the names of its columns in the caller's language, and its rows by the columns' codes."""

    code: str
    name: str
    columns: dict[str, Any] = of(fields.Dict(keys=fields.String(), values=fields.String()))
    rows: list[dict[str, Any]] = of(fields.List(fields.Dict(keys=fields.String())))


class PersonalData(Record):
    """All that one service holds of a person, as plain JSON."""

    service: str
    sections: list[PersonalDataSection]


@dataclass(frozen=True)
class PersonalDataCalls:
    """The call about a person's data in one service."""

    GetPersonalData: type[Call]


def personal_data_calls(module: str, access: Access, others_access: Access) -> PersonalDataCalls:
    """Declares the call about a person's data in the service that owns the contracts in `module` (give `__name__`).

    `access` says who may see their own, `others_access` who may also see another person's.
    """
    body = {
        "__module__": module,
        "__doc__": "Gives what the service holds of the caller; to auditors, which the audit trail keeps, also of somebody else (R15).",
        "access": access,
        "others_access": others_access,
        "deadline_s": _DEADLINE_S,
        "Request": WhosePersonalData,
        "Reply": PersonalData,
    }
    return PersonalDataCalls(GetPersonalData=type("GetPersonalData", (Call,), body))
