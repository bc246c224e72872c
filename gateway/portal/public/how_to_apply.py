"""How to apply: the steps, and the checklist of documents by route (F30 for everybody)."""

from dataclasses import dataclass

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from services.contracts.college import CollegeOnDay, Requirement, Route


@dataclass(frozen=True)
class Checklist:
    """What an application by a route needs: in any case, and depending on answers in the form."""

    route: Route
    always: list[Requirement]
    perhaps: list[Requirement]


def how_to_apply(context: Context) -> Response:
    """Shows the steps, and the documents for the route that is chosen."""
    college = context.college
    chosen = next((route for route in college.routes if route.code == context.request.query.get("route")), None)
    checklist = checklist_of(college, chosen) if chosen else None
    return render(context, "public/how_to_apply.html", checklist=checklist)


def checklist_of(college: CollegeOnDay, route: Route) -> Checklist:
    """Gives the requirements of a route, in the profile's order, whatever category is applied for."""
    entry = {category.code for category in college.entry_categories}
    needed = [
        requirement
        for requirement in college.requirements
        if (not requirement.routes or route.code in requirement.routes)
        and (not requirement.categories or entry.intersection(requirement.categories))
    ]
    return Checklist(
        route,
        [requirement for requirement in needed if requirement.needed_if is None],
        [requirement for requirement in needed if requirement.needed_if],
    )
