"""The first facts of a registrant: of what was approved, or of what the register said when facts were not kept yet."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.registry.words import ACTIVE
from services.contracts.terms import Term
from services.registry.facts.kinds import CommonlyUsedName, HeldCategory, ImposedTerm, LanguageOfCare, LegalName, Status
from services.registry.facts.record_keeping import Source, stated
from services.registry.facts.shape import Fact
from services.registry.models import PendingRegistration, RegisterEntry


def first_facts(
    work: UnitOfWork,
    registrant_id: UUID,
    since: date,
    source: Source,
    said: PendingRegistration | RegisterEntry,
    terms: Sequence[Term],
) -> list[Fact]:
    """Gives the facts that hold from the day of registration on; they are yet to be kept."""

    def fact(kind: type[Fact], **says: Any) -> Fact:
        return stated(work, kind, registrant_id, since, source, **says)

    def all_of_them() -> Iterator[Fact]:
        yield fact(LegalName, legal_name=said.legal_name, first_name=said.first_name, last_name=said.last_name)
        if said.commonly_used_name:
            yield fact(CommonlyUsedName, name=said.commonly_used_name)
        yield fact(HeldCategory, category=said.category)
        yield fact(Status, status=said.status if isinstance(said, RegisterEntry) else ACTIVE)
        for position, term in enumerate(terms):
            yield fact(ImposedTerm, **term, position=position)
        for position, language in enumerate(dict.fromkeys(said.languages_of_care)):
            yield fact(LanguageOfCare, language=language, position=position)

    return list(all_of_them())
