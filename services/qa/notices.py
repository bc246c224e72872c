"""Notices on the registrant's dashboard: what is owed to quality assurance, and until when (F34, F43)."""

from datetime import date
from typing import Any

from services.common.kernel.dates import written_date
from services.common.kernel.text import LANGUAGES, Text

WORDS = {
    "self_assessment_due": Text(
        "Your self-assessment is due by {due}.",
        "Votre auto-évaluation doit être soumise au plus tard le {due}.",
    ),
    "self_assessment_overdue": Text(
        "Your self-assessment was due by {due}. Please complete it as soon as you can.",
        "Votre auto-évaluation devait être soumise au plus tard le {due}. Veuillez la remplir dès que possible.",
    ),
    "attestation_due": Text(
        "The attestation for your PD cycle is due by {due}.",
        "L’attestation de votre cycle de perfectionnement professionnel (PP) doit être soumise au plus tard le {due}.",
    ),
    "attestation_overdue": Text(
        "The attestation for your PD cycle was due by {due}. Please complete it as soon as you can.",
        "L’attestation de votre cycle de perfectionnement professionnel (PP) devait être soumise au plus tard le {due}. "
        "Veuillez la remplir dès que possible.",
    ),
}


def notices(cycle: Any, today: date) -> list[dict[str, Any]]:
    """Gives the notices of a PD cycle on a day of the college: due days are inclusive (F44), an attestation shows once it is open."""
    found = []
    if cycle.self_assessment_due_on is not None:
        found.append(_notice("self_assessment", cycle.self_assessment_due_on, today))
    if today >= cycle.attestation_opens_on:
        found.append(_notice("attestation", cycle.attestation_due_on, today))
    return found


def _notice(what: str, due_on: date, today: date) -> dict[str, Any]:
    code = f"{what}_due" if today <= due_on else f"{what}_overdue"
    words = {language: WORDS[code].format(language, due=written_date(due_on, language)) for language in LANGUAGES}
    return {"code": code, "words": words, "due_on": due_on, "page": None}
