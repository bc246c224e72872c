"""What would be written to a person: asked by who is about to decide, before anything is sent."""

from uuid import UUID

from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.applications import states
from services.contracts.roles import DECIDERS
from services.contracts.terms import GivenTerm, asked_as_before, asked_terms


class Letter(Record):
    """A mail as it would be sent. What is not known yet stands in it between square brackets."""

    kind: str
    subject: str
    body: str


class PreviewDecision(Call):
    """Writes the mails that a decision would bring, in the applicant's language, from the texts that they are sent with; sends none (R13)."""

    access = DECIDERS
    others_only = True
    read_only = True

    class Request(Record):
        """Whose application, and the decision as it would be made now."""

        account_id: UUID
        reference: str = of(shapes.short(40))
        legal_name: str = of(shapes.short(400))
        category: str = of(shapes.short(100))
        decision: str = of(fields.String(validate=validate.OneOf((*states.APPROVALS, states.REFUSED))))
        reasons: str | None = of(shapes.long(), default=None)
        terms: list[GivenTerm] = of(asked_terms(), default=list)
        conditions: list[str] = of(asked_as_before(), default=list)

    class Reply(Record):
        """The mails, in the order of their being sent."""

        language: str = of(shapes.language())
        letters: list[Letter]
