"""Sealing anew what a service keeps sealed, after its key was changed: from then on the old key is not needed for it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.common.security.encryption import CannotOpen, SealedBox

BATCH = 200
log = get_logger("resealing")


def reseal_all(
    units: UnitOfWorkFactory, box: SealedBox, row_id: InstrumentedAttribute[Any], sealed: InstrumentedAttribute[Any]
) -> int:
    """Seals each value of a column anew that an old key sealed, a batch in a transaction; gives how many.

    Run again, or by replicas side by side, it does what is left. Says in the log how many were sealed anew, and how many no key
    opens, which stay as they are. With one key only there is nothing to do.
    """
    if not box.has_former:
        return 0
    resealed = unfit = 0
    last = None
    while True:
        with units.transaction(actor="timer/resealing") as work:
            rows = select(row_id.class_).where(sealed.is_not(None)).order_by(row_id).limit(BATCH).with_for_update()
            batch = work.session.scalars(rows if last is None else rows.where(row_id > last)).all()
            changed = 0
            for row in batch:
                last, before = getattr(row, row_id.key), getattr(row, sealed.key)
                try:
                    setattr(row, sealed.key, box.reseal(before))
                except CannotOpen:
                    unfit += 1
                changed += getattr(row, sealed.key) != before
            if changed:
                work.audit(f"{sealed.class_.__tablename__}:reseal", sealed.class_.__tablename__, after={"resealed": changed})
        resealed += changed
        if len(batch) < BATCH:
            break
    log.info("resealed", table=sealed.class_.__tablename__, resealed=resealed, unfit=unfit)
    return resealed
