"""Legal holds: while one is in force, no service destroys anything of the person (R15)."""

from uuid import UUID

from sqlalchemy import select

from services.common.duties.retention import stand_still
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity import administration
from services.contracts.identity.administration import ListLegalHolds
from services.contracts.identity.errors import OwnAccount, WrongState
from services.contracts.identity.events import LegalHoldLifted, LegalHoldPlaced
from services.identity.accounts import lookup
from services.identity.models import LegalHold


def place(work: UnitOfWork, account_id: UUID, reason: str) -> administration.LegalHold:
    """Places a hold and announces it. Each stands for itself: an account with two is held until both are lifted.

    Raises NotFound, and OwnAccount: what is kept of oneself somebody else decides.
    """
    stand_still(work.session)
    _refuse_ones_own(work, account_id)
    if lookup.by_id(work.session, account_id) is None:
        raise NotFound()
    hold = LegalHold(id=new_id(), account_id=account_id, reason=reason, placed_at=work.now, placed_by=work.actor)
    work.session.add(hold)
    work.audit("legal-hold:place", f"account/{account_id}", after={"hold_id": hold.id, "reason": reason})
    work.announce(LegalHoldPlaced, LegalHoldPlaced.Data(hold_id=hold.id, account_id=account_id))
    return _seen_by_auditors(hold)


def lift(work: UnitOfWork, hold_id: UUID, reason: str) -> administration.LegalHold:
    """Lifts a hold and announces it. Raises NotFound, OwnAccount, and WrongState for one that was lifted before."""
    hold = work.session.get(LegalHold, hold_id, with_for_update=True)
    if hold is None:
        raise NotFound()
    _refuse_ones_own(work, hold.account_id)
    if hold.lifted_at is not None:
        raise WrongState()
    hold.lifted_at, hold.lift_reason = work.now, reason
    work.audit("legal-hold:lift", f"account/{hold.account_id}", after={"hold_id": hold.id, "reason": reason})
    work.announce(LegalHoldLifted, LegalHoldLifted.Data(hold_id=hold.id, account_id=hold.account_id))
    return _seen_by_auditors(hold)


def _refuse_ones_own(work: UnitOfWork, account_id: UUID) -> None:
    if account_id == work.caller.account_id:
        raise OwnAccount()


def list_all(work: UnitOfWork, account_id: UUID | None) -> ListLegalHolds.Reply:
    """Lists the holds, lifted ones too, newest first; those of one person, if one is named."""
    holds = select(LegalHold).order_by(LegalHold.id.desc())
    if account_id is not None:
        holds = holds.where(LegalHold.account_id == account_id)
    return ListLegalHolds.Reply(holds=[_seen_by_auditors(hold) for hold in work.session.scalars(holds)])


def _seen_by_auditors(hold: LegalHold) -> administration.LegalHold:
    return administration.LegalHold(
        id=hold.id,
        account_id=hold.account_id,
        reason=hold.reason,
        placed_at=hold.placed_at,
        placed_by=hold.placed_by,
        lifted_at=hold.lifted_at,
    )
