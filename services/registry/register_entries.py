"""What the register says, kept: composed of the facts after each change, in the same transaction, and stored if it differs.

Search, look-up, verification, the portal and staff read what is stored here and nothing else.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from services.common.kernel.clock import local_date
from services.common.kernel.ids import new_id
from services.common.kernel.present import present as there
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import terms
from services.contracts.applications.shapes import Bilingual
from services.contracts.college import College
from services.contracts.registry.standing import StandingChanged
from services.registry.facts.shape import Fact
from services.registry.models import PRESENT, RegisterEntry, Registrant
from services.registry.public_record import PublicRecord, compose

_JUST_AFTER = timedelta(microseconds=1)


def first_entry(
    work: UnitOfWork, registrant: Registrant, record: PublicRecord, since: datetime, conditions: list[str]
) -> RegisterEntry:
    """Makes a registrant's first entry of the register; `conditions` are the terms as an earlier release reads them."""
    entry = _entry(work, registrant, record, since)
    entry.conditions = conditions
    return entry


def publish(work: UnitOfWork, college: College, registrant: Registrant, believed: Sequence[Fact]) -> None:
    """Has the register say what the facts say today, and announces a standing that is not what it was.

    What is said today already is not said again; a registrant of whom nothing holds yet is not on the register.
    """
    record = compose(believed, today(work, college))
    if record is None:
        return
    present = work.session.scalar(select(RegisterEntry).where(RegisterEntry.registrant_id == registrant.id, PRESENT))
    if present is not None and says(present) == said_by(record, present.document is not None):
        return
    at = work.now
    if present is not None:
        since = there(present.valid.lower)
        at = max(at, since + _JUST_AFTER)
        present.valid = Range(since, at)
        work.session.flush()
    work.session.add(_entry(work, registrant, record, at))
    work.session.flush()
    work.audit("register:show", f"registrant/{registrant.id}", before=says(present) if present else None, after=record.document)
    if present is None or _standing(says(present)) != _standing(record.document):
        _announce(work, registrant, record, present)


def today(work: UnitOfWork, college: College) -> date:
    """Gives the college's day of this unit of work."""
    return local_date(work.now, college.time_zone.key)


def says(entry: RegisterEntry) -> dict[str, Any]:
    """Gives what an entry says, as its document does; of the release before, what its columns say."""
    if entry.document is not None:
        return entry.document
    return {name: getattr(entry, name) for name in _COLUMNS} | {"terms": entry.terms or []}


def said_by(record: PublicRecord, whole: bool) -> dict[str, Any]:
    """Gives what a record says, to be compared with an entry: as a whole, or as much as the columns of an entry hold."""
    return record.document if whole else {name: record.document[name] for name in (*_COLUMNS, "terms")}


def _entry(work: UnitOfWork, registrant: Registrant, record: PublicRecord, since: datetime) -> RegisterEntry:
    document = record.document
    return RegisterEntry(
        id=new_id(),
        registrant_id=registrant.id,
        valid=Range(since, None),
        **{name: document[name] for name in _COLUMNS},
        **terms.carried(document["terms"]),
        document=document,
        recorded_at=work.now,
    )


def _announce(work: UnitOfWork, registrant: Registrant, record: PublicRecord, before: RegisterEntry | None) -> None:
    work.announce(
        StandingChanged,
        StandingChanged.Data(
            registrant_id=registrant.id,
            account_id=registrant.account_id,
            registration_number=registrant.registration_number,
            name=record.legal_name,
            category=record.category,
            status=record.status,
            status_reason=Bilingual(**record.status_reason) if record.status_reason else None,
            status_since=date.fromisoformat(record.status_since),
            terms=terms.stated(record.terms),
            previous_category=before.category if before else None,
            previous_status=before.status if before else None,
            changed_at=work.now,
        ),
    )


def _standing(document: dict[str, Any]) -> tuple[Any, ...]:
    return document["category"], document["status"], document.get("status_reason"), document["terms"]


_COLUMNS = ("legal_name", "first_name", "last_name", "commonly_used_name", "category", "status", "languages_of_care")
