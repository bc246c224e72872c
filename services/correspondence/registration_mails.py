"""The message about a registration: the registrant portal is open (F24)."""

from datetime import timedelta
from types import SimpleNamespace

from services.common.work import Work
from services.correspondence import contacts, messages
from services.correspondence.compose import Desk


def finalised(work: Work, desk: Desk, fact: SimpleNamespace) -> None:
    """Welcomes a new registrant and says by when the self-assessment is due (F24, R9). Raises NotYet.

    Once per registrant: a registration that is announced again, under another event id, brings no second message.
    """
    contact = contacts.contact_of(work, fact.account_id)
    contacts.hear_name(work, fact.account_id, fact.name, fact.occurred_at)
    pen = desk.pen(contact.language)
    days = desk.college.professional_development.self_assessment.new_registrant_days
    values = {
        "name": fact.name,
        "registration_number": fact.registration_number,
        "category": pen.category(fact.category),
        "portal_link": desk.pages.portal,
        "self_assessment_due": pen.day(fact.registered_on + timedelta(days=days)),
    }
    messages.write(work, desk.college, contact, "registrant_portal_open", str(fact.registrant_id), values=values)
