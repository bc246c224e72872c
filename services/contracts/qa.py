"""What qa answers and announces: professional-development (PD) cycles and their notices."""

from datetime import date

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.validation import fields
from services.contracts.applications.shapes import Bilingual
from services.contracts.pages import QUALITY_ASSURANCE
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS, REGISTRANTS


class QaNotReady(ServiceError):
    """The registration is final, and the registrant's PD cycle is being opened."""

    code = "qa_not_ready"
    status = 503
    title = Text("Your quality assurance page is being prepared.", "Votre page d’assurance de la qualité est en préparation.")
    detail = Text("Please try again in a few seconds.", "Veuillez réessayer dans quelques secondes.")


class PdCycle(Record):
    """A registrant's present PD cycle (R9)."""

    starts_on: date
    ends_on: date
    required_hours: int
    attestation_opens_on: date
    attestation_due_on: date
    self_assessment_due_on: date | None


class Notice(Record):
    """Something for the registrant to do or know, with its day. `page` is where to do it; null while no page is there for it."""

    code: str
    words: Bilingual
    due_on: date | None
    page: str | None


class GetQaDashboard(Call):
    """Gives the registrant's PD cycle and the notices that are due now (F34, F35, F43)."""

    access = REGISTRANTS.delegable(QUALITY_ASSURANCE)
    read_only = True
    errors = (QaNotReady,)

    class Reply(Record):
        """The cycle, the notices, and whom to ask."""

        cycle: PdCycle
        notices: list[Notice]
        qa_address: str = of(fields.Email())


dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
