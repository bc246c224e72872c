"""Destroying what was in closed applications once it is past its time (R15), with the files that no other document is.

What stays is the row: that there was an application under this reference, and what became of it. Its applicant still sees that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from services.applications.life import timeline
from services.applications.models import Application, Document, FileToRemove, legal_holds
from services.common.documents.files import FileStore
from services.common.duties import retention
from services.common.duties.legal_holds import held
from services.common.duties.retention import Records
from services.common.duties.retention_calls import RetentionPreview
from services.common.kernel import clock
from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.applications import states
from services.contracts.college import College
from services.contracts.identity.events import OfAccount

OWNER, FILES_AT_ONCE = "applications", 500
# A file that comes again is stored before its document is recorded: seconds later, at the very most.
JUST_UPLOADED = timedelta(hours=1)
log = get_logger("retention")


def _closed(closed_as: tuple[str, ...], moment: InstrumentedAttribute[Any], before: datetime) -> Select[tuple[UUID, datetime]]:
    past: tuple[ColumnElement[bool], ...] = (
        Application.state.in_(closed_as),
        Application.destroyed_at.is_(None),
        moment < before,
    )
    return select(Application.id, moment).where(*past, ~held(legal_holds, Application.account_id)).order_by(moment)


def _destroy(work: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    for application_id in application_ids:
        work.session.execute(select(func.destroy_application(application_id, False)))
        timeline.tell(work, application_id, "destroyed")


RECORDS = {
    "abandoned_applications": Records(partial(_closed, (states.LAPSED, states.WITHDRAWN), Application.last_action_at), _destroy),
    "refused_applications": Records(partial(_closed, (states.REFUSED,), Application.decided_at), _destroy),
}


def destroy_due(units: UnitOfWorkFactory, college: College, files: FileStore) -> None:
    """Destroys all that is due, then the files that no document is any more."""
    retention.destroy_due(units, college.at(clock.now()).retention.destroyed_by(OWNER), RECORDS)
    units.persist(lambda: remove_files(units, files))


def preview(work: UnitOfWork, college: College) -> RetentionPreview:
    """Counts what is due."""
    return retention.preview(work, OWNER, college.at(work.now).retention.destroyed_by(OWNER), RECORDS)


def let_go(work: UnitOfWork, sha256: str) -> None:
    """Lets the file of a document that is removed leave the store, by the next run that finds it needed no more."""
    work.session.execute(insert(FileToRemove).values(sha256=sha256, since=work.now).on_conflict_do_nothing())


def remove_files(units: UnitOfWorkFactory, files: FileStore) -> int:
    """Removes files of removed and destroyed documents from the store and gives how many are gone; one that came again just now waits.

    A file counts as gone only once that is committed: a run that was cut short is made up for by the next.
    """
    with units.transaction(actor=retention.ACTOR) as work:
        if not retention.alone(work.session):
            return 0
        needed = delete(FileToRemove).where(exists().where(Document.sha256 == FileToRemove.sha256))
        work.session.execute(needed)
        waiting = work.session.scalars(select(FileToRemove.sha256).order_by(FileToRemove.since).limit(FILES_AT_ONCE))
        gone = [sha256 for sha256 in waiting if files.remove_upload(sha256, JUST_UPLOADED.total_seconds())]
        work.session.execute(delete(FileToRemove).where(FileToRemove.sha256.in_(gone)))
    log.info("files-removed", count=len(gone))
    return len(gone)


def forget_account(work: UnitOfWork, event: OfAccount) -> None:
    """Removes the draft of an account that was never activated and is destroyed; one that somebody wrote in is for a person to look at."""
    application_id = work.session.scalars(select(Application.id).filter_by(account_id=event.account_id)).one_or_none()
    if application_id is not None:
        work.session.execute(select(func.destroy_application(application_id, True)))
        told = {"rule": "with its account", "application": application_id}
        work.audit("record:destroy", f"unactivated_accounts/{event.account_id}", after=told)
