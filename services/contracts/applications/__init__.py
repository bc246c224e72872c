"""What applications answers and announces: `applicant` and `review` hold its calls, `events` its facts."""

from services.common.dead_letter_calls import dead_letter_calls
from services.contracts.applications import applicant, events, review
from services.contracts.roles import DATA_READERS, OPERATORS

__all__ = ["applicant", "dead_letters", "events", "review"]

dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
