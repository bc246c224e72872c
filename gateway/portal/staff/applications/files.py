"""The applications of people who are known by their accounts: what to call each, and where its page is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import zip_longest
from typing import Any

from gateway.context import Context
from services.common.kernel.errors import ServiceError
from services.contracts.applications.review import MOST_REFERENCES, GetReferences

File = Mapping[str, Any]


def of_accounts(context: Context, account_ids: Iterable[Any]) -> dict[str, File]:
    """Gives the application of each account that has one, by the account. One call for a hundred; none while nobody tells."""
    return {str(file["account_id"]): file for file in found(context, account_ids=account_ids)}


def found(context: Context, **ids: Iterable[Any]) -> list[File]:
    """Gives the applications of these `application_ids` and `account_ids`, as far as there are any and somebody tells of them."""
    files: list[File] = []
    parts = {kind: _in_parts(sorted({str(wanted_id) for wanted_id in wanted if wanted_id})) for kind, wanted in ids.items()}
    with suppress(ServiceError):
        for together in zip_longest(*parts.values(), fillvalue=[]):
            asked: dict[str, Any] = dict(zip(parts, together, strict=True))
            files += context.ask(GetReferences, **asked).applications
    return files


def called(file: File) -> str:
    """Gives what an application is called: its reference, with the applicant's name for those who may see it."""
    return f"{file['reference']} ({file['applicant_name']})" if file.get("applicant_name") else str(file["reference"])


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + MOST_REFERENCES] for start in range(0, len(ids), MOST_REFERENCES))
