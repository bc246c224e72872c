"""Messages about an application, from its submission to the decision (F32, R2, R13, R14)."""

from datetime import datetime, timedelta
from typing import Any

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.events import (
    ApplicationApproved,
    ApplicationFoundComplete,
    ApplicationLapsed,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DocumentNotAccepted,
    DocumentReceived,
    InformationReceived,
    MoreInformationRequested,
    OfApplication,
)
from services.contracts.college.deadlines import ACKNOWLEDGEMENT
from services.correspondence import contacts, messages
from services.correspondence.compose import Formatter, LetterContext, paragraphs
from services.correspondence.models import Contact
from services.correspondence.occasions.letter import Letter, Letters

APPROVED_WITH_CONDITIONS, REFUSED = "application_approved_with_conditions", "application_refused"


def submitted(work: UnitOfWork, context: LetterContext, event: ApplicationSubmitted.Data) -> None:
    """Confirms that an application came in, and says by when it is acknowledged (R14). Raises NotYet."""
    contact, formatter = _about(work, context, event)
    contacts.note_name(work, event.account_id, event.applicant_name, work.event.occurred_at)
    values = {
        "name": event.applicant_name,
        "submitted_on": formatter.day_of(event.submitted_at),
        "category": formatter.category(event.category),
        "acknowledgement_due": formatter.last_day(ACKNOWLEDGEMENT, event.submitted_at),
    }
    _write(work, context, event, contact, ("application_submitted", str(event.application_id)), **values)


def more_requested(work: UnitOfWork, context: LetterContext, event: MoreInformationRequested.Data) -> None:
    """Says what the college asks for and by when (F32); without a date from staff, by the profile's clock. Raises NotYet."""
    contact, formatter = _about(work, context, event)
    asked_on = formatter.local(work.event.occurred_at)
    due_on = event.due_on or asked_on + timedelta(days=context.college.on(asked_on).review.clocks.information_days)
    items = [{"label": item.name.in_(formatter.language), "reason": " ".join(paragraphs(item.reason))} for item in event.items]
    values = {"items": items, "due_date": formatter.day(due_on)}
    _write(work, context, event, contact, ("more_information_requested", str(work.event.id)), **values)


def information_received(work: UnitOfWork, context: LetterContext, event: InformationReceived.Data) -> None:
    """Confirms that the answer to what was asked came in. Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = {
        "received_on": formatter.day_of(event.received_at),
        "acknowledgement_due": formatter.last_day(ACKNOWLEDGEMENT, event.received_at),
    }
    _write(work, context, event, contact, ("information_received", str(work.event.id)), **values)


def found_complete(work: UnitOfWork, context: LetterContext, event: ApplicationFoundComplete.Data) -> None:
    """Acknowledges in writing that an application is complete (R14). Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = {"found_on": formatter.day_of(event.found_at)}
    _write(work, context, event, contact, ("application_complete", str(work.event.id)), **values)


def document_received(work: UnitOfWork, context: LetterContext, event: DocumentReceived.Data) -> None:
    """Tells that a document came in from others, which the applicant was waiting for (F28). Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = {"document": event.name.in_(formatter.language), "received_on": formatter.day_of(event.received_at)}
    _write(work, context, event, contact, ("document_received", str(event.document_id)), **values)


def document_not_accepted(work: UnitOfWork, context: LetterContext, event: DocumentNotAccepted.Data) -> None:
    """Tells that a document cannot be accepted, and why (F29). Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = {
        "document": event.name.in_(formatter.language),
        "provided_by": event.provided_by,
        "reason": paragraphs(event.reason),
    }
    _write(work, context, event, contact, ("document_not_accepted", str(work.event.id)), **values)


def approved(work: UnitOfWork, context: LetterContext, event: ApplicationApproved.Data) -> None:
    """Tells of an approval with conditions, with its reasons and the ways to respond (R13). Raises NotYet.

    An approval without conditions has no message of its own: the invoice's tells it.
    """
    contact, formatter = _about(work, context, event)
    contacts.note_name(work, event.account_id, event.legal_name, work.event.occurred_at)
    if not event.conditions:
        return
    values = conditional_approval(
        context,
        formatter,
        name=event.legal_name,
        category=event.category,
        conditions=formatter.terms(event.terms, event.conditions),
        reasons=event.reasons or "",
        decided_at=event.approved_at,
    )
    _write(work, context, event, contact, (APPROVED_WITH_CONDITIONS, str(event.application_id)), **values)


