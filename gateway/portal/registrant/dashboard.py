"""The registrant's first page: notices and their days, the registration as the public sees it, the certificate (F24, F34, F43)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit import unread
from gateway.portal.kit.page import render
from gateway.portal.public.register import languages_of_care
from services.contracts.pages import QUALITY_ASSURANCE
from services.contracts.qa import GetQaDashboard
from services.contracts.registry import GetMyRegistration


def dashboard(context: Context) -> Response:
    """Shows what is due, and the registration. Raises NotFound, QaNotReady in the moment after the registration."""
    waiting, (mine, qa) = unread.beside(context, lambda: _registration(context))
    languages = languages_of_care(context.college, mine.languages_of_care, context.language)
    return render(context, "registrant/dashboard.html", registrant=mine, languages=languages, qa=qa, unread=waiting)


def _registration(context: Context) -> tuple[GetMyRegistration.Reply, GetQaDashboard.Reply | None]:
    with context.round() as asked:
        mine = asked.ask(GetMyRegistration)
        qa = asked.ask(GetQaDashboard) if context.caller.is_let_into(QUALITY_ASSURANCE) else None
    return mine.reply, qa.reply if qa else None


def quality_assurance(context: Context) -> Response:
    """Shows what is due alone, to whom the registration may not be open. Raises QaNotReady in the moment after the registration."""
    return render(context, "registrant/quality_assurance.html", qa=context.ask(GetQaDashboard))
