"""The public register: what anyone may see of a registrant (R11). All else of an entry stays inside."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from services.common.kernel.clock import local_date
from services.common.kernel.errors import NotFound
from services.common.kernel.references import InvalidReference
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import registry as contracts
from services.contracts import terms
from services.contracts.applications.shapes import Bilingual
from services.contracts.college import College
from services.contracts.registry.words import STATUSES
from services.registry.models import RegisterEntry, Registrant
from services.registry.public_record import PublicRecord


def read_number(college: College, text: str) -> str | None:
    """Gives a registration number in its one written form, whatever its spacing; nothing if it is none or has a slip."""
    try:
        return college.numbering.registration.numbering.read(text)
    except InvalidReference:
        return None


def listed(college: College, entry: Any) -> contracts.RegisterEntry:
    """Gives a row of `register_entries` with its `registration_number` as lists of the register show it."""
    return contracts.RegisterEntry(
        registration_number=entry.registration_number,
        name=entry.legal_name,
        commonly_used_name=entry.commonly_used_name,
        category=entry.category,
        category_name=Bilingual.of(college.category(entry.category).name),
        status=entry.status,
        status_words=Bilingual.of(STATUSES[entry.status]),
    )


def stored_periods(college: College, stored: Sequence[dict[str, Any]]) -> list[contracts.CategoryPeriod]:
    """Gives the categories held, oldest first, as the public record has them."""
    return [
        contracts.CategoryPeriod(
            category=period["category"],
            category_name=Bilingual.of(college.category(period["category"]).name),
            since=date.fromisoformat(period["since"]),
            until=date.fromisoformat(period["until"]) if period["until"] else None,
        )
        for period in stored
    ]


def category_periods(college: College, entries: Sequence[Any]) -> list[contracts.CategoryPeriod]:
    """Gives the same of a history that an earlier release kept, from entries in the order of their time; days are the college's."""
    periods: list[contracts.CategoryPeriod] = []
    for category, group in groupby(entries, key=lambda entry: entry.category):
        held = list(group)
        until = held[-1].valid.upper
        periods.append(
            contracts.CategoryPeriod(
                category=category,
                category_name=Bilingual.of(college.category(category).name),
                since=local_date(held[0].valid.lower, college.time_zone.key),
                until=until and local_date(until, college.time_zone.key),
            )
        )
    return periods


def look_up(work: UnitOfWork, college: College, number: str) -> contracts.RegistrantForStaff:
    """Gives the public entry of a registration number; raises NotFound for none and for one with a slip in it."""
    wanted = read_number(college, number)
    if wanted is None:
        raise NotFound()
    return public_entry(work.session, college, _BY_NUMBER, wanted)


def by_id(work: UnitOfWork, college: College, registrant_id: UUID) -> contracts.RegistrantForStaff:
    """Gives the public entry of a registrant; raises NotFound."""
    return public_entry(work.session, college, _BY_ID, registrant_id)


def public_entry(session: Session, college: College, history: Select[Any], of: Any) -> contracts.RegistrantForStaff:
    """Gives the public entry of the one registrant whose `history` that is, with what only some see of it; raises NotFound. One query."""
    entries: Sequence[Row[Any]] = session.connection().execute(history, {"of": of}).all()
    if not entries:
        raise NotFound()
    present = entries[-1]
    document = present.document or {}
    return contracts.RegistrantForStaff(
        **vars(listed(college, present)),
        first_registered_on=present.first_registered_on,
        categories=stored_periods(college, document["categories"]) if document else category_periods(college, entries),
        status_since=date.fromisoformat(document["status_since"]) if document else None,
        status_reason=Bilingual(**reason) if (reason := document.get("status_reason")) else None,
        terms=terms.stated(terms.of(college, present.terms, present.conditions)),
        conditions=present.conditions,
        languages_of_care=present.languages_of_care,
        registrant_id=present.registrant_id,
        account_id=present.account_id,
    )


def entry_of(college: College, registrant: Registrant, record: PublicRecord | None) -> contracts.PublicRegistrant:
    """Gives a composed record as the public would see it (B6). Raises NotFound where there is none to see."""
    if record is None:
        raise NotFound()
    return contracts.PublicRegistrant(
        registration_number=registrant.registration_number,
        name=record.legal_name,
        commonly_used_name=record.commonly_used_name,
        category=record.category,
        category_name=Bilingual.of(college.category(record.category).name),
        status=record.status,
        status_words=Bilingual.of(STATUSES[record.status]),
        first_registered_on=registrant.first_registered_on,
        status_since=date.fromisoformat(record.status_since),
        status_reason=Bilingual(**record.status_reason) if record.status_reason else None,
        categories=stored_periods(college, record.categories),
        terms=terms.stated(record.terms),
        conditions=terms.carried(record.terms)["conditions"],
        languages_of_care=list(record.languages_of_care),
    )


def _history(key: str) -> Select[Any]:
    # Built once: building it for each look-up took longer than the database did.
    registrants, entries = Registrant.__table__.c, RegisterEntry.__table__.c
    return (
        select(
            registrants.registration_number,
            registrants.first_registered_on,
            registrants.account_id,
            *(entries[name] for name in _SHOWN),
        )
        .join_from(Registrant.__table__, RegisterEntry.__table__, entries.registrant_id == registrants.id)
        .where(registrants[key] == bindparam("of"))
        .order_by(func.lower(entries.valid))
    )


_SHOWN = (
    *("registrant_id", "valid", "legal_name", "commonly_used_name", "category", "status"),
    *("terms", "conditions", "languages_of_care", "document"),
)
_BY_NUMBER, _BY_ID = _history("registration_number"), _history("id")
