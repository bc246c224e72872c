"""Who reads what staff write: the applicant's language, shown before they write it (P3), and address (P29)."""

from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

import eventlet

from gateway.context import Context
from gateway.http.requests import Request
from gateway.portal.kit.texts import _, say
from services.common.kernel.errors import ServiceError
from services.contracts.applications.review import GetApplication
from services.contracts.identity.administration import FindAccounts, FoundAccount, GetPreferredLanguage

Found = TypeVar("Found")
_READS = {
    "en": _("The applicant reads English: write it in English."),
    "fr": _("The applicant reads French: write it in French."),
}


def language_of(context: Context, file: GetApplication.Reply) -> str | None:
    """Gives the language of an application's applicant; nothing where identity does not tell, as the page is there without it."""
    with suppress(ServiceError):
        return context.ask(GetPreferredLanguage, account_id=file.account_id).language
    return None


def hint(request: Request, language: str | None) -> str:
    """Says beside a field in which language the applicant reads it; nothing where that is not known."""
    return say(request.language, _READS[language]) if language else ""


def account_of(context: Context, file: GetApplication.Reply) -> FoundAccount | None:
    """Gives the account of an application's applicant, with address and language; nothing where identity does not tell."""
    with suppress(ServiceError):
        accounts = context.ask(FindAccounts, text=str(file.account_id)).accounts
        return accounts[0] if accounts else None
    return None


def beside(context: Context, file: GetApplication.Reply, other: Callable[[], Found]) -> tuple[FoundAccount | None, Found]:
    """Gives the applicant's account and what another look gives, in one round."""
    asked = eventlet.spawn(copy_context().run, account_of, context, file)
    try:
        found = other()
        return asked.wait(), found
    finally:
        asked.kill()  # where the other look was refused
