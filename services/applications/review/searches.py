"""What somebody means by one text: a reference or a part of one, a registration number, or a name, also one with a slip in it."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select, true, union

from services.applications.models import Application, TimelineEntry
from services.common.kernel.references import InvalidReference
from services.common.persistence import name_search
from services.contracts.college import College

REGISTERED = "finalised"  # the entry of the timeline that names the registration number


def meanings(college: College, typed: str | None) -> Iterator[tuple[bool, ColumnElement[bool]]]:
    """Gives what a text may mean, the likeliest first, and of each whether it is only nearly what was typed. Without a text, all."""
    if not typed:
        yield False, true()
    elif any(sign.isdigit() for sign in typed):  # no name has a digit, and every number has
        yield False, _numbered(college, typed)
    else:
        yield False, name_search.has(Application.applicant_name, typed)
        yield True, name_search.has_nearly(Application.applicant_name, typed)


def _numbered(college: College, typed: str) -> ColumnElement[bool]:
    # One of an earlier system is found as it was kept, ours also by a part.
    series = college.numbering
    references = {" ".join(typed.upper().split()), *series.application_id.numbering.meant(typed)}
    found = [select(Application.id).where(Application.reference.in_(sorted(references)))]
    try:
        number = series.registration.numbering.read(typed)
    except InvalidReference:
        pass
    else:
        found.append(select(TimelineEntry.application_id).where(TimelineEntry.kind == REGISTERED, TimelineEntry.note == number))
    return Application.id.in_(union(*found))
