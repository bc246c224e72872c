"""Messages about an application, from its submission to the decision (F32, R2, R13, R14)."""

from datetime import datetime, timedelta
from types import SimpleNamespace
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
)
from services.correspondence import contacts, messages
from services.correspondence.compose import Formatter, LetterContext, paragraphs
from services.correspondence.models import Contact
from services.correspondence.occasions.letter import Letter, Letters

APPROVED_WITH_CONDITIONS, REFUSED = "application_approved_with_conditions", "application_refused"


def submitted(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Confirms that an application came in, and says by when it is acknowledged (R14). Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    contacts.hear_name(work, fact.account_id, fact.applicant_name, fact.occurred_at)
    values = {
        "name": fact.applicant_name,
        "submitted_on": formatter.day_of(fact.submitted_at),
        "category": formatter.category(fact.category),
        "acknowledgement_due": formatter.days_after(fact.submitted_at, desk.college.review.clocks.acknowledgement_days),
    }
    _write(work, desk, fact, contact, ("application_submitted", str(fact.application_id)), **values)


def more_requested(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Says what the college asks for and by when (F32); without a date from staff, by the profile's clock. Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    asked_on = formatter.local(datetime.fromisoformat(fact.occurred_at))
    due_on = fact.due_on or asked_on + timedelta(days=desk.college.review.clocks.information_days)
    items = [{"label": item["name"][formatter.language], "reason": " ".join(paragraphs(item["reason"]))} for item in fact.items]
    values = {"items": items, "due_date": formatter.day(due_on)}
    _write(work, desk, fact, contact, ("more_information_requested", str(fact.event_id)), **values)


def information_received(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Confirms that the answer to what was asked came in. Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    values = {
        "received_on": formatter.day_of(fact.received_at),
        "acknowledgement_due": formatter.days_after(fact.received_at, desk.college.review.clocks.acknowledgement_days),
    }
    _write(work, desk, fact, contact, ("information_received", str(fact.event_id)), **values)


def found_complete(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Acknowledges in writing that an application is complete (R14). Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    values = {"found_on": formatter.day_of(fact.found_at)}
    _write(work, desk, fact, contact, ("application_complete", str(fact.event_id)), **values)


def document_received(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells that a document came in from others, which the applicant was waiting for (F28). Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    values = {"document": fact.name[formatter.language], "received_on": formatter.day_of(fact.received_at)}
    _write(work, desk, fact, contact, ("document_received", str(fact.document_id)), **values)


def document_not_accepted(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells that a document cannot be accepted, and why (F29). Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    values = {"document": fact.name[formatter.language], "provided_by": fact.provided_by, "reason": paragraphs(fact.reason)}
    _write(work, desk, fact, contact, ("document_not_accepted", str(fact.event_id)), **values)


def approved(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells of an approval with conditions, with its reasons and the ways to respond (R13). Raises NotYet.

    An approval without conditions has no message of its own: the invoice's tells it.
    """
    contact, formatter = _about(work, desk, fact)
    contacts.hear_name(work, fact.account_id, fact.legal_name, fact.occurred_at)
    if not fact.conditions:
        return
    values = conditional_approval(desk, formatter, fact)
    _write(work, desk, fact, contact, (APPROVED_WITH_CONDITIONS, str(fact.application_id)), **values)


def refused(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells of a refusal, with its reasons and the ways to respond (R13). Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    _write(work, desk, fact, contact, (REFUSED, str(fact.application_id)), **refusal(desk, formatter, fact))


def conditional_approval(desk: LetterContext, formatter: Formatter, fact: SimpleNamespace) -> dict[str, Any]:
    """Gives what the message of an approval with conditions says, of a fact such as ApplicationApproved."""
    return {
        "name": fact.legal_name,
        "decided_on": formatter.day_of(fact.approved_at),
        "category": formatter.category(fact.category),
        "conditions": formatter.terms(fact.terms, fact.conditions),
        "reasons": paragraphs(fact.reasons or ""),
        "conditions_explained": formatter.text(desk.college.review.letters.conditions_explained),
        **_ways_to_respond(desk, formatter, fact.approved_at),
    }


def refusal(desk: LetterContext, formatter: Formatter, fact: SimpleNamespace) -> dict[str, Any]:
    """Gives what the message of a refusal says, of a fact such as ApplicationRefused."""
    return {
        "decided_on": formatter.day_of(fact.decided_at),
        "reasons": paragraphs(fact.reasons),
        **_ways_to_respond(desk, formatter, fact.decided_at),
    }


def withdrawn(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Confirms a withdrawal. Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    values = {"withdrawn_on": formatter.day_of(fact.withdrawn_at)}
    _write(work, desk, fact, contact, ("application_withdrawn", str(fact.application_id)), **values)


def lapsed(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells that an application is closed because nothing happened for long (R2). Raises NotYet."""
    contact, formatter = _about(work, desk, fact)
    values = {"last_action_on": formatter.day_of(fact.last_action_at)}
    _write(work, desk, fact, contact, ("application_lapsed", str(fact.application_id)), **values)


def _about(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> tuple[Contact, Formatter]:
    contact = contacts.contact_of(work, fact.account_id)
    contacts.hear_application(work, fact)
    return contact, desk.formatter(contact.language)


def _ways_to_respond(desk: LetterContext, formatter: Formatter, decided_at: datetime) -> dict[str, str]:
    clocks, letters = desk.college.review.clocks, desk.college.review.letters
    return {
        "submissions_due": formatter.days_after(decided_at, clocks.submissions_days),
        "submissions_before_panel": formatter.text(letters.submissions_before_panel),
        "hparb_due": formatter.days_after(decided_at, clocks.hparb_days),
        "how_to_ask_hparb_review": formatter.text(letters.how_to_ask_hparb_review),
    }


def _write(
    work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace, contact: Contact, message: tuple[str, str], **values: Any
) -> None:
    kind, key = message
    messages.write(work, desk.college, contact, kind, key, values=about(desk, contact, fact) | values)


def about(desk: LetterContext, contact: Contact, fact: SimpleNamespace) -> dict[str, str]:
    """Gives what every message about an application says, of a fact about one."""
    return {"name": contact.name or "", "application_reference": fact.reference, "portal_link": desk.pages.portal}


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
