"""What came to an application since the version that a step was taken on, as a refused step tells it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from services.common.kernel.errors import ServiceError
from services.contracts.applications.shapes import ChangedSince
from services.contracts.identity.administration import MOST_COLLEAGUES, GetColleagues
from staff.terminal.context import Context
from staff.terminal.show import NOTHING, instant


def lines(context: Context, params: Mapping[str, Any]) -> Iterator[str]:
    """Gives the lines that say what came, by whom and when; none for a refusal that carries nothing of that."""
    told = {name: value for name, value in params.items() if name in ChangedSince.schema().fields}
    changes = ChangedSince.schema().load(told)["changed_since"] if "changed_since" in told else []
    if not changes:
        return
    names = _names(context, (one["account_id"] for one in changes))
    yield context.text("came-between")
    for one in changes:
        who = names.get(str(one["account_id"])) or context.text(f"by.{one['by']}")
        yield f"  {instant(one['at'])} · {who} · {one['words'][context.language]}"
        yield from (f"    {line}" for line in (one["text"] or "").splitlines())
        for answer in one["answers"]:
            before, after = (_value(context, answer[side]) for side in ("before", "after"))
            yield f"    {answer['label'][context.language]}{context.text('colon')} {before} → {after}"
    yield context.text("decide-again", version=params["version"])


def _names(context: Context, account_ids: Iterable[Any]) -> dict[str, str]:
    """The colleagues' names; nothing where identity does not tell."""
    asked = list(dict.fromkeys(str(one) for one in account_ids if one))[:MOST_COLLEAGUES]
    with suppress(ServiceError):
        return {str(one.id): one.name for one in context.call(GetColleagues, account_ids=asked).colleagues} if asked else {}
    return {}


def _value(context: Context, value: Any) -> str:
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, bool):
        return context.text("yes" if value else "no")
    return ", ".join(_value(context, one) for one in value) if isinstance(value, list) else str(value)
