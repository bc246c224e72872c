"""The public register: search, results, and what the public sees of a registrant (R11)."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.common.kernel.errors import Invalid
from services.contracts.college import College
from services.contracts.registry import LookUpRegistrant, SearchRegister

_LONGEST_NAME = 200


def search(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the search form and, once something is searched for, a page of results."""
    name, cursor = request.query.get("name", "").strip()[:_LONGEST_NAME], request.query.get("cursor")
    found: dict[str, Any] | None = None
    if "name" in request.query:
        try:
            found = ask(edge, request, SearchRegister, name=name, cursor=cursor)
        except Invalid:  # an address that was tampered with: begin at the first page
            found = ask(edge, request, SearchRegister, name=name.replace("\0", ""))
    return render(edge, request, "public/register.html", name=name, found=found, later=cursor is not None)


def registrant(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows one registrant, only with the sections that have something; raises NotFound."""
    found = ask(edge, request, LookUpRegistrant, number=path["number"][:20])
    languages = languages_of_care(edge.college, found["languages_of_care"], request.language)
    return render(edge, request, "public/registrant.html", registrant=found, languages=languages)


def languages_of_care(college: College, codes: list[str], language: str) -> list[str]:
    """Names the languages in which somebody offers care, as the application form does; one that it no longer has stays a code."""
    field = college.form.roles.languages_of_care
    known = {choice.code: choice.label.in_(language) for choice in college.form.field(field).choices} if field else {}
    return [known.get(code, code) for code in codes]
