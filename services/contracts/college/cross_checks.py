"""What no single entry of a profile can be wrong about alone: names that must exist, codes that must differ, dates in order."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from services.common.kernel.yaml_files import PathInFile, Problem
from services.contracts.college import charge_checks, mails
from services.contracts.college import deadlines as known_deadlines
from services.contracts.college.application_form import STRING_TYPES, Field
from services.contracts.college.college import College, CollegeOnDay
from services.contracts.college.mails import MailText
from services.contracts.college.organisation import Constants
from services.contracts.college.requirements import Condition
from services.contracts.college.retention import RECORD_TYPES
from services.contracts.college.sources import Source
from services.contracts.college.versions import in_force

ITSELF = "college"
Fault = tuple[PathInFile, str]

# The answers that a condition can wait for, by type of field: see application_form.
_YES_NO = (True, False)


def all_problems(college: College, sources: Mapping[str, Source]) -> list[Problem]:
    """Every fault between the parts of the profile, each at its file and line, as they hold together on each day.

    One that comes with a change says from which day.
    """
    found: dict[tuple[Path, int, str, str], Problem] = {}
    for on_day, since in zip(college.history, (None, *college.turning_days), strict=True):
        for problem in _problems_on(on_day, since, sources):
            told = f"{problem.message} (from {since})" if since else problem.message
            found.setdefault((problem.file, problem.line, problem.path, problem.message), replace(problem, message=told))
    return [*found.values(), *_not_constant(sources[ITSELF])]


def _problems_on(college: CollegeOnDay, since: dt.date | None, sources: Mapping[str, Source]) -> Iterator[Problem]:
    for name, source in sources.items():
        version = in_force(source.versions, since or dt.date.min)
        for path, message in _CHECKS[name](college) if name in _CHECKS else ():
            yield source.problem(version, path, message)
        if isinstance(mail := version.value, MailText):
            if mail.kind != source.yaml.file.stem:
                yield source.problem(version, ("kind",), f"must be the name of the file, {source.yaml.file.stem}")
            for path, message in mails.faults(mail):
                yield source.problem(version, path, message)


def _not_constant(source: Source) -> Iterator[Problem]:
    first, *later = source.versions
    for version in later:
        for constant in fields(Constants):
            if getattr(version.value, constant.name) != getattr(first.value, constant.name):
                yield source.problem(version, (constant.name,), "must be the same in every version")


def categories(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique; fees and categories named exist; what may be applied for has a price in the newest fees."""
    yield from _repeated(("categories",), college.categories)
    priced = {amount.fee for amount in college.fees.versions[-1].amounts}
    for index, category in enumerate(college.categories):
        path = ("categories", index)
        fee = category.registration_fee
        if fee is not None and fee not in college.fees.codes:
            yield (*path, "registration_fee"), f"there is no fee {fee!r}"
        elif fee is not None and fee not in priced:
            yield (*path, "registration_fee"), f"the fee {fee!r} has no amount in the newest version of the fees"
        if category.open_to_applicants and category.registration_fee is None:
            yield path, "is open to applicants but has no registration_fee"


