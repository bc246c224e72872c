"""The mails that a decision would bring, as they would be sent: from the same texts and the same values, with nothing written (R13)."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.common.kernel.errors import Invalid, NotFound
from services.common.kernel.text import Text
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.terms import carried, given
from services.correspondence.compose import Formatter, LetterContext
from services.correspondence.models import Contact
from services.correspondence.occasions import application_mails, fee_mails

# What billing only knows once it has issued the invoice.
INVOICE_NUMBER = Text("[invoice number]", "[numéro de la facture]")
TOTAL = Text("[total]", "[total]")


def decision(work: UnitOfWork, desk: LetterContext, account_id: UUID, **decided: Any) -> dict[str, Any]:
    """Writes the mails of a decision that would be made now, and sends none.

    Raises OwnMatter, Invalid for what no decision can say, NotFound for an account that is not known here.
    """
    not_oneself(work, account_id)
    if faults := list(_faults(desk, **decided)):
        raise Invalid(errors=faults)
    decided |= carried(given(desk.college, decided["terms"], decided["conditions"]))
    contact = work.session.get(Contact, account_id)
    if contact is None:
        raise NotFound()
    fact, formatter = SimpleNamespace(**decided, decided_at=work.now, approved_at=work.now), desk.formatter(contact.language)
    letters = []
    for kind, values in _letters(desk, formatter, contact, fact):
        written = desk.college.write_mail(kind, contact.language, values)
        letters.append({"kind": kind, "subject": written.subject, "body": written.body})
    return {"language": contact.language, "letters": letters}


def _faults(desk: LetterContext, category: str, decision: str, reasons: str | None, **_: Any) -> Iterator[dict[str, str]]:
    if category not in {known.code for known in desk.college.categories}:
        yield {"field": "category", "code": "unknown"}
    if decision == states.REFUSED and not (reasons or "").strip():
        yield {"field": "reasons", "code": "required"}


def _letters(
    desk: LetterContext, formatter: Formatter, contact: Contact, fact: SimpleNamespace
) -> Iterator[tuple[str, dict[str, Any]]]:
    about = application_mails.about(desk, contact, fact)
    if fact.decision == states.REFUSED:
        yield application_mails.REFUSED, about | application_mails.refusal(desk, formatter, fact)
        return
    if fact.conditions:
        yield application_mails.APPROVED_WITH_CONDITIONS, about | application_mails.conditional_approval(desk, formatter, fact)
    unknown = {"number": formatter.text(INVOICE_NUMBER), "total": formatter.text(TOTAL)}
    yield fee_mails.INVOICE, fee_mails.invoice(desk, formatter, fact, name=fact.legal_name, reference=fact.reference, **unknown)
