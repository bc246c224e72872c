"""The messages about a registration: the portal is open (F24), the standing changed (R1); to the college: a certificate cannot be printed."""

import unicodedata

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college.deadlines import SELF_ASSESSMENT
from services.contracts.registry import CertificateHeldBack, RegistrationFinalised
from services.contracts.registry.standing import StandingChanged
from services.contracts.registry.words import REGISTERED, STATUSES
from services.correspondence import contacts, messages
from services.correspondence.compose import LetterContext
from services.correspondence.contacts import Recipient
from services.correspondence.occasions.letter import Letter, Letters


def finalised(work: UnitOfWork, context: LetterContext, event: RegistrationFinalised.Data) -> None:
    """Welcomes a new registrant and says by when the self-assessment is due (F24, R9). Raises NotYet.

    Once per registrant: a registration that is announced again, under another event id, brings no second message.
    """
    contact = contacts.contact_of(work, event.account_id)
    contacts.note_name(work, event.account_id, event.name, work.event.occurred_at)
    formatter = context.formatter(contact.language)
    values = {
        "name": event.name,
        "registration_number": event.registration_number,
        "category": formatter.category(event.category),
        "portal_link": context.pages.portal,
        "self_assessment_due": formatter.last_day_since(SELF_ASSESSMENT, event.registered_on),
    }
    messages.write(work, context.college, contact, "registrant_portal_open", str(event.registrant_id), values=values)


def standing_changed(work: UnitOfWork, context: LetterContext, event: StandingChanged.Data) -> None:
    """Tells a registrant what the register says of category, status and terms from now on (R1). Raises NotYet.

    Whoever has no account yet, as they come from an earlier system, has no address here either.
    """
    if event.account_id is None:
        return
    contact = contacts.contact_of(work, event.account_id)
    formatter = context.formatter(contact.language)
    values = {
        "name": event.name,
        "registration_number": event.registration_number,
        "category": formatter.category(event.category),
        "status": formatter.text(STATUSES[event.status]),
        "status_since": formatter.day(event.status_since),
        "reason": event.status_reason.in_(contact.language) if event.status_reason else "",
        "terms": formatter.terms(event.terms, []),
        "registered": event.status in REGISTERED,
        "portal_link": context.pages.portal,
    }
    key = f"{event.registrant_id} {event.changed_at.isoformat()}"
    messages.write(work, context.college, contact, "standing_changed", key, values=values)


def certificate_held(work: UnitOfWork, context: LetterContext, event: CertificateHeldBack.Data) -> None:
    """Tells the college which certificate waits for a font, whose by its numbers, and which letters it needs; the mail is in both languages."""
    college = context.college
    values = {
        "certificate_number": event.certificate_number,
        "registration_number": event.registration_number,
        "letters": [_described(letter) for letter in event.letters],
        "page": context.pages.held_certificates,
    }
    key = f"{event.certificate_number} {event.held_at.isoformat()}"
    to = Recipient(college.at(work.now).addresses.registration, "en")
    messages.write(work, college, to, "certificate_held", key, values=values)


def _described(letter: str) -> str:
    """A letter's code point, with what Unicode calls it: `U+13000 (EGYPTIAN HIEROGLYPH A001)`."""
    name = unicodedata.name(chr(int(letter.removeprefix("U+"), 16)), "")
    return f"{letter} ({name})" if name else letter


LETTERS: Letters = {
    RegistrationFinalised: Letter("welcome_registrant", finalised),
    StandingChanged: Letter("tell_of_standing", standing_changed),
    CertificateHeldBack: Letter("tell_staff_of_held_certificate", certificate_held),
}
