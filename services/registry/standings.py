"""Changing a registrant's status: previewed, kept as a fact from its day on, shown by the register from then, announced (R1)."""

from datetime import timedelta

from sqlalchemy import select

from services.common.kernel.errors import Invalid, NotFound
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.registry.standing import (
    NewStatus,
    NotToBeTakenBack,
    PreviewStatus,
    RegistrantFile,
    StandingUnchanged,
    TakeBackFact,
)
from services.registry import carrying_over, register, register_entries, registrant_file
from services.registry.facts import record_keeping, revisions
from services.registry.facts.kinds import Status
from services.registry.facts.record_keeping import Source
from services.registry.facts.revisions import Revision
from services.registry.facts.shape import STAFF, Fact
from services.registry.models import Registrant
from services.registry.public_record import compose

# Nobody plans further ahead; a slip of the keyboard in the year would be believed for decades.
FARTHEST = timedelta(days=2 * 366)


def registrant_of(work: UnitOfWork, college: College, number: str) -> Registrant:
    """Finds the registrant of a registration number, somebody else than the caller. Raises NotFound, OwnMatter."""
    wanted = register.read_number(college, number)
    found = wanted and work.session.scalar(select(Registrant).where(Registrant.registration_number == wanted))
    if not found:
        raise NotFound()
    not_oneself(work, found.account_id)
    return found


def look(work: UnitOfWork, college: College, number: str) -> RegistrantFile:
    """Gives a registrant's file, and leaves in the audit trail that it was looked at. Raises NotFound, OwnMatter."""
    registrant = registrant_of(work, college, number)
    work.audit("registrant:read", f"registrant/{registrant.id}")
    return registrant_file.read(work, college, registrant)


def preview(work: UnitOfWork, college: College, request: NewStatus) -> PreviewStatus.Reply:
    """Gives the public entry of the day from which the status would hold, without and with it; nothing is saved (B6).

    Raises NotFound, OwnMatter, Invalid for a day that cannot be, StandingUnchanged.
    """
    registrant = registrant_of(work, college, request.number)
    believed = record_keeping.believed(work.session, registrant.id)
    revision = _revision(work, college, registrant, believed, request)
    shown = [
        register.entry_of(college, registrant, compose(facts, request.effective_from))
        for facts in (believed, revision.applied(believed))
    ]
    return PreviewStatus.Reply(day=request.effective_from, before=shown[0], after=shown[1])


def change(work: UnitOfWork, college: College, request: NewStatus) -> RegistrantFile:
    """Keeps the status and has the register show what holds today. Raises as `preview` does."""
    registrant = registrant_of(work, college, request.number)
    believed = _believed(work, college, registrant)
    revision = _revision(work, college, registrant, believed, request)
    asked = {name: getattr(request, name) for name in ("status", "reason_en", "reason_fr", "effective_from")}
    work.audit("status:change", f"registrant/{registrant.id}", after=asked)
    return _keep(work, college, registrant, believed, revision)


def take_back(work: UnitOfWork, college: College, request: TakeBackFact.Request) -> RegistrantFile:
    """Takes a fact back, so that what it had ended holds on. Raises NotFound, OwnMatter, NotToBeTakenBack."""
    registrant = registrant_of(work, college, request.number)
    believed = _believed(work, college, registrant)
    fact = record_keeping.find(record_keeping.history(work.session, registrant.id), request.fact_id)
    if not registrant_file.may_be_taken_back(believed, fact):
        raise NotToBeTakenBack()
    work.audit(
        "fact:take_back",
        f"registrant/{registrant.id}",
        # What is private is in the fact, which stays; the trail names it.
        before={"fact": fact.id, "kind": fact.kind, "since": fact.since} | (fact.said() if fact.public else {}),
        after={"note": request.note},
    )
    return _keep(work, college, registrant, believed, revisions.taken_back(believed, fact, work.now))


def _believed(work: UnitOfWork, college: College, registrant: Registrant) -> list[Fact]:
    record_keeping.lock(work, registrant.id)
    carrying_over.carry_over(work, college, registrant)
    return record_keeping.believed(work.session, registrant.id)


def _revision(work: UnitOfWork, college: College, registrant: Registrant, believed: list[Fact], request: NewStatus) -> Revision:
    farthest = register_entries.today(work, college) + FARTHEST
    if not registrant.first_registered_on <= request.effective_from <= farthest:
        raise Invalid(
            errors=[{"field": "effective_from", "code": f"unlikely_year {registrant.first_registered_on} – {farthest}"}]
        )
    says = {"status": request.status, "reason_en": request.reason_en or None, "reason_fr": request.reason_fr or None}
    fact = record_keeping.stated(work, Status, registrant.id, request.effective_from, Source(STAFF), **says)
    revision = revisions.added(believed, fact)
    if not revision:
        raise StandingUnchanged()
    return revision


def _keep(work: UnitOfWork, college: College, registrant: Registrant, believed: list[Fact], revision: Revision) -> RegistrantFile:
    record_keeping.keep(work, revision)
    register_entries.publish(work, college, registrant, revision.applied(believed))
    return registrant_file.read(work, college, registrant)
