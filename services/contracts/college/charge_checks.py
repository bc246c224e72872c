"""What of `charges.yaml` cannot be right or wrong by itself: the fees, categories, purposes and messages that it names."""

import datetime as dt
from collections.abc import Iterator

from services.common.kernel.yaml_files import PathInFile
from services.contracts.college.charges import EFFECTS, FINALISES_REGISTRATION, Charge
from services.contracts.college.college import CollegeOnDay

Fault = tuple[PathInFile, str]


def charges(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique and exist; what is charged for has a price in the newest fees; each effect comes from its own event.

    One charge finalises registrations, always and for whomever: else an approved person would wait for an invoice that never comes.
    """
    yield from _purposes(college)
    seen: set[str] = set()
    for index, charge in enumerate(college.charges.charges):
        path = ("charges", index)
        if charge.code in seen:
            yield (*path, "code"), f"the code {charge.code!r} is used twice"
        seen.add(charge.code)
        yield from _charge(college, path, charge)
        for other in college.charges.charges[:index]:
            if _both_asked(charge, other):
                yield path, f"is asked at the same time as the charge {other.code!r}: one of a purpose is issued for a subject"
    finalising = [charge for charge in college.charges.charges if _effect(college, charge) == FINALISES_REGISTRATION]
    if len(finalising) != 1 or finalising[0].categories or finalising[0].effective_from or finalising[0].effective_to:
        yield (
            ("charges",),
            f"exactly one charge must have the effect {FINALISES_REGISTRATION}, for all categories and on all days",
        )


def _purposes(college: CollegeOnDay) -> Iterator[Fault]:
    seen: set[str] = set()
    effects: dict[str, str] = {}
    for index, purpose in enumerate(college.charges.purposes):
        if purpose.code in seen:
            yield ("purposes", index, "code"), f"the code {purpose.code!r} is used twice"
        seen.add(purpose.code)
        if purpose.letter not in college.mails:
            yield ("purposes", index, "letter"), f"there is no mail {purpose.letter!r}"
        if purpose.effect is not None and purpose.effect in effects:
            yield ("purposes", index, "effect"), f"is that of the purpose {effects[purpose.effect]!r} already"
        effects[purpose.effect or ""] = purpose.code


def _charge(college: CollegeOnDay, path: PathInFile, charge: Charge) -> Iterator[Fault]:
    if charge.purpose not in {purpose.code for purpose in college.charges.purposes}:
        yield (*path, "purpose"), f"there is no purpose {charge.purpose!r}"
    effect = _effect(college, charge)
    if effect is not None and charge.caused_by != EFFECTS[effect]:
        yield (*path, "caused_by"), f"must be {EFFECTS[effect]}: the purpose {charge.purpose!r} has the effect {effect}"
    known = {category.code for category in college.categories}
    named: list[tuple[PathInFile, str]] = [(("categories", at), code) for at, code in enumerate(charge.categories)]
    named += [(("fees_by_category", at, "category"), each.category) for at, each in enumerate(charge.fees_by_category)]
    for place, code in named:
        if code not in known:
            yield (*path, *place), f"there is no category {code!r}"
    yield from _fees(college, path, charge)


def _fees(college: CollegeOnDay, path: PathInFile, charge: Charge) -> Iterator[Fault]:
    named: list[tuple[PathInFile, str]] = [(("fees", at), code) for at, code in enumerate(charge.fees)]
    for number, each in enumerate(charge.fees_by_category):
        named += [(("fees_by_category", number, "fees", at), code) for at, code in enumerate(each.fees)]
    priced = {amount.fee for amount in college.fees.versions[-1].amounts}
    for place, code in named:
        if code not in college.fees.codes:
            yield (*path, *place), f"there is no fee {code!r}"
        elif code not in priced and (charge.effective_to or dt.date.max) >= college.fees.versions[-1].effective_from:
            yield (*path, *place), f"the fee {code!r} has no amount in the newest version of the fees"
    if charge.fees_by_category:
        asked = charge.categories or tuple(category.code for category in college.entry_categories)
        for code in asked:
            if code not in {each.category for each in charge.fees_by_category}:
                yield (*path, "fees_by_category"), f"names no fees for the category {code!r}"


def _both_asked(one: Charge, other: Charge) -> bool:
    if (one.purpose, one.caused_by) != (other.purpose, other.caused_by):
        return False
    begins = max(one.effective_from or dt.date.min, other.effective_from or dt.date.min)
    ends = min(one.effective_to or dt.date.max, other.effective_to or dt.date.max)
    apart = one.categories and other.categories and set(one.categories).isdisjoint(other.categories)
    return begins <= ends and not apart


def _effect(college: CollegeOnDay, charge: Charge) -> str | None:
    return next((purpose.effect for purpose in college.charges.purposes if purpose.code == charge.purpose), None)
