"""The registrant's first page: notices and their days, the registration as the public sees it, the certificate (F24, F34, F43)."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import unread
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import Question, ask, together
from gateway.portal.public.register import languages_of_care
from gateway.services import Edge
from services.contracts.pages import QUALITY_ASSURANCE
from services.contracts.qa import GetQaDashboard
from services.contracts.registry import GetMyRegistration


def dashboard(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what is due, and the registration. Raises NotFound, QaNotReady in the moment after the registration."""
    asked: list[Question] = [(GetMyRegistration, {})]
    if request.caller.is_let_into(QUALITY_ASSURANCE):
        asked.append((GetQaDashboard, {}))
    waiting, (mine, *qa) = unread.beside(edge, request, lambda: together(edge, request, *asked))
    languages = languages_of_care(edge.college, mine["languages_of_care"], request.language)
    values: dict[str, Any] = {"registrant": mine, "languages": languages, "qa": qa[0] if qa else None, "unread": waiting}
    return render(edge, request, "registrant/dashboard.html", **values)


def quality_assurance(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what is due alone, to whom the registration may not be open. Raises QaNotReady in the moment after the registration."""
    return render(edge, request, "registrant/quality_assurance.html", qa=ask(edge, request, GetQaDashboard))
