"""PD cycles: when a new registrant's first one runs and what it asks for (R9)."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.deadlines.due import last_day
from services.common.kernel.ids import new_id
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import qa as contracts
from services.contracts.college import College, CollegeOnDay
from services.contracts.college.deadlines import ATTESTATION, SELF_ASSESSMENT
from services.contracts.college.professional_development import Cycle
from services.contracts.registry import RegistrationFinalised
from services.qa.models import PdCycle


@dataclass(frozen=True, slots=True)
class CycleDays:
    """The days of one PD cycle, all inclusive."""

    starts_on: date
    ends_on: date
    attestation_opens_on: date
    attestation_due_on: date
    self_assessment_due_on: date


def first_due_year(registered_on: date, cycle: Cycle) -> int:
    """Gives the year in which the first cycle's attestation is due (R9).

    It is the first after the year of registration that has the parity of the profile and leaves the cycle its years.
    """
    parity = registered_on.year % 2 if cycle.due_year_parity == "same" else (registered_on.year + 1) % 2
    year = registered_on.year + max(1, cycle.years - 1)
    return year if year % 2 == parity else year + 1


def first_cycle(registered_on: date, college: CollegeOnDay) -> CycleDays:
    """Gives the first cycle of someone registered on a day in the college's zone: from that day to the day it is due (R9).

    Computed whenever it is read, by the rules of the profile: the days that are kept in the row are for a service of the release before.
    """
    cycle, zone = college.professional_development.cycle, college.time_zone.key
    year = first_due_year(registered_on, cycle)
    due_on = last_day(college.deadline(ATTESTATION), date(year, 1, 1), zone)
    opens_on = cycle.attestation_opens.in_year(year)
    if opens_on > due_on:  # it opens towards the end of one year and is due early in the next
        opens_on = cycle.attestation_opens.in_year(year - 1)
    return CycleDays(
        starts_on=registered_on,
        ends_on=due_on,
        attestation_opens_on=opens_on,
        attestation_due_on=due_on,
        self_assessment_due_on=last_day(college.deadline(SELF_ASSESSMENT), registered_on, zone),
    )


def open_first(work: UnitOfWork, college: College, event: RegistrationFinalised.Data) -> None:
    """Opens a new registrant's first PD cycle; a registration that is told again changes nothing."""
    rules = college.on(event.registered_on)
    days = first_cycle(event.registered_on, rules)
    values = {
        "id": new_id(),
        "registrant_id": event.registrant_id,
        "account_id": event.account_id,
        "required_hours": rules.professional_development.cycle.required_hours,
        "opened_at": work.now,
        **{name: getattr(days, name) for name in CycleDays.__slots__},
    }
    opened = insert(PdCycle).values(values).on_conflict_do_nothing(index_elements=["registrant_id", "starts_on"])
    if not rows_changed(work.session, opened):
        return
    work.audit("pd_cycle:open", f"registrant/{event.registrant_id}", after=values)


def latest_of(session: Session, college: College, account_id: UUID | None) -> contracts.PdCycle | None:
    """Gives the PD cycle of an account that began last; nothing if none has."""
    statement = select(PdCycle).where(PdCycle.account_id == account_id).order_by(PdCycle.starts_on.desc()).limit(1)
    cycle = session.scalar(statement)
    if cycle is None:
        return None
    return contracts.PdCycle(
        required_hours=cycle.required_hours, **asdict(first_cycle(cycle.starts_on, college.on(cycle.starts_on)))
    )
