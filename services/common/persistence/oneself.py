"""Nobody decides about themselves: staff who also are applicants, or act for one, leave their own matters to a colleague.

A contract says so (`others_only`); its use case asks here once it knows whose matter it is. One that forgets to ask fails (`rpc_server.py`).
"""

from uuid import UUID

from services.common.kernel.caller import Caller
from services.common.kernel.errors import OwnMatter
from services.common.persistence.unit_of_work import UnitOfWork


class NotAsked(TypeError):
    """A use case whose contract is for others only did not ask whose matter it is."""


def not_oneself(work: UnitOfWork, account_id: UUID | None) -> None:
    """Lets pass what belongs to somebody else, or to nobody. Raises OwnMatter."""
    work.told_apart = True
    refuse_oneself(work.caller, account_id)


def refuse_oneself(caller: Caller, account_id: UUID | None) -> None:
    """Raises OwnMatter if the account is the caller's, or the one that the caller acts for. Pure."""
    if account_id is not None and account_id in (caller.account_id, caller.delegate_id):
        raise OwnMatter()
