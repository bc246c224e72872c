"""Loads a college's profile: every file by its schema, then all of them against each other, as they hold together on each day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.common.kernel.validation import Schema
from services.common.kernel.yaml_files import Problem, ProfileError
from services.contracts.college.categories import Category
from services.contracts.college.college import College, CollegeOnDay
from services.contracts.college.cross_checks import ITSELF, all_problems
from services.contracts.college.mails import MailTextSchema
from services.contracts.college.organisation import Constants, OrganisationSchema
from services.contracts.college.sections import sections_of
from services.contracts.college.sources import Source, read_source
from services.contracts.college.versions import Version, in_force, turning_days

MAILS = "mails"
# By the name of the file; the sections are the fields of the college: see there.
_FILES: dict[str, type[Schema]] = {ITSELF: OrganisationSchema} | {
    file: section.schema for _, file, section in sections_of(CollegeOnDay)
}
_DATED = {ITSELF: True} | {file: not section.dates_itself for _, file, section in sections_of(CollegeOnDay)}


def load_college(folder: Path | str) -> College:
    """The college that the profile in `folder` describes.

    Raises ProfileError with every fault of every file; references between the files are looked at once each file is sound
    by itself. Reads files and does nothing else.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for name, schema in _FILES.items():
        _load(sources, name, folder / f"{name}.yaml", schema(), problems)
    mail_schema = MailTextSchema()
    mail_files = sorted((folder / MAILS).glob("*.yaml"))
    if not mail_files:
        problems.append(Problem(folder / MAILS, 1, "", "holds no mail texts"))
    for file in mail_files:
        _load(sources, f"{MAILS}/{file.stem}", file, mail_schema, problems)
    if problems:
        raise ProfileError(problems)
    college = _assemble({name: source.versions for name, source in sources.items()})
    if problems := all_problems(college, sources):
        raise ProfileError(problems)
    return college


def _load(sources: dict[str, Source], name: str, file: Path, schema: Schema, problems: list[Problem]) -> None:
    try:
        sources[name] = read_source(file, schema, dated=_DATED.get(name, True))
    except ProfileError as error:
        problems += error.problems


def _assemble(versions: Mapping[str, tuple[Version[Any], ...]]) -> College:
    days = tuple(turning_days(versions.values()))
    # No version of any file begins before the first day of a change but a first one, which holds before it as well.
    history = tuple(_on(versions, day) for day in (dt.date.min, *days))
    constants = {field.name: getattr(history[-1], field.name) for field in fields(Constants)}
    return College(
        **constants,
        fees=history[-1].fees,
        charges=history[-1].charges,
        history=history,
        turning_days=days,
        sections=MappingProxyType(dict(versions)),
    )


def _on(versions: Mapping[str, Sequence[Version[Any]]], day: dt.date) -> CollegeOnDay:
    values = {name: in_force(of_file, day).value for name, of_file in versions.items()}
    mails = [value for name, value in values.items() if name.startswith(f"{MAILS}/")]
    return CollegeOnDay(
        **vars(values[ITSELF]),
        **{attribute: section.of(values[file]) for attribute, file, section in sections_of(CollegeOnDay)},
        mails=MappingProxyType({mail.kind: mail for mail in mails}),
        every_category=_every_category(versions["categories"]),
    )


def _every_category(versions: Sequence[Version[Any]]) -> tuple[Category, ...]:
    last: dict[str, Category] = {}
    for version in versions:
        last |= {category.code: category for category in version.value["categories"]}
    return tuple(last.values())