def fees(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique and exist; versions and rates follow each other without overlap; amounts are given once."""
    schedule = college.fees
    yield from _repeated(("taxes",), schedule.taxes)
    yield from _repeated(("fees",), schedule.fees)
    taxes = {tax.code for tax in schedule.taxes}
    for index, fee in enumerate(schedule.fees):
        if fee.tax not in taxes:
            yield ("fees", index, "tax"), f"there is no tax {fee.tax!r}"
    for number, tax in enumerate(schedule.taxes):
        for index, (rate, next_rate) in enumerate(zip(tax.rates, tax.rates[1:], strict=False), 1):
            if next_rate.effective_from <= rate.effective_from:
                yield ("taxes", number, "rates", index, "effective_from"), f"must be after {rate.effective_from}"
    for index, (version, following) in enumerate(zip(schedule.versions, schedule.versions[1:], strict=False), 1):
        start = version.effective_to or version.effective_from
        if following.effective_from <= start:
            yield ("versions", index, "effective_from"), f"overlaps the version before it: must be after {start}"
    for number, version in enumerate(schedule.versions):
        seen: set[str] = set()
        for index, amount in enumerate(version.amounts):
            path = ("versions", number, "amounts", index, "fee")
            if amount.fee not in schedule.codes:
                yield path, f"there is no fee {amount.fee!r}"
            elif amount.fee in seen:
                yield path, f"the fee {amount.fee!r} has two amounts in this version"
            seen.add(amount.fee)


def requirements(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique; categories, routes and form fields named exist."""
    yield from _repeated(("routes",), college.routes)
    yield from _repeated(("requirements",), college.requirements)
    categories_known = {category.code for category in college.categories}
    routes_known = {route.code for route in college.routes}
    for index, requirement in enumerate(college.requirements):
        path = ("requirements", index)
        yield from _unknown((*path, "categories"), requirement.categories, categories_known, "category")
        yield from _unknown((*path, "routes"), requirement.routes, routes_known, "route")
        yield from _condition((*path, "needed_if"), requirement.needed_if, college)


def application_form(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique over the whole form; requirements, conditions and roles name what exists; one page takes documents."""
    yield from _repeated(("pages",), college.form.pages)
    applicants = {requirement.code for requirement in college.requirements if requirement.provided_by == "applicant"}
    seen: set[str] = set()
    for number, page in enumerate(college.form.pages):
        for index, field in enumerate(page.fields):
            path = ("pages", number, "fields", index)
            if field.code in seen:
                yield (*path, "code"), f"the code {field.code!r} is used by another field"
            seen.add(field.code)
            yield from _repeated((*path, "choices"), field.choices)
            yield from _condition((*path, "required_if"), field.required_if, college)
            yield from _other_fields(path, field, college)
            if field.requirement is not None and field.requirement not in applicants:
                yield (*path, "requirement"), f"there is no requirement {field.requirement!r} provided by the applicant"
    if sum(page.takes_documents for page in college.form.pages) != 1:
        yield ("pages",), "exactly one page must have takes_documents: true"
    for role, code in college.form.roles.named():
        if code not in seen:
            yield ("roles", role), f"the form has no field {code!r}"
    for role in ("category", "route"):
        code = getattr(college.form.roles, role)
        if code in seen and college.form.field(code).type != role:
            yield ("roles", role), f"the field {code!r} must be of the type {role}"
    if {code for _, code in college.form.roles.named()} <= seen:
        yield from _signature(college)


def _signature(college: CollegeOnDay) -> Iterator[Fault]:
    roles = college.form.roles
    lengths = [college.form.field(code).max_length for code in (roles.first_name, roles.middle_names, roles.last_name) if code]
    signature = college.form.field(roles.signature_name).max_length
    whole = sum(length or 0 for length in lengths) + len(lengths) - 1
    if signature is not None and None not in lengths and signature < whole:
        yield ("roles", "signature_name"), f"must take a full name as long as the legal names may be: {whole} characters"


def _other_fields(path: PathInFile, field: Field, college: CollegeOnDay) -> Iterator[Fault]:
    """What one field says of another: that one of them is enough, or that its date comes first."""
    types = {other.code: other.type for other in college.form.fields if other.code != field.code}
    if field.required_unless is not None and types.get(field.required_unless) not in STRING_TYPES:
        yield (*path, "required_unless"), f"the form has no other field {field.required_unless!r} that takes text"
    if field.not_before is not None and types.get(field.not_before) != "date":
        yield (*path, "not_before"), f"the form has no other date {field.not_before!r}"


def review(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique in each list."""
    for key in ("checklist", "refusal_reasons", "standard_conditions"):
        yield from _repeated((key,), getattr(college.review, key))


def professional_development(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes of activities are unique."""
    yield from _repeated(("cycle", "activities"), college.professional_development.cycle.activities)


def policies(college: CollegeOnDay) -> Iterator[Fault]:
    """Codes are unique."""
    yield from _repeated(("policies",), college.policies)


def retention(college: CollegeOnDay) -> Iterator[Fault]:
    """Every type of record has one rule, by its owner, counted from its own moment; what has none is never destroyed (R15)."""
    seen: set[str] = set()
    for index, rule in enumerate(college.retention.rules):
        kind, path = RECORD_TYPES[rule.type], ("rules", index)
        if rule.type in seen:
            yield (*path, "type"), f"the type {rule.type!r} has two rules"
        seen.add(rule.type)
        if rule.owner != kind.owner:
            yield (*path, "owner"), f"must be {kind.owner}"
        if kind.moment is None and not rule.never_destroyed:
            yield path, "must be never_destroyed: nothing destroys records of this type"
        elif not rule.never_destroyed and rule.counted_from != kind.moment:
            yield (*path, "counted_from"), f"must be {kind.moment}"
    for name in RECORD_TYPES.keys() - seen:
        yield ("rules",), f"there is no rule for {name!r}"


def deadlines(college: CollegeOnDay) -> Iterator[Fault]:
    """Each deadline that the services know has one rule."""
    yield from _repeated(("deadlines",), college.deadlines)
    yield from known_deadlines.faults(college.deadlines)


_CHECKS: dict[str, Callable[[CollegeOnDay], Iterator[Fault]]] = {
    "categories": categories,
    "fees": fees,
    "charges": charge_checks.charges,
    "requirements": requirements,
    "application_form": application_form,
    "review": review,
    "professional_development": professional_development,
    "deadlines": deadlines,
    "policies": policies,
    "retention": retention,
}


def _repeated(path: PathInFile, items: Iterable[Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.code in seen:
            yield (*path, index, "code"), f"the code {item.code!r} is used twice"
        seen.add(item.code)


def _unknown(path: PathInFile, codes: Iterable[str], known: set[str], what: str) -> Iterator[Fault]:
    for index, code in enumerate(codes):
        if code not in known:
            yield (*path, index), f"there is no {what} {code!r}"


def _condition(path: PathInFile, condition: Condition | None, college: CollegeOnDay) -> Iterator[Fault]:
    """A condition names a field of the form, and an answer that the field can have."""
    if condition is None:
        return
    field = next((field for field in college.form.fields if field.code == condition.field), None)
    if field is None:
        yield (*path, "field"), f"the form has no field {condition.field!r}"
        return
    if field.type in STRING_TYPES and isinstance(condition.equals, str):
        return
    answers: dict[str, Iterable[str | bool]] = {
        "yes_no": _YES_NO,
        "agreement": _YES_NO,
        "category": [category.code for category in college.categories],
        "route": [route.code for route in college.routes],
    }
    if condition.equals not in answers.get(field.type, field.choice_codes):
        yield (*path, "equals"), f"is no answer that the field {condition.field!r} can have"
