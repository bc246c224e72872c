"""An approval with conditions, as letters tell of it."""

from services.contracts.terms import carried
from tests.support.actors.correspondence_desk import AT

TERMS = [
    {
        "code": "clinical_supervision",
        "en": "The registrant must practise with clinical supervision until the College confirms independent practice.",
        "fr": "La personne inscrite doit exercer sous supervision clinique jusqu’à ce que l’Ordre confirme la pratique indépendante.",
    },
    {"code": None, "en": "Only in Sudbury", "fr": "À Sudbury seulement"},
]


CONDITIONS = carried(TERMS)


APPROVAL = {
    "category": "rp_qualifying",
    "legal_name": "Ann Ōta",
    "first_name": "Ann",
    "last_name": "Ōta",
    "commonly_used_name": None,
    "languages_of_care": ["en"],
    "approved_at": AT,
}
