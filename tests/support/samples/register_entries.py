"""A registrant as the registry shows them."""

import datetime as dt

ENTRY = {
    "registration_number": "1234-5",
    "name": "Zoé <b>Tremblay</b>",
    "commonly_used_name": None,
    "category": "registered",
    "category_name": {"en": "Registered", "fr": "Inscrite"},
    "status": "active",
    "status_words": {"en": "In good standing", "fr": "En règle"},
}


REGISTRANT = ENTRY | {
    "first_registered_on": dt.date(2026, 11, 23),
    "categories": [],
    "conditions": [],
    "languages_of_care": [],
}
