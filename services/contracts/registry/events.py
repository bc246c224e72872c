"""What registry announces of registrations and certificates; a change of standing is in `standing.py`."""

from datetime import date
from uuid import UUID

from services.common.kernel.contract import Event
from services.common.kernel.records import Record
from services.contracts.registry.certificates import HeldCertificate


class RegistrationFinalised(Event):
    """A person is registered: number, register entry and certificate exist (F23)."""

    listeners = ("registry", "identity", "applications", "billing", "qa", "correspondence")

    class Data(Record):
        """The registration."""

        registrant_id: UUID
        account_id: UUID
        application_id: UUID
        invoice_number: str
        registration_number: str
        category: str
        name: str
        registered_on: date
        certificate_number: str


class CertificateHeldBack(Event):
    """A certificate is not made, as no font here has some of its letters: told once, when it begins to wait."""

    listeners = ("correspondence",)

    class Data(HeldCertificate):
        """Which, whose, and which letters; no name."""


class CertificateTriedAgain(Event):
    """Somebody of the staff has a certificate that waits for a font tried again."""

    listeners = ("registry",)

    class Data(Record):
        """Whose."""

        registrant_id: UUID
