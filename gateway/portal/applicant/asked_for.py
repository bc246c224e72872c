"""What the college asks an applicant for: each reason once, with the things that it is about and where they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.contracts.applications.shapes import RequestedItem
from services.contracts.college import CollegeOnDay, NoSuchField, NotInProfile


@dataclass
class AskedFor:
    """A reason, and what it is about: the name of each thing with the address where it is answered."""

    reason: str
    things: list[tuple[str, str]] = field(default_factory=list)


def asked_for(college: CollegeOnDay, requested: Iterable[RequestedItem], language: str) -> list[AskedFor]:
    """Gives what was asked, in its order; a thing that the profile does not have any more is left out, its reason is not."""
    found: dict[str, AskedFor] = {}
    for item in requested:
        asked = found.setdefault(item.reason, AskedFor(item.reason))
        if thing := _thing(college, item, language):
            asked.things.append(thing)
    return list(found.values())


def _thing(college: CollegeOnDay, item: RequestedItem, language: str) -> tuple[str, str] | None:
    try:
        if item.field:
            asked, page = college.form.field(item.field), college.form.page_of(item.field)
            return asked.label.in_(language), f"/application/pages/{page.code}#{asked.code}"
        requirement = college.requirement(item.requirement or "")
    except (NoSuchField, NotInProfile):
        return None
    return requirement.name.in_(language), f"/application/documents?for={requirement.code}#upload"
