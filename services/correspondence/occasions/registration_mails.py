"""The messages about a registration: the registrant portal is open (F24); to the college, that a certificate cannot be printed."""

import unicodedata

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college.deadlines import SELF_ASSESSMENT
from services.contracts.registry import CertificateHeldBack, RegistrationFinalised
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
    messages.write(work, college, Recipient(college.addresses.registration, "en"), "certificate_held", key, values=values)


def _described(letter: str) -> str:
    """A letter's code point, with what Unicode calls it: `U+13000 (EGYPTIAN HIEROGLYPH A001)`."""
    name = unicodedata.name(chr(int(letter.removeprefix("U+"), 16)), "")
    return f"{letter} ({name})" if name else letter


LETTERS: Letters = {
    RegistrationFinalised: Letter("welcome_registrant", finalised),
    CertificateHeldBack: Letter("tell_staff_of_held_certificate", certificate_held),
}
