"""What an approved application says of a person beside what is public: kept until the registration, then made into facts.

It may be heard before the registration or after it. Whoever comes second makes the facts; the two wait for each other.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.events import Address, ApplicantDescribed
from services.registry.facts import record_keeping
from services.registry.facts.kinds import DateOfBirth, HomeAddress, PracticeSite, PreviousName, Telephone
from services.registry.facts.record_keeping import Source, stated
from services.registry.facts.shape import APPLICATION, Fact
from services.registry.models import PendingDescription, Registrant


def wait(work: UnitOfWork, application_id: object) -> None:
    """Waits until nobody else registers the person of this application or hears of them."""
    advisory_locks.wait_for_thing(work.session, f"person/{application_id}")


def remember(work: UnitOfWork, event: ApplicantDescribed.Data) -> None:
    """Keeps what was told, or makes facts of it where the person is registered already; an application is described once."""
    wait(work, event.application_id)
    values = {
        "application_id": event.application_id,
        "account_id": event.account_id,
        "said": ApplicantDescribed.write(event),
        "told_at": work.now,
    }
    work.session.execute(insert(PendingDescription).values(values).on_conflict_do_nothing())
    registrant = work.session.scalar(select(Registrant).where(Registrant.application_id == event.application_id))
    if registrant is not None:
        make_facts(work, registrant)


def make_facts(work: UnitOfWork, registrant: Registrant) -> None:
    """Makes facts of what was told of a registrant, from the day of registration on; that it was told stays, what was told does not."""
    pending = work.session.get(PendingDescription, registrant.application_id)
    if pending is not None and pending.said is not None:
        told, pending.said = ApplicantDescribed.read(pending.said), None
        record_keeping.add(work, _facts(work, registrant, told))


def waiting(said: Mapping[str, Any]) -> str:
    """Gives in one line what waits to become facts, for the one whom it is about (R15)."""
    parts = [*said["previous_names"], said["date_of_birth"], said["phone"]]
    parts += [part for name in ("home_address", "site") for part in (said[name] or {}).values()]
    return ", ".join(str(part) for part in parts if part)


def _facts(work: UnitOfWork, registrant: Registrant, told: ApplicantDescribed.Data) -> list[Fact]:
    source = Source(APPLICATION, registrant.application_id)

    def fact(kind: type[Fact], **says: Any) -> Fact:
        return stated(work, kind, registrant.id, registrant.first_registered_on, source, **says)

    facts = [fact(PreviousName, name=name) for name in dict.fromkeys(told.previous_names)]
    if told.date_of_birth:
        facts.append(fact(DateOfBirth, born_on=told.date_of_birth))
    if told.phone:
        facts.append(fact(Telephone, phone=told.phone))
    if told.home_address:
        facts.append(fact(HomeAddress, **_parts(told.home_address)))
    if told.site:
        facts.append(fact(PracticeSite, name=told.site.name, phone=told.site.phone, **_parts(told.site)))
    return facts


def _parts(address: Address) -> dict[str, str | None]:
    return {name: getattr(address, name) for name in ("street", "city", "province", "postal_code", "country")}
