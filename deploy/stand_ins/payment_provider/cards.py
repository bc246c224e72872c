"""The test cards: which one pays, which one is declined, and why any other number is refused.

A number enters here and leaves as brand and last four digits; nothing else in the provider ever holds it.
"""

import re
from dataclasses import dataclass
from datetime import datetime

ACCEPTED_NUMBER = "4242424242424242"
DECLINED_NUMBER = "4000000000000002"


@dataclass(frozen=True)
class Card:
    """What may be kept of a card."""

    brand: str
    last4: str


class CardRefused(Exception):
    """A form that does not pay: `problems` maps each field's name to a key of the page's texts."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(problems.values()))
        self.problems = problems


SANDBOX_CARD = Card("visa", ACCEPTED_NUMBER[-4:])


def read_card(number: str, expiry: str, name: str, now: datetime) -> Card:
    """Return brand and last four digits of a card that pays. Raises CardRefused with every problem of the form at once."""
    digits = re.sub(r"[\s-]", "", number)
    found = {
        "card_number": _number_problem(digits),
        "expiry": _expiry_problem(expiry, now),
        "name": None if name.strip() else "name_missing",
    }
    problems = {field: problem for field, problem in found.items() if problem}
    if problems:
        raise CardRefused(problems)
    if digits == DECLINED_NUMBER:
        raise CardRefused({"card_number": "card_declined"})
    return Card("visa", digits[-4:])


def passes_luhn(digits: str) -> bool:
    """True when the last digit of a card number is the check digit of the others."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _number_problem(digits: str) -> str | None:
    if not digits:
        return "number_missing"
    if not re.fullmatch(r"[0-9]{12,19}", digits) or not passes_luhn(digits):
        return "number_wrong"
    if digits not in (ACCEPTED_NUMBER, DECLINED_NUMBER):
        return "number_unknown"
    return None


def _expiry_problem(expiry: str, now: datetime) -> str | None:
    if not expiry.strip():
        return "expiry_missing"
    match = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*(?:20)?([0-9]{2})\s*", expiry)
    if not match:
        return "expiry_wrong"
    month, year = int(match[1]), 2000 + int(match[2])
    # A card is good until the end of its month.
    return "expiry_past" if (year, month) < (now.year, now.month) else None
