"""Messages to whoever asked support for a way back in: to the address they gave, which need not be anybody's on file (F10)."""

from types import SimpleNamespace

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity import AccessRequestReceived, AccessRequestRefused
from services.correspondence import messages
from services.correspondence.compose import LetterContext
from services.correspondence.contacts import Recipient
from services.correspondence.occasions.letter import Letter, Letters


def access_request_received(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Confirms that a request arrived, once per request."""
    _write(work, desk, fact, "access_request_received", reference=fact.reference)


def access_request_refused(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells that a request was refused, once per request; nothing of what is on file."""
    values = {"reference": fact.reference, "request_page": desk.pages.lost_access, "phone": desk.college.phone}
    _write(work, desk, fact, "access_request_refused", **values)


def _write(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace, kind: str, **values: str) -> None:
    to = Recipient(fact.contact_email, fact.language)
    messages.write(work, desk.college, to, kind, str(fact.request_id), values=values)


LETTERS: Letters = {
    AccessRequestReceived: Letter("confirm_access_request", access_request_received),
    AccessRequestRefused: Letter("tell_refused_access", access_request_refused),
}
