"""Countries by ISO 3166 code, and the provinces and territories of Canada."""

from functools import cache

from babel import Locale

from services.common.kernel.money import LOCALES
from services.common.kernel.text import Text

PROVINCES = {
    "AB": Text("Alberta", "Alberta"),
    "BC": Text("British Columbia", "Colombie-Britannique"),
    "MB": Text("Manitoba", "Manitoba"),
    "NB": Text("New Brunswick", "Nouveau-Brunswick"),
    "NL": Text("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    "NS": Text("Nova Scotia", "Nouvelle-Écosse"),
    "NT": Text("Northwest Territories", "Territoires du Nord-Ouest"),
    "NU": Text("Nunavut", "Nunavut"),
    "ON": Text("Ontario", "Ontario"),
    "PE": Text("Prince Edward Island", "Île-du-Prince-Édouard"),
    "QC": Text("Quebec", "Québec"),
    "SK": Text("Saskatchewan", "Saskatchewan"),
    "YT": Text("Yukon", "Yukon"),
}
# What CLDR lists among territories that are no countries of ISO 3166: reserved codes, unions, pseudo-locales, the unknown.
_NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


@cache
def countries() -> dict[str, Text]:
    """The countries by their two-letter code, with their names in both languages, in the order of the English names."""
    english, french = (Locale.parse(LOCALES[language]).territories for language in ("en", "fr"))
    names = {str(code): Text(str(english[code]), str(french[code])) for code in english if code in french}
    codes = (code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)
    return {code: names[code] for code in sorted(codes, key=lambda code: names[code].en)}
