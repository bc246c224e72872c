"""YAML files read with their line numbers and checked by a marshmallow schema.

Only the plain half of YAML is taken: strings, whole numbers, decimals, `true`/`false`, null, lists and mappings. Dates, `yes`,
`off` and `17:00` stay the strings they look like, so that a schema decides what they mean. Aliases and duplicate keys are errors.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError

from services.common.kernel.validation import words

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: ten times slower, same result
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_TAG + kind for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value"))

PathInFile = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file; prints as `file:line: path: message`."""

    file: Path
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.path, self.message) if part)


class ProfileError(Exception):
    """The files cannot be used; `problems` lists all that is wrong, in the order of the files and lines."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class YamlFile:
    """A file's data, and the line on which each entry of it begins."""

    file: Path
    data: Any
    lines: Mapping[PathInFile, int]

    def problem(self, path: PathInFile, message: str) -> Problem:
        """A problem at `path`, or at its nearest parent that exists when the entry itself is missing."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known, 1), _written(path), message)

    def load(self, schema: Schema, under: PathInFile = (), data: Any = None) -> Any:
        """What `schema` makes of the data, or of the `data` that stands `under` a path. Raises ProfileError with every entry refused."""
        try:
            return schema.load(data if under else self.data)
        except ValidationError as error:
            raise ProfileError(
                self.problem((*under, *path), words(text, "en")) for path, text in _flatten(error.messages)
            ) from None


def read_yaml(file: Path) -> YamlFile:
    """Reads one YAML document. Raises ProfileError when it cannot be read, is no YAML or has duplicate keys."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProfileError([Problem(file, line, "", f"not YAML: {error.problem}")]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError([Problem(file, 1, "", f"cannot be read: {error}")]) from error
    builder = _Builder()
    data = None if root is None else builder.value(root, ())
    source = YamlFile(file, data, builder.lines)
    if builder.faults:
        raise ProfileError(Problem(file, line, _written(path), text) for line, path, text in builder.faults)
    return source


def load_yaml(file: Path, schema: Schema) -> Any:
    """What `schema` makes of the file. Raises ProfileError with everything that is wrong."""
    return read_yaml(file).load(schema)


class _Builder:
    """Turns YAML nodes into plain data, keeping the line of each entry and noting what is not allowed."""

    def __init__(self) -> None:
        self.lines: dict[PathInFile, int] = {}
        self.faults: list[tuple[int, PathInFile, str]] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: PathInFile) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path, line)
        if id(node) in self._seen:  # an alias; besides being hard to read it may hold itself
            self.faults.append((line, path, "aliases (*name) are not allowed: write the entry out"))
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: PathInFile) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.append((line, path, "a key must be a word"))
                continue
            key = key_node.value
            if key in data:
                first = self.lines[(*path, key)]
                self.faults.append((line, (*path, key), f"duplicate key, first on line {first}"))
                continue
            self.lines[(*path, key)] = line
            data[key] = self.value(value_node, (*path, key))
        return data

    def _scalar(self, node: yaml.ScalarNode, path: PathInFile, line: int) -> Any:
        if node.tag not in _PLAIN_TAGS:
            self.faults.append((line, path, f"the tag {node.tag} is not allowed"))
            return None
        kind, text = node.tag.removeprefix(_TAG), node.value
        if kind == "null":
            return None
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "int" and _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        if kind == "float" and _DECIMAL.fullmatch(text):
            return float(text)
        return text


def _flatten(messages: Any, path: PathInFile = ()) -> Iterator[tuple[PathInFile, str]]:
    """The nested error messages of marshmallow, one by one with the path of the entry each speaks of."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flatten(inner, path if key == "_schema" else (*path, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flatten(inner, path)
    else:
        yield path, str(messages)


def _written(path: PathInFile) -> str:
    """`pages[2].fields[0].label` for the path of an entry."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
