"""What a service holds of a person (R15): gathered by each service into sections, shown to the person and to nobody else without a trace.

Left out everywhere: hashes and secrets, other people's data, and what a colleague wrote in confidence. A note of the staff is told by its
date only, for a free text may repeat what a third person said; the college gives it out after somebody has read it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.common.duties.personal_data_calls import PersonalData, PersonalDataSection
from services.common.kernel.errors import Unauthenticated
from services.common.kernel.records import Record
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork

Gather = Callable[[UnitOfWork, UUID], Iterable["Section"]]


@dataclass(frozen=True)
class Section:
    """One kind of record: the columns that are shown, with their names, and the rows, each a mapping or an object with such attributes."""

    code: str
    name: Text
    columns: Mapping[str, Text]
    rows: Iterable[Any]

    def shown(self, language: str) -> PersonalDataSection:
        """The section in one language, its rows as plain JSON."""
        return PersonalDataSection(
            code=self.code,
            name=self.name.in_(language),
            columns={code: label.in_(language) for code, label in self.columns.items()},
            rows=[{code: plain(_value(row, code), language) for code in self.columns} for row in self.rows],
        )


def answer(work: UnitOfWork, contract: Any, account_id: UUID | None, gather: Gather) -> PersonalData:
    """Gives the caller's own data, or another person's to those who may see it, and leaves in the trail that they did. Raises Forbidden."""
    whose = account_id or work.caller.account_id
    if whose is None:
        raise Unauthenticated()
    if whose != work.caller.account_id:
        contract.others_access.check(work.caller)
        work.audit("personal-data:read", f"account/{whose}")
    language = work.caller.language
    return PersonalData(service=contract.owner, sections=[section.shown(language) for section in gather(work, whose)])


def plain(value: Any, language: str) -> Any:
    """Gives a value as plain JSON, texts in one language."""
    match value:
        case Text():
            return value.in_(language)
        case dt.date() | dt.datetime():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(inner, language) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner, language) for inner in value]
        case None | bool() | int() | float() | str():
            return value
        case Record():
            raise TypeError(f"{type(value).__qualname__} is not shown to a person as it is: name what of it is")
    return str(value)


def _value(row: Any, code: str) -> Any:
    return row[code] if isinstance(row, Mapping) else getattr(row, code)
