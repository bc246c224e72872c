"""The registrant's first page: notices and their days, the registration as the public sees it, the certificate (F24, F34, F43)."""

from typing import Any

from gateway.context import Context, Question
from gateway.http.responses import Response
from gateway.portal.kit import unread
from gateway.portal.kit.page import render
from gateway.portal.public.register import languages_of_care
from services.contracts.pages import QUALITY_ASSURANCE
from services.contracts.qa import GetQaDashboard
from services.contracts.registry import GetMyRegistration


def dashboard(context: Context) -> Response:
    """Shows what is due, and the registration. Raises NotFound, QaNotReady in the moment after the registration."""
    asked: list[Question] = [(GetMyRegistration, {})]
    if context.caller.is_let_into(QUALITY_ASSURANCE):
        asked.append((GetQaDashboard, {}))
    waiting, (mine, *qa) = unread.beside(context, lambda: context.together(*asked))
    languages = languages_of_care(context.college, mine["languages_of_care"], context.language)
    values: dict[str, Any] = {"registrant": mine, "languages": languages, "qa": qa[0] if qa else None, "unread": waiting}
    return render(context, "registrant/dashboard.html", **values)


def quality_assurance(context: Context) -> Response:
    """Shows what is due alone, to whom the registration may not be open. Raises QaNotReady in the moment after the registration."""
    return render(context, "registrant/quality_assurance.html", qa=context.ask(GetQaDashboard))
