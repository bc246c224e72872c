"""A file of the profile with its versions, each of them at its lines."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.common.kernel.validation import Schema
from services.common.kernel.yaml_files import PathInFile, Problem, ProfileError, YamlFile, read_yaml
from services.contracts.college.versions import Version

VERSIONS, EFFECTIVE_FROM = "versions", "effective_from"


@dataclass(frozen=True)
class Source:
    """A file, and what its schema made of each version."""

    yaml: YamlFile
    versions: tuple[Version[Any], ...]
    listed: bool

    def problem(self, version: Version[Any], path: PathInFile, message: str) -> Problem:
        """A problem of one version, at its line."""
        before = (VERSIONS, self.versions.index(version)) if self.listed else ()
        return self.yaml.problem((*before, *path), message)


def read_source(file: Path, schema: Schema, *, dated: bool = True) -> Source:
    """Reads a file of the profile: all of it, or where it is `dated` and gives `versions`, each of those with its day.

    Raises ProfileError with everything that is wrong.
    """
    yaml = read_yaml(file)
    data = yaml.data
    if not dated or not isinstance(data, dict) or VERSIONS not in data:
        return Source(yaml, (Version(None, yaml.load(schema)),), listed=False)
    problems = list(_form_faults(yaml, data))
    if problems:
        raise ProfileError(problems)
    versions, before = [], None
    for place, given in enumerate(data[VERSIONS]):
        path = (VERSIONS, place)
        day = _day(yaml, (*path, EFFECTIVE_FROM), given[EFFECTIVE_FROM], before, problems)
        before = day or before
        try:
            value = yaml.load(schema, path, {key: entry for key, entry in given.items() if key != EFFECTIVE_FROM})
            versions.append(Version(day, value))
        except ProfileError as error:
            problems += error.problems
    if problems:
        raise ProfileError(problems)
    return Source(yaml, tuple(versions), listed=True)


def _form_faults(yaml: YamlFile, data: dict[str, Any]) -> Iterator[Problem]:
    for key in data.keys() - {VERSIONS}:
        yield yaml.problem((key,), "stands beside versions: it must be in each of them")
    if not isinstance(data[VERSIONS], list) or not data[VERSIONS]:
        yield yaml.problem((VERSIONS,), "must be a list of versions, each with effective_from")
        return
    for place, version in enumerate(data[VERSIONS]):
        if not isinstance(version, dict):
            yield yaml.problem((VERSIONS, place), "must be a version with effective_from")
        elif EFFECTIVE_FROM not in version:
            yield yaml.problem((VERSIONS, place, EFFECTIVE_FROM), "the day from which this version holds is missing")


def _day(yaml: YamlFile, path: PathInFile, given: Any, before: dt.date | None, problems: list[Problem]) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(given)
    except (TypeError, ValueError):
        problems.append(yaml.problem(path, "must be a day that exists, as in 2027-04-01"))
        return None
    if before is not None and day <= before:
        problems.append(yaml.problem(path, f"must be after {before}, the day of the version before it"))
    return day
