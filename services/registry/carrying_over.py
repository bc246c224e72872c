"""Facts of registrants whom an earlier release registered, made of what the register says of them: in small batches, and when one is touched.

A release that runs beside this one registers people still, who have no facts at first; so this goes on for as long as there is one.
"""

from sqlalchemy import exists, select

from services.common.kernel.clock import local_date
from services.common.kernel.present import present
from services.common.observability.logs import get_logger
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts import terms
from services.contracts.college import College
from services.registry.facts import record_keeping
from services.registry.facts.kinds import LegalName
from services.registry.facts.record_keeping import Source
from services.registry.facts.shape import APPLICATION
from services.registry.models import PRESENT, RegisterEntry, Registrant
from services.registry.seeding import first_facts

EVERY_S, BATCH = 600, 200
ACTOR = "timer/carry-over"
TASK = "carry-over"
_WITHOUT_FACTS = ~exists().where(LegalName.registrant_id == Registrant.id)
log = get_logger("registry")


def sweep(units: UnitOfWorkFactory, college: College) -> int:
    """Makes the facts of all registrants who have none; one replica at a time, a batch in a transaction. Gives how many registrants."""
    total = 0
    while carried := units.persist(lambda: _batch(units, college)):
        total += carried
    if total:
        log.info("registrants-carried-over", count=total)
    return total


def _batch(units: UnitOfWorkFactory, college: College) -> int:
    with units.transaction(actor=ACTOR) as work:
        if not advisory_locks.try_task(work.session, TASK):
            return 0
        without = list(work.session.scalars(select(Registrant).where(_WITHOUT_FACTS).order_by(Registrant.id).limit(BATCH)))
        for registrant in without:
            record_keeping.lock(work, registrant.id)
            carry_over(work, college, registrant)
        return len(without)


def carry_over(work: UnitOfWork, college: College, registrant: Registrant) -> None:
    """Makes the facts of a registrant who has none, of the present entry; the registrant is locked."""
    if work.session.scalar(select(exists().where(LegalName.registrant_id == registrant.id))):
        return
    entry = work.session.scalars(select(RegisterEntry).where(RegisterEntry.registrant_id == registrant.id, PRESENT)).one()
    # Before there were facts no entry was ever closed: the present one began with the registration.
    since = max(registrant.first_registered_on, local_date(present(entry.valid.lower), college.time_zone.key))
    decided = terms.of(college, entry.terms, entry.conditions)
    record_keeping.add(
        work, first_facts(work, registrant.id, since, Source(APPLICATION, registrant.application_id), entry, decided)
    )
