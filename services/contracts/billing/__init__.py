"""What billing answers and announces: invoices, hosted payment, receipts."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.duties.retention_calls import retention_calls
from services.common.kernel.access import SIGNED_IN
from services.contracts.billing import events, invoices, issued, notices, payments, purposes, words
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS

__all__ = [
    "audit",
    "dead_letters",
    "events",
    "invoices",
    "issued",
    "notices",
    "payments",
    "personal_data",
    "purposes",
    "retention",
    "words",
]


dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
retention = retention_calls(__name__, AUDITORS)
