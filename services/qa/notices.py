"""Notices on the registrant's dashboard: what is owed to quality assurance, and until when (F34, F43)."""

from datetime import date

from services.common.kernel.dates import written_date
from services.contracts.applications.shapes import Bilingual
from services.contracts.qa import Notice, PdCycle
from services.contracts.qa_words import NOTICES


def notices(cycle: PdCycle, today: date) -> list[Notice]:
    """Gives the notices of a PD cycle on a day of the college: due days are inclusive (F44), an attestation shows once it is open."""
    found = []
    if cycle.self_assessment_due_on is not None:
        found.append(_notice("self_assessment", cycle.self_assessment_due_on, today))
    if today >= cycle.attestation_opens_on:
        found.append(_notice("attestation", cycle.attestation_due_on, today))
    return found


def _notice(what: str, due_on: date, today: date) -> Notice:
    code = f"{what}_due" if today <= due_on else f"{what}_overdue"
    words = NOTICES[code]
    return Notice(
        code=code,
        words=Bilingual(
            en=words.format("en", due=written_date(due_on, "en")),
            fr=words.format("fr", due=written_date(due_on, "fr")),
        ),
        due_on=due_on,
        page=None,
    )
