"""What would be written to a person: asked by who is about to decide, before anything is sent."""

from services.common.kernel.contract import Call
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.applications import states
from services.contracts.roles import DECIDERS
from services.contracts.terms import asked_as_before, asked_terms


class Letter(Schema):
    """A mail as it would be sent. What is not known yet stands in it between square brackets."""

    kind = fields.String(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)


class PreviewDecision(Call):
    """Writes the mails that a decision would bring, in the applicant's language, from the texts that they are sent with; sends none (R13)."""

    access = DECIDERS
    others_only = True
    read_only = True

    class Request(Schema):
        """Whose application, and the decision as it would be made now."""

        account_id = fields.UUID(required=True)
        reference = shapes.short(40, required=True)
        legal_name = shapes.short(400, required=True)
        category = shapes.short(100, required=True)
        decision = fields.String(required=True, validate=validate.OneOf((*states.APPROVALS, states.REFUSED)))
        reasons = shapes.long(load_default=None, allow_none=True)
        terms = asked_terms()
        conditions = asked_as_before()

    class Reply(Schema):
        """The mails, in the order of their being sent."""

        language = shapes.language(required=True)
        letters = fields.List(fields.Nested(Letter), required=True)
