"""The applications of people who are known by their accounts: what to call each, and where its page is."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Self
from uuid import UUID

from gateway.context import Context
from services.common.kernel.errors import ServiceError
from services.contracts.applications.review import MOST_REFERENCES, GetReferences, Reference, ReferenceWithName


@dataclass(frozen=True)
class File:
    """An application as it is pointed to. The applicant's name is there for those who may see it."""

    id: UUID
    account_id: UUID
    reference: str
    applicant_name: str | None

    @classmethod
    def of(cls, told: Reference) -> Self:
        """Gives what whoever asked was told of an application."""
        name = told.applicant_name if isinstance(told, ReferenceWithName) else None
        return cls(told.id, told.account_id, told.reference, name)


def of_accounts(context: Context, account_ids: Iterable[UUID | str | None]) -> dict[str, File]:
    """Gives the application of each account that has one, by the account. One call for a hundred; none while nobody tells."""
    return {str(file.account_id): file for file in found(context, account_ids=account_ids)}


def found(context: Context, **ids: Iterable[UUID | str | None]) -> list[File]:
    """Gives the applications of these `application_ids` and `account_ids`, as far as there are any and somebody tells of them."""
    files: list[File] = []
    parts = {kind: _in_parts(sorted({str(wanted_id) for wanted_id in wanted if wanted_id})) for kind, wanted in ids.items()}
    with suppress(ServiceError):
        for together in zip_longest(*parts.values(), fillvalue=[]):
            asked: dict[str, Any] = dict(zip(parts, together, strict=True))
            files += map(File.of, context.ask(GetReferences, **asked).applications)
    return files


def called(file: File) -> str:
    """Gives what an application is called: its reference, with the applicant's name for those who may see it."""
    return f"{file.reference} ({file.applicant_name})" if file.applicant_name else file.reference


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + MOST_REFERENCES] for start in range(0, len(ids), MOST_REFERENCES))
