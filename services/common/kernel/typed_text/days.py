"""Dates as people of both languages write them: `1994-03-17`, `17 mars 1994`, `March 17, 1994`."""

import datetime as dt
import re
import unicodedata

from babel.dates import get_month_names

from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.refused import Refused


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in letters if sign.isalnum())


def _months() -> dict[str, int]:
    """The months' names and their short forms in both languages, without accents and full stops."""
    names = ((name, number) for language in ("en", "fr") for width in ("wide", "abbreviated")
             for number, name in get_month_names(width, locale=language).items())  # fmt: skip
    return {_bare(name): number for name, number in names}


_MONTHS = _months()
_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?:le )?(\d{1,2})(?:er|st|nd|rd|th)?[ -]+(?:of |de )?([^\W\d_]+)\.?,?[ -]+(\d{1,4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? +(\d{1,2})(?:st|nd|rd|th)?(?:,| ) *(\d{1,4})", re.IGNORECASE)
_ONLY_DIGITS = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}", re.ASCII)
_YEAR_DIGITS = 4


def clean(text: str) -> str:
    """Gives the date as `1994-03-17`. Raises Refused for none, for a year of two digits, and where day and month could be either."""
    line = signs.plain_digits(signs.without_joiners(signs.one_line(text)))
    return _day(line).isoformat() if line else ""


def _day(line: str) -> dt.date:
    if iso := _ISO.fullmatch(line):
        return _date(*iso.groups())
    if named := _DAY_FIRST.fullmatch(line):
        day, month, year = named.groups()
    elif named := _MONTH_FIRST.fullmatch(line):
        month, day, year = named.groups()
    elif _ONLY_DIGITS.fullmatch(line):
        raise Refused("unclear_date" if re.search(r"\d{4}", line) else "year_of_two_digits")
    else:
        raise Refused("invalid_date")
    number = _MONTHS.get(_bare(month))
    if number is None:
        raise Refused("invalid_date")
    return _date(year, str(number), day)


def _date(year: str, month: str, day: str) -> dt.date:
    if len(year) < _YEAR_DIGITS:
        raise Refused("year_of_two_digits")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise Refused("no_such_day") from None
