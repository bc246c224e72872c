"""The public record: the only place that decides what the public sees of a registrant (R11). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from services.registry.facts.kinds import CommonlyUsedName, HeldCategory, ImposedTerm, LanguageOfCare, LegalName, Status
from services.registry.facts.shape import Fact

SomeFact = TypeVar("SomeFact", bound=Fact)


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """What the public register says of a registrant on a day: codes and days; the words for them are the college's profile's."""

    legal_name: str
    first_name: str
    last_name: str
    commonly_used_name: str | None
    category: str
    categories: tuple[dict[str, Any], ...]  # {category, since, until}, oldest first; days in ISO 8601
    status: str
    status_since: str
    status_reason: dict[str, str] | None  # in both languages
    terms: tuple[dict[str, Any], ...]
    languages_of_care: tuple[str, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The record as it is stored: plain JSON values."""
        return {
            name: list(value) if isinstance(value := getattr(self, name), tuple) else value for name in PublicRecord.__slots__
        }


def compose(facts: Iterable[Fact], day: date) -> PublicRecord | None:
    """Gives what the public sees on a day, of the facts that are believed; nothing before all that a record needs holds."""
    begun = [fact for fact in facts if fact.public and fact.since <= day]
    in_force = [fact for fact in begun if fact.holds_on(day)]
    name, category, status = _only(in_force, LegalName), _only(in_force, HeldCategory), _only(in_force, Status)
    if name is None or category is None or status is None:
        return None
    used = _only(in_force, CommonlyUsedName)
    return PublicRecord(
        legal_name=name.legal_name,
        first_name=name.first_name,
        last_name=name.last_name,
        commonly_used_name=used.name if used else None,
        category=category.category,
        categories=tuple(_periods(_of(begun, HeldCategory), day)),
        status=status.status,
        status_since=_since(_of(begun, Status), status),
        status_reason={"en": status.reason_en, "fr": status.reason_fr} if status.reason_en and status.reason_fr else None,
        terms=tuple(fact.term for fact in sorted(_of(in_force, ImposedTerm), key=lambda fact: (fact.since, fact.position))),
        languages_of_care=tuple(
            fact.language for fact in sorted(_of(in_force, LanguageOfCare), key=lambda fact: (fact.position, fact.language))
        ),
    )


def _of(facts: Iterable[Fact], kind: type[SomeFact]) -> list[SomeFact]:
    return sorted((fact for fact in facts if isinstance(fact, kind)), key=lambda fact: fact.since)


def _only(facts: Iterable[Fact], kind: type[SomeFact]) -> SomeFact | None:
    return next(iter(_of(facts, kind)), None)


def _periods(held: Sequence[HeldCategory], day: date) -> Iterable[dict[str, Any]]:
    # An end that is still to come is nobody's business yet; a category that was left and taken up again is there twice.
    for _, group in groupby(_runs(held), key=lambda run: run[0]):
        run = [fact for _, fact in group]
        until = run[-1].until
        yield {
            "category": run[0].category,
            "since": run[0].since.isoformat(),
            "until": until.isoformat() if until is not None and until <= day else None,
        }


def _runs(held: Sequence[HeldCategory]) -> Iterable[tuple[int, HeldCategory]]:
    # The same number for facts of one category that follow one another without a day between.
    number, last = 0, None
    for fact in held:
        if last is not None and (last.category != fact.category or last.until != fact.since):
            number += 1
        yield number, fact
        last = fact


def _since(statuses: Sequence[Status], present: Status) -> str:
    since = present.since
    for fact in reversed([fact for fact in statuses if fact.since < present.since]):
        if fact.until != since or fact.said() != present.said():
            break
        since = fact.since
    return since.isoformat()
