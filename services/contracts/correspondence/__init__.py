"""What correspondence answers: messages to people and the mailing list. It announces nothing."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.duties.retention_calls import retention_calls
from services.common.kernel.access import SIGNED_IN
from services.contracts.correspondence.mailing_list import (
    ConfirmSubscription,
    GetMailing,
    ListMailings,
    SendMailing,
    Subscribe,
    Unsubscribe,
)
from services.contracts.correspondence.messages import (
    DELIVERY_STATES,
    MESSAGE_ORDERS,
    CannotResend,
    GetLoggedMessage,
    ListMessageLog,
    ListMessages,
    ReadMessage,
    ResendMessage,
)
from services.contracts.correspondence.previews import PreviewDecision
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS

__all__ = [
    "DELIVERY_STATES",
    "MESSAGE_ORDERS",
    "CannotResend",
    "ConfirmSubscription",
    "GetLoggedMessage",
    "GetMailing",
    "ListMailings",
    "ListMessageLog",
    "ListMessages",
    "PreviewDecision",
    "ReadMessage",
    "ResendMessage",
    "SendMailing",
    "Subscribe",
    "Unsubscribe",
    "audit",
    "dead_letters",
    "personal_data",
    "retention",
]

dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
retention = retention_calls(__name__, AUDITORS)
