"""Destroying notices of the provider that are past their time (R15). What names an invoice or a payment of ours stays with the books.

So nothing that is destroyed here belongs to a person we know, and no legal hold can be on it. What waits for a person is never due.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select

from services.billing.models import PaymentNotice
from services.common.duties import retention
from services.common.duties.retention import Records
from services.common.duties.retention_calls import RetentionPreview
from services.common.kernel import clock
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.college import College

OWNER = "billing"


def _settled(before: datetime) -> Select[tuple[UUID, Any]]:
    moment = func.coalesce(PaymentNotice.resolved_at, PaymentNotice.received_at)
    over = (
        PaymentNotice.invoice_id.is_(None),
        PaymentNotice.payment_id.is_(None),
        or_(PaymentNotice.flag.is_(None), PaymentNotice.resolved_at.is_not(None)),
        moment < before,
    )
    return select(PaymentNotice.id, moment).where(*over).order_by(moment)


def _destroy(work: UnitOfWork, notice_ids: Sequence[UUID]) -> None:
    work.session.execute(delete(PaymentNotice).where(PaymentNotice.id.in_(notice_ids)))


RECORDS = {"payment_notices": Records(_settled, _destroy)}


def destroy_due(units: UnitOfWorkFactory, college: College) -> None:
    """Destroys all that is due."""
    retention.destroy_due(units, college.at(clock.now()).retention.destroyed_by(OWNER), RECORDS)


def preview(work: UnitOfWork, college: College) -> RetentionPreview:
    """Counts what is due."""
    return retention.preview(work, OWNER, college.at(work.now).retention.destroyed_by(OWNER), RECORDS)
