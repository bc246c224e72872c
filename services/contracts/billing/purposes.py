"""What an invoice is for and about: the same on invoices, in what billing announces of them, and in what comes back."""

from uuid import UUID

from services.common.kernel.records import Record
from services.contracts.college.charges import FINALISES_REGISTRATION, REGISTRATION

APPLICATION = "application"


class Subject(Record):
    """What an invoice is about, such as an application."""

    type: str
    id: UUID


class Purposeful(Record):
    """What it is for, about what, and what its payment brings about (`charges.yaml`).

    Said by no release before: what does not say it is of a registration, and about the application that it names.
    """

    purpose: str = REGISTRATION
    subject: Subject | None = None
    effect: str | None = FINALISES_REGISTRATION
