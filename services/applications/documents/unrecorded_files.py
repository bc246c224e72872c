"""Uploads that became no document leave the store: what was refused, cut off, or whose sender went away before it was recorded.

A file is stored before its document is recorded, seconds later at most; what is no document after a quarter of an hour is none. What lies
there for longer than this looks back was not left by an upload of today: it is for a person to look at (a database that does not belong to
the store would make all of it look unrecorded).
"""

from functools import partial

import eventlet
from sqlalchemy import select

from services.applications.models import Document
from services.common.documents.files import FileStore
from services.common.duties import retention
from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import UnitOfWorkFactory

EVERY_S, LATELY_S, LOOK_BACK_S = 600, 900, 2 * 24 * 60 * 60
log = get_logger("files")


def sweep(units: UnitOfWorkFactory, files: FileStore) -> int:
    """Removes them and gives how many, what never ended included. One replica works at a time, a folder of the store in a transaction."""
    gone = files.forget_incoming(LATELY_S)
    for sha256s in files.uploads(LATELY_S, LOOK_BACK_S):
        if sha256s:
            gone += units.persist(partial(_remove, units, files, sha256s))
        eventlet.sleep(0)
    log.info("unrecorded-files-removed", count=gone)
    return gone


def _remove(units: UnitOfWorkFactory, files: FileStore, sha256s: list[str]) -> int:
    with units.transaction(actor=retention.ACTOR) as work:
        if not retention.alone(work.session):
            return 0
        recorded = set(work.session.scalars(select(Document.sha256).where(Document.sha256.in_(sha256s))))
        return sum(files.remove_upload(sha256, LATELY_S) for sha256 in sha256s if sha256 not in recorded)
