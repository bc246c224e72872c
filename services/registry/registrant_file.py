"""A registrant's file as staff see it: the public entry, and each fact behind it with its days and how the college came to say it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.common.kernel import clock
from services.common.kernel.clock import local_date
from services.common.kernel.dates import written_date
from services.common.kernel.text import LANGUAGES, Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.shapes import Bilingual
from services.contracts.both_languages import said
from services.contracts.college import College
from services.contracts.registry.standing import KeptFact, RegistrantFile
from services.contracts.registry.words import KINDS_OF_FACTS, SOURCES_OF_FACTS, STATES_OF_FACTS, STATUSES
from services.registry import register, register_entries
from services.registry.facts import record_keeping
from services.registry.facts.kinds import (
    CommonlyUsedName,
    DateOfBirth,
    HeldCategory,
    HomeAddress,
    ImposedTerm,
    LanguageOfCare,
    LegalName,
    PracticeSite,
    PreviousName,
    Status,
    Telephone,
)
from services.registry.facts.shape import Fact
from services.registry.models import Registrant

STATES = ("in_force", "planned", "past", "superseded")


def read(work: UnitOfWork, college: College, registrant: Registrant) -> RegistrantFile:
    """Gives the file: facts in force first, then planned, past and superseded ones, within each the newest first."""
    return RegistrantFile(registrant=register.by_id(work, college, registrant.id), facts=facts_of(work, college, registrant.id))


def facts_of(work: UnitOfWork, college: College, registrant_id: UUID) -> list[KeptFact]:
    """Gives the facts of a registrant in the order in which staff see them."""
    facts = record_keeping.history(work.session, registrant_id)
    believed = [fact for fact in facts if fact.superseded_at is None]
    today = register_entries.today(work, college)
    newest_first = sorted(facts, key=lambda fact: (fact.recorded_at, fact.since), reverse=True)
    kept = [_kept(college, believed, fact, today) for fact in newest_first]
    return sorted(kept, key=lambda fact: STATES.index(fact.state))


def told(work: UnitOfWork, college: College, registrant_id: UUID) -> list[dict[str, Any]]:
    """Gives the same for the one whom the facts are about (R15)."""
    words = ("kind_words", "says")
    return [
        vars(fact) | {name: Text(getattr(fact, name).en, getattr(fact, name).fr) for name in words}
        for fact in facts_of(work, college, registrant_id)
    ]


def state(fact: Fact, today: date) -> str:
    """Says how a fact stands on a day. Pure."""
    if fact.superseded_at is not None:
        return "superseded"
    if fact.holds_on(today):
        return "in_force"
    return "planned" if fact.since > today else "past"


def may_be_taken_back(believed: Sequence[Fact], fact: Fact) -> bool:
    """Whether a fact can be taken back: it is believed, and another of its thing ends where it begins, or the register can do without. Pure."""
    if fact.superseded_at is not None:
        return False
    if not isinstance(fact, LegalName | HeldCategory | Status):
        return True
    return any(type(other) is type(fact) and other.until == fact.since for other in believed)


def _kept(college: College, believed: Sequence[Fact], fact: Fact, today: date) -> KeptFact:
    stands = state(fact, today)
    return KeptFact(
        id=fact.id,
        kind=fact.kind,
        kind_words=Bilingual.of(KINDS_OF_FACTS[fact.kind]),
        says=Bilingual.of(_says(college, fact)),
        effective_from=fact.since,
        effective_until=fact.until,
        state=stands,
        state_words=Bilingual.of(STATES_OF_FACTS[stands]),
        backdated=fact.since < local_date(fact.recorded_at, college.time_zone.key),
        source=fact.source,
        source_words=Bilingual.of(SOURCES_OF_FACTS[fact.source]),
        recorded_at=fact.recorded_at,
        recorded_by=fact.recorded_by,
        superseded_at=fact.superseded_at,
        may_be_taken_back=may_be_taken_back(believed, fact),
    )


def _says(college: College, fact: Fact) -> Text:
    match fact:
        case LegalName():
            return Text(fact.legal_name, fact.legal_name)
        case CommonlyUsedName():
            return Text(fact.name, fact.name)
        case HeldCategory():
            return college.category(fact.category).name
        case Status():
            words = STATUSES[fact.status]
            reason = f" ({fact.reason_en})", f" ({fact.reason_fr})"
            return Text(words.en + reason[0], words.fr + reason[1]) if fact.reason_en else words
        case ImposedTerm():
            return Text(*(said(fact.term, language).in_a_line for language in LANGUAGES))
        case LanguageOfCare():
            return _language(college, fact.language)
        case PreviousName():
            return Text(fact.name, fact.name)
        case DateOfBirth():
            return Text(*(written_date(fact.born_on, language) for language in LANGUAGES))
        case Telephone():
            return Text(fact.phone, fact.phone)
        case HomeAddress():
            return Text(fact.address, fact.address)
        case PracticeSite():
            site = ", ".join(part for part in (fact.name, fact.address, fact.phone) if part)
            return Text(site, site)
    raise LookupError(f"no words for a {fact.kind}")


def _language(college: College, code: str) -> Text:
    form = college.at(clock.now()).form
    field = form.roles.languages_of_care
    choices = form.field(field).choices if field else ()
    return next((choice.label for choice in choices if choice.code == code), Text(code, code))
