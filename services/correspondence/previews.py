"""The mails that a decision would bring, as they would be sent: from the same texts and the same values, with nothing written (R13)."""

from collections.abc import Iterator
from typing import Any

from services.common.kernel.errors import Invalid, NotFound
from services.common.kernel.text import Text
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.college import CollegeOnDay
from services.contracts.correspondence.previews import Letter, PreviewDecision
from services.contracts.terms import Term, given
from services.correspondence.compose import LetterContext
from services.correspondence.models import Contact
from services.correspondence.occasions import application_mails, fee_mails

# What billing only knows once it has issued the invoice.
INVOICE_NUMBER = Text("[invoice number]", "[numéro de la facture]")
TOTAL = Text("[total]", "[total]")


def decision(work: UnitOfWork, context: LetterContext, request: PreviewDecision.Request) -> PreviewDecision.Reply:
    """Writes the mails of a decision that would be made now, and sends none.

    Raises OwnMatter, Invalid for what no decision can say, NotFound for an account that is not known here.
    """
    not_oneself(work, request.account_id)
    today = context.college.at(work.now)
    if faults := list(_faults(today, request)):
        raise Invalid(errors=faults)
    stated = given(today, request.terms, request.conditions)
    contact = work.session.get(Contact, request.account_id)
    if contact is None:
        raise NotFound()
    letters = []
    for kind, values in _letters(work, context, contact, request, stated):
        written = today.write_mail(kind, contact.language, values)
        letters.append(Letter(kind=kind, subject=written.subject, body=written.body))
    return PreviewDecision.Reply(language=contact.language, letters=letters)


def _faults(college: CollegeOnDay, request: PreviewDecision.Request) -> Iterator[dict[str, str]]:
    if request.category not in {known.code for known in college.every_category}:
        yield {"field": "category", "code": "unknown"}
    if request.decision == states.REFUSED and not (request.reasons or "").strip():
        yield {"field": "reasons", "code": "required"}


def _letters(
    work: UnitOfWork, context: LetterContext, contact: Contact, request: PreviewDecision.Request, stated: list[Term]
) -> Iterator[tuple[str, dict[str, Any]]]:
    formatter, reasons = context.formatter(contact.language), request.reasons or ""
    about = application_mails.about(context, contact, request.reference)
    if request.decision == states.REFUSED:
        yield application_mails.REFUSED, about | application_mails.refusal(context, formatter, reasons, work.now)
        return
    conditions = formatter.terms(stated, [])
    if conditions:
        values = application_mails.conditional_approval(
            context,
            formatter,
            name=request.legal_name,
            category=request.category,
            conditions=conditions,
            reasons=reasons,
            decided_at=work.now,
        )
        yield application_mails.APPROVED_WITH_CONDITIONS, about | values
    yield (
        fee_mails.INVOICE,
        fee_mails.invoice(
            context,
            name=request.legal_name,
            reference=request.reference,
            category=formatter.category(request.category),
            conditions=conditions,
            number=formatter.text(INVOICE_NUMBER),
            total=formatter.text(TOTAL),
        ),
    )
