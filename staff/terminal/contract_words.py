"""The words that the contracts keep for their codes, by the groups under which commands ask for them (`Page.word("state", …)`)."""

from collections.abc import Mapping

from services.common.deadlines.adjustments import KIND_WORDS
from services.common.duties.audit_calls import FAULT_WORDS
from services.common.kernel.text import Text, Words
from services.contracts.applications import words as applications
from services.contracts.billing import words as billing
from services.contracts.college.deadlines import DEADLINES
from services.contracts.correspondence import words as correspondence
from services.contracts.identity import words as identity

GROUPS: Mapping[str, Words] = {
    "adjustment": KIND_WORDS,
    "by": applications.BY,
    "deadline": {code: known.name for code, known in DEADLINES.items()},
    "delivery": correspondence.DELIVERY_STATES,
    "document": applications.DOCUMENT_STATES,
    "fact": identity.FACTS,
    "factor": identity.FACTOR_KINDS,
    "fault": FAULT_WORDS,
    "flag": billing.PAYMENT_FLAGS,
    "fee": applications.FEES,
    "invoice": billing.INVOICE_STATES,
    "language": identity.LANGUAGES,
    "not-imported": identity.IMPORT_REFUSALS,
    "notice": billing.NOTICE_FLAGS,
    "payment": applications.PAYMENTS,
    "provider": applications.PROVIDERS,
    "request": identity.REQUEST_STATES,
    "request-kind": identity.REQUEST_KINDS,
    "requirement": applications.REQUIREMENT_STATES,
    "result": identity.RESULTS,
    "role": identity.ROLES,
    "state": applications.STATES,
    "who": applications.WHO_ACTS_NEXT,
}
# By which command each step is taken.
STEP_COMMANDS = {
    "mark_complete": "complete",
    "request_more": "request-more",
    "begin_review": "begin-review",
    "refer_to_committee": "refer",
    "approve": "approve",
    "approve_with_conditions": "approve --condition",
    "refuse": "refuse",
}


def _with_command(words: Text, command: str) -> Text:
    return Text(f"{words.within('en')} ({command})", f"{words.within('fr')} ({command})")


CONTRACT_WORDS: Words = {
    **{f"{group}.{code}": text for group, words in GROUPS.items() for code, text in words.items()},
    **{f"step.{step}": _with_command(applications.STEPS[step], command) for step, command in STEP_COMMANDS.items()},
}