def refused(work: UnitOfWork, context: LetterContext, event: ApplicationRefused.Data) -> None:
    """Tells of a refusal, with its reasons and the ways to respond (R13). Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = refusal(context, formatter, event.reasons, event.decided_at)
    _write(work, context, event, contact, (REFUSED, str(event.application_id)), **values)


def conditional_approval(
    context: LetterContext,
    formatter: Formatter,
    *,
    name: str,
    category: str,
    conditions: list[str],
    reasons: str,
    decided_at: datetime,
) -> dict[str, Any]:
    """Gives what the message of an approval with conditions says; `conditions` are in the reader's language."""
    return {
        "name": name,
        "decided_on": formatter.day_of(decided_at),
        "category": formatter.category(category),
        "conditions": conditions,
        "reasons": paragraphs(reasons),
        "conditions_explained": formatter.text(context.college.at(decided_at).review.letters.conditions_explained),
        **_ways_to_respond(context, formatter, decided_at),
    }


def refusal(context: LetterContext, formatter: Formatter, reasons: str, decided_at: datetime) -> dict[str, Any]:
    """Gives what the message of a refusal says."""
    return {
        "decided_on": formatter.day_of(decided_at),
        "reasons": paragraphs(reasons),
        **_ways_to_respond(context, formatter, decided_at),
    }


def withdrawn(work: UnitOfWork, context: LetterContext, event: ApplicationWithdrawn.Data) -> None:
    """Confirms a withdrawal. Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = {"withdrawn_on": formatter.day_of(event.withdrawn_at)}
    _write(work, context, event, contact, ("application_withdrawn", str(event.application_id)), **values)


def lapsed(work: UnitOfWork, context: LetterContext, event: ApplicationLapsed.Data) -> None:
    """Tells that an application is closed because nothing happened for long (R2). Raises NotYet."""
    contact, formatter = _about(work, context, event)
    values = {"last_action_on": formatter.day_of(event.last_action_at)}
    _write(work, context, event, contact, ("application_lapsed", str(event.application_id)), **values)


def _about(
    work: UnitOfWork,
    context: LetterContext,
    event: OfApplication,
) -> tuple[Contact, Formatter]:
    contact = contacts.contact_of(work, event.account_id)
    contacts.note_application(work, event)
    return contact, context.formatter(contact.language)


def _ways_to_respond(context: LetterContext, formatter: Formatter, decided_at: datetime) -> dict[str, str]:
    review = context.college.at(decided_at).review
    clocks, letters = review.clocks, review.letters
    return {
        "submissions_due": formatter.days_after(decided_at, clocks.submissions_days),
        "submissions_before_panel": formatter.text(letters.submissions_before_panel),
        "outside_review_due": formatter.days_after(decided_at, clocks.outside_review_days),
        "how_to_ask_outside_review": formatter.text(letters.how_to_ask_outside_review),
    }


def _write(
    work: UnitOfWork,
    context: LetterContext,
    event: OfApplication,
    contact: Contact,
    message: tuple[str, str],
    **values: Any,
) -> None:
    kind, key = message
    messages.write(work, context.college, contact, kind, key, values=about(context, contact, event.reference) | values)


def about(context: LetterContext, contact: Contact, reference: str) -> dict[str, str]:
    """Gives what every message about an application says."""
    return {"name": contact.name or "", "application_reference": reference, "portal_link": context.pages.portal}


LETTERS: Letters = {
    ApplicationSubmitted: Letter("confirm_submission", submitted),
    MoreInformationRequested: Letter("ask_for_more", more_requested),
    InformationReceived: Letter("confirm_information", information_received),
    ApplicationFoundComplete: Letter("acknowledge_complete", found_complete),
    DocumentReceived: Letter("tell_received_document", document_received),
    DocumentNotAccepted: Letter("tell_refused_document", document_not_accepted),
    ApplicationApproved: Letter("tell_approval", approved),
    ApplicationRefused: Letter("tell_refusal", refused),
    ApplicationWithdrawn: Letter("confirm_withdrawal", withdrawn),
    ApplicationLapsed: Letter("tell_lapse", lapsed),
}
