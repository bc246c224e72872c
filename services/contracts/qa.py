"""What qa answers and announces: professional-development (PD) cycles and their notices."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError
from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, fields
from services.contracts.applications.shapes import Bilingual
from services.contracts.pages import QUALITY_ASSURANCE
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS, REGISTRANTS


class QaNotReady(ServiceError):
    """The registration is final, and the registrant's PD cycle is being opened."""

    code = "qa_not_ready"
    status = 503
    title = Text("Your quality assurance page is being prepared.", "Votre page d’assurance de la qualité est en préparation.")
    detail = Text("Please try again in a few seconds.", "Veuillez réessayer dans quelques secondes.")


class PdCycle(Schema):
    """A registrant's present PD cycle (R9)."""

    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    required_hours = fields.Integer(required=True)
    attestation_opens_on = fields.Date(required=True)
    attestation_due_on = fields.Date(required=True)
    self_assessment_due_on = fields.Date(required=True, allow_none=True)


class Notice(Schema):
    """Something for the registrant to do or know, with its day. `page` is where to do it; null while no page is there for it."""

    code = fields.String(required=True)
    words = fields.Nested(Bilingual, required=True)
    due_on = fields.Date(required=True, allow_none=True)
    page = fields.String(required=True, allow_none=True)


class GetQaDashboard(Call):
    """Gives the registrant's PD cycle and the notices that are due now (F34, F35, F43)."""

    access = REGISTRANTS.delegable(QUALITY_ASSURANCE)
    read_only = True
    errors = (QaNotReady,)

    class Reply(Schema):
        """The cycle, the notices, and whom to ask."""

        cycle = fields.Nested(PdCycle, required=True)
        notices = fields.List(fields.Nested(Notice), required=True)
        qa_address = fields.Email(required=True)


dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
