"""Roles: what an account may do."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.registry import RegistrationFinalised
from services.contracts.roles import REGISTRANT
from services.identity.accounts import lookup
from services.identity.models import HeldRole


def grant(work: UnitOfWork, account_id: UUID, role: str) -> bool:
    """Gives an account a role; changes nothing and says False if the account holds it already."""
    statement = insert(HeldRole).values(account_id=account_id, role=role, granted_at=work.now).on_conflict_do_nothing()
    if not rows_changed(work.session, statement):
        return False
    work.audit("role:grant", f"account/{account_id}", after={"role": role})
    return True


def make_registrant(work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
    """Grants the registrant role to the person whose RegistrationFinalised this is. Raises NotYet if there is no such account."""
    grant(work, lookup.of_fact(work, event.account_id).id, REGISTRANT)
