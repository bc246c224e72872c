"""How a section of the profile is read: from which file, by which schema."""

from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from typing import Any

from services.common.kernel.validation import Schema

_KEY = "section"


@dataclass(frozen=True)
class Section:
    """One attribute of the college: the schema of its file, the file's name (that of the attribute unless given), and which part of it."""

    schema: type[Schema]
    file: str | None = None
    part: str | None = None

    @property
    def dates_itself(self) -> bool:
        """Whether the file has days of its own, which its schema knows, instead of versions of the whole (the fees have)."""
        return "versions" in self.schema().fields

    def of(self, value: Any) -> Any:
        """What the attribute is, of all that the file says."""
        if self.part is None:
            return value
        found = value[self.part] if isinstance(value, dict) else getattr(value, self.part)
        return tuple(found) if isinstance(found, list) else found


def section(schema: type[Schema], *, file: str | None = None, part: str | None = None) -> dict[str, Section]:
    """Says of a field of the college how it is read: `review: Review = field(metadata=section(ReviewSchema))`."""
    return {_KEY: Section(schema, file, part)}


def sections_of(record: type) -> Iterator[tuple[str, str, Section]]:
    """The sections of a class in their order: attribute, name of the file, and how it is read."""
    field: Field[Any]
    for field in fields(record):
        if found := field.metadata.get(_KEY):
            yield field.name, found.file or field.name, found
