"""What came to an application since the version that a step was taken on, as a refused step tells it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from services.common.kernel.errors import ServiceError
from services.common.kernel.records import read_as_records
from services.common.kernel.validation import lenient
from services.contracts.applications.shapes import ChangedSince
from services.contracts.identity.administration import MOST_COLLEAGUES, GetColleagues
from staff.terminal.context import Context
from staff.terminal.show import NOTHING, instant

# What a newer release tells besides is passed over, as in an answer.
_SCHEMA = read_as_records(lenient(ChangedSince.schema))


def lines(context: Context, params: Mapping[str, Any]) -> Iterator[str]:
    """Gives the lines that say what came, by whom and when; none for a refusal that carries nothing of that."""
    told: ChangedSince | None = _SCHEMA.load(params) if "changed_since" in params else None
    if told is None or not told.changed_since:
        return
    names = names_of(context, (change.account_id for change in told.changed_since))
    yield context.text("came-between")
    for change in told.changed_since:
        who = names.get(str(change.account_id)) or context.text(f"by.{change.by}")
        yield f"  {instant(change.at)} · {who} · {change.words.in_(context.language)}"
        yield from (f"    {line}" for line in (change.text or "").splitlines())
        for answer in change.answers:
            before, after = _value(context, answer.before), _value(context, answer.after)
            yield f"    {answer.label.in_(context.language)}{context.text('colon')} {before} → {after}"
    yield context.text("decide-again", version=told.version)


def names_of(context: Context, account_ids: Iterable[UUID | None]) -> dict[str, str]:
    """The colleagues' names; nothing where identity does not tell."""
    asked = list(dict.fromkeys(str(account_id) for account_id in account_ids if account_id))[:MOST_COLLEAGUES]
    with suppress(ServiceError):
        colleagues = context.call(GetColleagues, account_ids=asked).colleagues if asked else []
        return {str(colleague.id): colleague.name for colleague in colleagues}
    return {}


def _value(context: Context, value: Any) -> str:
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, bool):
        return context.text("yes" if value else "no")
    return ", ".join(_value(context, item) for item in value) if isinstance(value, list) else str(value)
