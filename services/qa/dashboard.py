"""The quality-assurance dashboard of a registrant."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.qa import GetQaDashboard, QaNotReady
from services.qa.cycles import latest_of
from services.qa.notices import notices


def read(work: UnitOfWork, college: College) -> GetQaDashboard.Reply:
    """Gives the caller's PD cycle, its notices today, and the address for questions (F34, F35, F43). One query.

    Raises QaNotReady while the registration is still being made known.
    """
    cycle = latest_of(work.session, college, work.caller.account_id)
    if cycle is None:
        raise QaNotReady()
    today, rules = college.day_of(work.now), college.at(work.now)
    return GetQaDashboard.Reply(
        cycle=cycle,
        notices=notices(cycle, today),
        qa_address=rules.addresses.of(rules.professional_development.contact),
    )
