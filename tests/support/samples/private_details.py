"""What an application says of a person that the public never sees."""

from datetime import date

from services.contracts.applications.events import Address, Site

PRIVATE = {
    "previous_names": ["Li Chen", "Li Wong"],
    "date_of_birth": date(1990, 2, 3),
    "phone": "+14165550123",
    "home_address": Address(street="1 King St W", city="Toronto", province="ON", postal_code="M5H 1A1", country="CA"),
    "site": Site(name="Clinique du Nord", street="12 Main Street", city="Sudbury", province="ON"),
}
