"""What the college says to those who sign up for its mailing list (F65), and the words in which they consent (R15)."""

from dataclasses import dataclass

from services.common.kernel.text import Text
from services.contracts.college.schema_fields import RecordSchema, TextField, WholeNumber


@dataclass(frozen=True)
class MailingList:
    """The list: what it brings, and the sentence that is agreed to. `wording` is the sentence's version, kept with every consent."""

    wording: int
    about: Text
    consent: Text


class MailingListSchema(RecordSchema):
    record = MailingList
    wording = WholeNumber(required=True, at_least=1)
    about = TextField(required=True)
    consent = TextField(required=True)
