"""Destroying messages that are past their time (R15), and all that was kept of an account that was destroyed."""

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select

from services.common import retention
from services.common.legal_holds import held
from services.common.retention import Records
from services.common.statements import rows_changed
from services.common.work import Work, Works
from services.contracts.college import College
from services.correspondence.models import RETRYING, WAITING, Contact, KnownApplication, Message, legal_holds

OWNER = "correspondence"


def _written(before: datetime) -> Select[tuple[UUID, datetime]]:
    over = (Message.written_at < before, Message.delivery.not_in((WAITING, RETRYING)), ~held(legal_holds, Message.account_id))
    return select(Message.id, Message.written_at).where(*over).order_by(Message.written_at)


def _destroy(work: Work, message_ids: Sequence[UUID]) -> None:
    work.session.execute(delete(Message).where(Message.id.in_(message_ids)))


RECORDS = {"messages": Records(_written, _destroy)}


def destroy_due(works: Works, college: College) -> None:
    """Destroys all that is due."""
    retention.destroy_due(works, college.retention.destroyed_by(OWNER), RECORDS)


def preview(work: Work, college: College) -> dict[str, Any]:
    """Counts what is due."""
    return retention.preview(work, OWNER, college.retention.destroyed_by(OWNER), RECORDS)


def forget_account(work: Work, fact: SimpleNamespace) -> None:
    """Removes the contact of a destroyed account with every message to it; what is not there is left at that."""
    gone = {
        model.__tablename__: rows_changed(work.session, delete(model).where(model.account_id == fact.account_id))
        for model in (Message, KnownApplication, Contact)
    }
    if any(gone.values()):
        told = {"rule": "with its account", **gone}
        work.audit("record:destroy", f"unactivated_accounts/{fact.account_id}", after=told)
