"""The holds that a service has heard of (R15): whose records it may not destroy. For each such service a table, its rows in any order."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, ColumnElement, Index, MetaData, Table, Uuid, exists, text
from sqlalchemy.dialects.postgresql import insert

from services.common.duties.retention import stand_still
from services.common.persistence.unit_of_work import UnitOfWork

NAME = "legal_holds"


def holds_table(metadata: MetaData) -> Table:
    """Makes the table among a service's own."""
    return Table(
        NAME,
        metadata,
        Column("hold_id", Uuid, primary_key=True),
        Column("account_id", Uuid, nullable=False),
        Column("lifted", Boolean, nullable=False),
        Index("ix_legal_holds_in_force", "account_id", postgresql_where=text("NOT lifted")),
    )


def handle_placed(work: UnitOfWork, holds: Table, hold_id: UUID, account_id: UUID) -> None:
    """Keeps a hold, unless it was heard before that it is lifted."""
    stand_still(work.session)
    row = insert(holds).values(hold_id=hold_id, account_id=account_id, lifted=False)
    work.session.execute(row.on_conflict_do_nothing())
    work.audit("legal-hold:hear", f"account/{account_id}", after={"hold_id": hold_id})


def handle_lifted(work: UnitOfWork, holds: Table, hold_id: UUID, account_id: UUID) -> None:
    """Lifts a hold, also one that will only be heard of later."""
    row = insert(holds).values(hold_id=hold_id, account_id=account_id, lifted=True)
    work.session.execute(row.on_conflict_do_update(index_elements=["hold_id"], set_={"lifted": True}))
    work.audit("legal-hold:hear-lifted", f"account/{account_id}", after={"hold_id": hold_id})


def held(holds: Table, account_id: Any) -> ColumnElement[bool]:
    """The condition that a hold is in force on the account in this column."""
    return exists().where(holds.c.account_id == account_id, ~holds.c.lifted)
