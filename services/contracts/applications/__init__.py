"""What applications answers and announces: `applicant` and `review` hold its calls, `events` its facts."""

from services.common.deadlines.calls import deadline_calls
from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.duties.retention_calls import retention_calls
from services.common.kernel.access import SIGNED_IN
from services.contracts.applications import applicant, events, review
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS, REVIEWERS

__all__ = ["applicant", "audit", "dead_letters", "deadlines", "events", "personal_data", "retention", "review"]

dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
deadlines = deadline_calls(__name__, REVIEWERS, REVIEWERS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
retention = retention_calls(__name__, AUDITORS)
