"""Destroying messages and subscriptions that are past their time (R15), and all that was kept of an account that was destroyed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select

from services.common.duties import retention
from services.common.duties.legal_holds import held
from services.common.duties.retention import Records
from services.common.duties.retention_calls import RetentionPreview
from services.common.kernel import clock
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.college import College
from services.contracts.identity.events import OfAccount
from services.correspondence import subscriptions
from services.correspondence.models import (
    RETRYING,
    WAITING,
    Contact,
    KnownApplication,
    Message,
    Subscription,
    SubscriptionRequest,
    legal_holds,
)

OWNER = "correspondence"


def _written(before: datetime) -> Select[tuple[UUID, datetime]]:
    over = (Message.written_at < before, Message.delivery.not_in((WAITING, RETRYING)), ~held(legal_holds, Message.account_id))
    return select(Message.id, Message.written_at).where(*over).order_by(Message.written_at)


def _destroy(work: UnitOfWork, message_ids: Sequence[UUID]) -> None:
    work.session.execute(delete(Message).where(Message.id.in_(message_ids)))


def _address_held(address_key: Any) -> ColumnElement[bool]:
    # Of somebody whose account has this address now; an address alone is under no hold.
    return exists().where(func.lower(Contact.email) == address_key, held(legal_holds, Contact.account_id))


def _asked(before: datetime) -> Select[tuple[UUID, datetime]]:
    request = SubscriptionRequest
    over = (request.asked_at < before, request.expires_at < clock.now(), ~_address_held(request.address_key))
    return select(request.id, request.asked_at).where(*over).order_by(request.asked_at)


def _ended(before: datetime) -> Select[tuple[UUID, Any]]:
    over = (Subscription.ended_at < before, ~_address_held(Subscription.address_key))
    return select(Subscription.id, Subscription.ended_at).where(*over).order_by(Subscription.ended_at)


RECORDS = {
    "messages": Records(_written, _destroy),
    "subscription_requests": Records(_asked, subscriptions.forget_requests),
    "subscriptions": Records(_ended, subscriptions.forget_ended),
}


def destroy_due(units: UnitOfWorkFactory, college: College) -> None:
    """Destroys all that is due."""
    retention.destroy_due(units, college.at(clock.now()).retention.destroyed_by(OWNER), RECORDS)


def preview(work: UnitOfWork, college: College) -> RetentionPreview:
    """Counts what is due."""
    return retention.preview(work, OWNER, college.at(work.now).retention.destroyed_by(OWNER), RECORDS)


def forget_account(work: UnitOfWork, event: OfAccount) -> None:
    """Removes the contact of a destroyed account with every message to it; what is not there is left at that."""
    gone = {
        model.__tablename__: rows_changed(work.session, delete(model).where(model.account_id == event.account_id))
        for model in (Message, KnownApplication, Contact)
    }
    if any(gone.values()):
        told = {"rule": "with its account", **gone}
        work.audit("record:destroy", f"unactivated_accounts/{event.account_id}", after=told)
