"""What colleagues are called: the names that staff see beside what one of them did. Nobody else is told who works for the college."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from services.common.kernel.errors import NotFound
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.administration import Colleague, FoundAccount, GetColleagues
from services.contracts.roles import STAFF_ROLES
from services.identity.accounts import lookup
from services.identity.models import Account, HeldRole
from services.identity.staff.staff_administration import seen_by_staff_now


def names_of(work: UnitOfWork, account_ids: Sequence[UUID]) -> GetColleagues.Reply:
    """Gives the names of those accounts that are, or were, of the staff; the address of one that has no name yet. One query."""
    staff = select(HeldRole.account_id).where(HeldRole.role.in_(STAFF_ROLES), HeldRole.account_id.in_(account_ids))
    query = (
        select(Account.id, Account.name, Account.email)
        # Who applied has an application ID; who has left the staff has no role of it any more.
        .where(Account.id.in_(account_ids), or_(Account.application_id.is_(None), Account.id.in_(staff)))
        .order_by(Account.id)
    )
    members = work.session.execute(query)
    return GetColleagues.Reply(colleagues=[Colleague(id=member.id, name=member.name or member.email) for member in members])


def set_name(work: UnitOfWork, account_id: UUID, name: str) -> FoundAccount:
    """Gives a member of staff another name. Raises NotFound for an account that is not of the staff."""
    account = lookup.by_id(work.session, account_id, lock=True)
    if account is None or set(STAFF_ROLES).isdisjoint(account.roles):
        raise NotFound()
    before, account.name = account.name, name
    work.audit("account:set-name", f"account/{account.id}", {"name": before}, {"name": name})
    return seen_by_staff_now(work, account)
