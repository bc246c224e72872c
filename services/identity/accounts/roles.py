"""Roles: what an account may do."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.registry import RegistrationFinalised
from services.contracts.registry.standing import StandingChanged
from services.contracts.registry.words import REGISTERED
from services.contracts.roles import REGISTRANT
from services.identity.accounts import lookup
from services.identity.models import HeldRole
from services.identity.sessions import ended_sessions


def grant(work: UnitOfWork, account_id: UUID, role: str) -> bool:
    """Gives an account a role; changes nothing and says False if the account holds it already."""
    statement = insert(HeldRole).values(account_id=account_id, role=role, granted_at=work.now).on_conflict_do_nothing()
    if not rows_changed(work.session, statement):
        return False
    work.audit("role:grant", f"account/{account_id}", after={"role": role})
    return True


def withdraw(work: UnitOfWork, account_id: UUID, role: str) -> bool:
    """Takes a role from an account, whose sessions end, as their tokens tell of it; says False if the account does not hold it."""
    if not rows_changed(work.session, delete(HeldRole).filter_by(account_id=account_id, role=role)):
        return False
    work.audit("role:withdraw", f"account/{account_id}", before={"role": role})
    ended_sessions.end_all(work, account_id)
    return True


def make_registrant(work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
    """Grants the registrant role to the person whose RegistrationFinalised this is. Raises NotYet if there is no such account.

    One whose standing has changed since is left as it is: a registration is announced again when somebody did not hear it.
    """
    account = lookup.of_fact(work, event.account_id)
    if account.standing_as_of is None:
        grant(work, account.id, REGISTRANT)


def follow_standing(work: UnitOfWork, event: StandingChanged.Data) -> None:
    """Grants the registrant role to whoever is registered, withdraws it from whoever is no more; an older standing changes nothing.

    Raises NotYet if there is no such account.
    """
    if event.account_id is None:
        return  # someone from an earlier system who has no account yet
    account = lookup.of_fact(work, event.account_id)
    if account.standing_as_of is not None and account.standing_as_of >= event.changed_at:
        return
    account.standing_as_of = event.changed_at
    if event.status in REGISTERED:
        grant(work, account.id, REGISTRANT)
    else:
        withdraw(work, account.id, REGISTRANT)
