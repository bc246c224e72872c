"""Who may make which call, as a table: `python -m services.contracts.access_table > docs/access.md` writes it anew.

It is worked out by asking each contract's access about each kind of caller, so it says what the services do.
"""

import sys
import time
from collections.abc import Iterator

from services.common.kernel.access import Access
from services.common.kernel.caller import Caller
from services.common.kernel.contract import Call
from services.common.kernel.ids import new_id
from services.contracts.roles import APPLICANT, REGISTRANT, SCOPES, STAFF_ROLES
from services.contracts.topology import Plan

NOBODY, DELEGATE, PROGRAM = "nobody", "delegate", "program"
PEOPLE = (APPLICANT, REGISTRANT, *STAFF_ROLES)
COLUMNS = (NOBODY, APPLICANT, REGISTRANT, DELEGATE, *STAFF_ROLES, PROGRAM)
_INTRODUCTION = """# Who may make which call

Written by `make generate` from the contracts (`services/contracts`). `tests/service/across/test_access_table.py` makes every call as each of
these callers on running services. What belongs to one person is beside this shown to that person only: the use cases check that.

| cell | means |
|---|---|
| yes | may |
| fresh | may within fifteen minutes of having shown who they are; later they are asked to do so once more (`step_up_required`) |
| view | may, and is shown more than others: the named form of the answer |
| a page | a delegate may who was let into this page |
| a scope | a program may that has this scope |
| | may not: `unauthenticated` for nobody, `forbidden` for others |
"""


def table() -> str:
    """Gives the whole page in Markdown."""
    parts, calls = [_INTRODUCTION], Plan().calls
    for owner in dict.fromkeys(call.owner for call in calls):
        heads = [column.replace("_", " ") for column in COLUMNS]
        parts.append(f"## {owner}\n\n| call | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
        parts[-1] += "".join(f"\n| `{call.method}` | {' | '.join(cells(call))} |" for call in calls if call.owner == owner) + "\n"
    return "\n".join(parts)


def cells(call: type[Call]) -> Iterator[str]:
    """Gives what the table says of each kind of caller, in the order of the columns."""
    for column in COLUMNS:
        caller = caller_of(column, call.access)
        view = next((shown for access, shown in call.views if access.admits(caller_of(column, access))), None)
        if view:
            yield f"view {view.__name__}"
        elif not call.access.admits(caller):
            yield ""
        elif column == DELEGATE and not call.access.public:
            yield f"{call.access.page}"
        elif column == PROGRAM and not call.access.public:
            yield " ".join(sorted(call.access.scopes))
        else:
            yield "fresh" if call.access.fresh and caller.signed_in else "yes"


def caller_of(column: str, access: Access) -> Caller:
    """Gives a caller of the kind with all that such a one can have: the page that is asked for, every scope, a proof of this moment."""
    now = int(time.time())
    if column == NOBODY:
        return Caller()
    if column == PROGRAM:
        return Caller(client_id=PROGRAM, scopes=frozenset(SCOPES))
    if column == DELEGATE:
        roles, pages = frozenset({APPLICANT, REGISTRANT}), frozenset({access.page} if access.page else ())
        return Caller(account_id=new_id(), delegate_id=new_id(), roles=roles, pages=pages, proved_at=now)
    return Caller(account_id=new_id(), roles=frozenset({column}), proved_at=now)


if __name__ == "__main__":
    sys.stdout.write(table())
