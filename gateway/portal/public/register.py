"""The public register: search, results, and what the public sees of a registrant (R11)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from services.common.kernel.errors import Invalid
from services.contracts.college import CollegeOnDay
from services.contracts.registry import LookUpRegistrant, SearchRegister

_LONGEST_NAME = 200


def search(context: Context) -> Response:
    """Shows the search form and, once something is searched for, a page of results."""
    name, cursor = context.request.query.get("name", "").strip()[:_LONGEST_NAME], context.request.query.get("cursor")
    found: SearchRegister.Reply | None = None
    if "name" in context.request.query:
        try:
            found = context.ask(SearchRegister, name=name, cursor=cursor)
        except Invalid:  # an address that was tampered with: begin at the first page
            found = context.ask(SearchRegister, name=name.replace("\0", ""))
    return render(context, "public/register.html", name=name, found=found, later=cursor is not None)


def registrant(context: Context) -> Response:
    """Shows one registrant, only with the sections that have something; raises NotFound."""
    found = context.ask(LookUpRegistrant, number=context.path["number"][:20])
    languages = languages_of_care(context.college, found.languages_of_care, context.language)
    return render(context, "public/registrant.html", registrant=found, languages=languages)


def languages_of_care(college: CollegeOnDay, codes: list[str], language: str) -> list[str]:
    """Names the languages in which somebody offers care, as the application form does; one that it no longer has stays a code."""
    field = college.form.roles.languages_of_care
    known = {choice.code: choice.label.in_(language) for choice in college.form.field(field).choices} if field else {}
    return [known.get(code, code) for code in codes]
