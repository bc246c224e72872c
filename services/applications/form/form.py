"""The application form as clients draw it: plain values with the words in both languages."""

from typing import Any

from services.applications.form import places
from services.common.kernel.text import Text
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.errors import UnknownPage
from services.contracts.college import CollegeOnDay, Field, Page

# The profile never changes while the service runs: what was made of it once is kept, for so many days between whose rules something changed.
_MOST_KEPT = 8
_drawn: list[tuple[CollegeOnDay, GetForm.Reply]] = []


def get_form(college: CollegeOnDay) -> GetForm.Reply:
    """The pages in order, each with its fields; choices are spelled out for every type that has them."""
    for drawn_of, form in _drawn:
        if drawn_of is college:
            return form
    form = GetForm.Reply(pages=[_page(college, page) for page in college.form.pages])
    _drawn[:] = [(college, form), *_drawn][:_MOST_KEPT]
    return form


def page_of(college: CollegeOnDay, code: str) -> Page:
    """The page of that code. Raises UnknownPage."""
    for page in college.form.pages:
        if page.code == code:
            return page
    raise UnknownPage(page=code)


def _page(college: CollegeOnDay, page: Page) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": _both(page.title),
        "intro": _both(page.intro),
        "takes_documents": page.takes_documents,
        "fields": [_field(college, field) for field in page.fields],
    }


def _field(college: CollegeOnDay, field: Field) -> dict[str, Any]:
    condition = field.required_if
    return {
        "code": field.code,
        "label": _both(field.label),
        "help": _both(field.help),
        "type": field.type,
        "required": field.required,
        "required_if": {"field": condition.field, "equals": condition.equals} if condition else None,
        "required_unless": field.required_unless,
        "choices": [{"code": code, "label": _both(label)} for code, label in _choices(college, field).items()],
        "max_length": field.max_length,
        "pattern": field.pattern.pattern if field.pattern else None,
        "pattern_message": _both(field.pattern_message),
        "min": field.minimum,
        "max": field.maximum,
        "halves": field.halves,
        "not_after": field.not_after,
        "not_before": field.not_before,
        "requirement": field.requirement,
    }


def _choices(college: CollegeOnDay, field: Field) -> dict[str, Text]:
    if field.type == "category":
        return {category.code: category.name for category in college.entry_categories}
    if field.type == "route":
        return {route.code: route.name for route in college.routes}
    if field.type == "country":
        return places.countries()
    if field.type == "province":
        return places.PROVINCES
    return {choice.code: choice.label for choice in field.choices}


def _both(words: Text | None) -> dict[str, str] | None:
    return None if words is None else {"en": words.en, "fr": words.fr}
