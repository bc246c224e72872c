"""The registrant's first page: notices and their days, the registration as the public sees it, the certificate (F24, F34, F43)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.ask import together
from gateway.portal.page import render
from gateway.portal.public.register import languages_of_care
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.qa import GetQaDashboard
from services.contracts.registry import GetMyRegistration


def dashboard(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what is due, and the registration. Raises NotFound, QaNotReady in the moment after the registration."""
    mine, qa = together(edge, request, (GetMyRegistration, {}), (GetQaDashboard, {}))
    languages = languages_of_care(edge.college, mine["languages_of_care"], request.language)
    return render(edge, request, "registrant/dashboard.html", registrant=mine, languages=languages, qa=qa)
