"""Destroying what identity holds once it is past its time (R15): accounts never activated, decided requests, ended delegations.

An account of an earlier system and one of the staff are never destroyed here, nor one with a link under way or with something beside it that
is kept for a time of its own: that goes first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select

from services.common.duties import retention
from services.common.duties.retention import Records
from services.common.duties.retention_calls import RetentionPreview
from services.common.kernel import clock
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.college import College
from services.contracts.identity.events import AccountDestroyed, OfAccount
from services.identity.models import (
    AccessRequest,
    Account,
    Challenge,
    Delegation,
    Factor,
    FailedTry,
    HeldRole,
    KnownPlace,
    LegalHold,
    MailedLink,
    RecoveryCode,
    SignInSession,
)

OWNER = "identity"
_OF_ACCOUNT = (HeldRole, MailedLink, SignInSession, Factor, RecoveryCode, Challenge, LegalHold, KnownPlace)


def _held(account_id: Any) -> ColumnElement[bool]:
    return exists().where(LegalHold.account_id == account_id, LegalHold.lifted_at.is_(None))


def _unactivated(before: datetime) -> Select[tuple[UUID, datetime]]:
    beside = (
        exists().where(MailedLink.account_id == Account.id, MailedLink.expires_at > clock.now()),
        exists().where(AccessRequest.account_id == Account.id),
        exists().where(or_(Delegation.account_id == Account.id, Delegation.delegate_id == Account.id)),
        _held(Account.id),
    )
    never_used = (Account.activated_at.is_(None), Account.migrated_at.is_(None), Account.application_id.is_not(None))
    return (
        select(Account.id, Account.opened_at)
        .where(Account.opened_at < before, *never_used, *(~condition for condition in beside))
        .order_by(Account.opened_at)
    )


def _destroy_accounts(work: UnitOfWork, account_ids: Sequence[UUID]) -> None:
    for model in _OF_ACCOUNT:
        work.session.execute(delete(model).where(model.account_id.in_(account_ids)))
    subjects = [f"account/{account_id}" for account_id in account_ids]
    work.session.execute(delete(FailedTry).where(FailedTry.subject.in_(subjects)))
    work.session.execute(delete(Account).where(Account.id.in_(account_ids)))
    work.announce_all(AccountDestroyed, (OfAccount(account_id=account_id) for account_id in account_ids))


def _decided_requests(before: datetime) -> Select[Any]:
    past = (AccessRequest.decided_at < before, AccessRequest.state.in_(("approved", "refused")))
    free = ~_held(AccessRequest.account_id)
    return select(AccessRequest.id, AccessRequest.decided_at).where(*past, free).order_by(AccessRequest.decided_at)


def _ended_delegations(before: datetime) -> Select[Any]:
    past = (Delegation.ended_at < before, Delegation.state == "ended")
    free = (~_held(Delegation.account_id), ~_held(Delegation.delegate_id))
    return select(Delegation.id, Delegation.ended_at).where(*past, *free).order_by(Delegation.ended_at)


RECORDS = {
    "unactivated_accounts": Records(_unactivated, _destroy_accounts),
    "access_requests": Records(
        _decided_requests, lambda work, ids: work.session.execute(delete(AccessRequest).where(AccessRequest.id.in_(ids)))
    ),
    "delegations": Records(
        _ended_delegations, lambda work, ids: work.session.execute(delete(Delegation).where(Delegation.id.in_(ids)))
    ),
}


def destroy_due(units: UnitOfWorkFactory, college: College) -> None:
    """Destroys all that is due."""
    retention.destroy_due(units, college.at(clock.now()).retention.destroyed_by(OWNER), RECORDS)


def preview(work: UnitOfWork, college: College) -> RetentionPreview:
    """Counts what is due."""
    return retention.preview(work, OWNER, college.at(work.now).retention.destroyed_by(OWNER), RECORDS)
