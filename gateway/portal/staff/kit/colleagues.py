"""What colleagues are called beside what they did. Staff see their names; applicants never do."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from uuid import UUID

from gateway.context import Context
from gateway.portal.kit.texts import _, say
from services.common.kernel.errors import ServiceError
from services.contracts.identity.administration import MOST_COLLEAGUES, GetColleagues

Names = Mapping[str, str]


def named(context: Context, account_ids: Iterable[UUID | str | None]) -> Names:
    """Gives what each of these accounts is called on a page, in the person's language: “you”, a name, “a colleague” where none is known.

    One call for all of them, none if there is only oneself. Whatever keeps identity from telling, the page is shown without the names.
    """
    asked = {str(account_id): say(context.language, _("A colleague")) for account_id in account_ids if account_id}
    own = str(context.caller.account_id)
    with suppress(ServiceError):
        for some in _in_parts(sorted(asked.keys() - {own})):
            for colleague in context.ask(GetColleagues, account_ids=some).colleagues:
                asked[str(colleague.id)] = colleague.name
    return asked | ({own: say(context.language, _("You"))} if own in asked else {})


def _in_parts(account_ids: list[str]) -> Iterator[list[str]]:
    known = [account_id for account_id in account_ids if _is_account(account_id)]
    return (known[start : start + MOST_COLLEAGUES] for start in range(0, len(known), MOST_COLLEAGUES))


def _is_account(text: str) -> bool:
    with suppress(ValueError):
        return bool(UUID(text))
    return False
