"""Messages to whoever asked support for a way back in: to the address they gave, which need not be anybody's on file (F10)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import AccessRequestReceived, AccessRequestRefused
from services.correspondence import messages
from services.correspondence.compose import LetterContext
from services.correspondence.contacts import Recipient
from services.correspondence.occasions.letter import Letter, Letters


def access_request_received(work: UnitOfWork, context: LetterContext, event: AccessRequestReceived.Data) -> None:
    """Confirms that a request arrived, once per request."""
    _write(work, context, event, "access_request_received", reference=event.reference)


def access_request_refused(work: UnitOfWork, context: LetterContext, event: AccessRequestRefused.Data) -> None:
    """Tells that a request was refused, once per request; nothing of what is on file."""
    values = {
        "reference": event.reference,
        "request_page": context.pages.lost_access,
        "phone": context.college.at(work.now).phone,
    }
    _write(work, context, event, "access_request_refused", **values)


def _write(
    work: UnitOfWork,
    context: LetterContext,
    event: AccessRequestReceived.Data | AccessRequestRefused.Data,
    kind: str,
    **values: str,
) -> None:
    to = Recipient(event.contact_email, event.language)
    messages.write(work, context.college, to, kind, str(event.request_id), values=values)


LETTERS: Letters = {
    AccessRequestReceived: Letter("confirm_access_request", access_request_received),
    AccessRequestRefused: Letter("tell_refused_access", access_request_refused),
}
