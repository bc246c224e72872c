"""Certificates of registration: verified by anyone (B4), read by their holders (F24), held back for want of a font."""

from datetime import date, datetime

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call
from services.common.kernel.errors import NotFound, ServiceError
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.applications.shapes import StoredFile
from services.contracts.pages import REGISTRATION
from services.contracts.registry.public_register import PublicRegistrant
from services.contracts.roles import REGISTRANTS, SUPPORTERS

# By what a certificate was found: only its code, which nobody guesses, shows that whoever gave it had the certificate before them.
FOUND_BY = (BY_CODE, BY_CERTIFICATE_NUMBER, BY_REGISTRATION_NUMBER) = ("code", "certificate_number", "registration_number")


class CertificateNotReady(ServiceError):
    """The registration is final and its certificate is being made."""

    code = "certificate_not_ready"
    status = 503
    title = Text("Your certificate is being prepared.", "Votre certificat est en préparation.")
    detail = Text("Please try again in a few seconds.", "Veuillez réessayer dans quelques secondes.")


class CertificateHeld(ServiceError):
    """The registration is final, and its certificate waits for a font: it names a letter that cannot be printed yet."""

    code = "certificate_held"
    status = 409
    title = Text("Your certificate waits for a letter.", "Votre certificat attend un caractère.")
    detail = Text(
        "You are registered. Your certificate has a letter that we cannot print yet, and we issue none with a part missing. "
        "Our staff have been told and are working on it; you need not do anything.",
        "Vous êtes inscrit(e). Votre certificat comporte un caractère que nous ne pouvons pas encore imprimer, et nous n’en délivrons "
        "aucun qui soit incomplet. Notre personnel en a été avisé et s’en occupe; vous n’avez rien à faire.",
    )


class NeverIssued(NotFound):
    """The number is rightly written, and none of ours: unlike a code, that cannot be a slip of the keyboard (its check character fits)."""

    code = "never_issued"
    title = Text("We have never given out this number.", "Nous n’avons jamais attribué ce numéro.")
    detail = Text(
        "A document that bears it does not come from us. Please tell us about it.",
        "Un document qui le porte ne vient pas de nous. Veuillez nous en aviser.",
    )


class VerifyCertificate(Call):
    """Tells whether a certificate is genuine and what it says: by its code, the address printed beside it, its number or the holder's (B4)."""

    access = ANYONE
    read_only = True

    class Request(Record):
        """What was typed or pasted."""

        code: str = of(shapes.short(300))

    class Reply(Record):
        """The certificate and the registrant's standing today."""

        certificate_number: str
        issued_on: date
        found_by: str = of(fields.String(validate=validate.OneOf(FOUND_BY)), default=BY_CODE)
        registrant: PublicRegistrant


class GetMyRegistration(Call):
    """Gives the caller's own registration: the public entry, and the certificate's state."""

    access = REGISTRANTS.delegable(REGISTRATION)
    read_only = True

    class Reply(PublicRegistrant):
        """The entry and the certificate."""

        certificate_number: str
        certificate_ready: bool
        certificate_held: bool = False
        verification_code: str


class ReadCertificate(Call):
    """Tells the gateway where the caller's certificate is stored, in the language asked (F24)."""

    access = REGISTRANTS.delegable(REGISTRATION)
    read_only = True
    errors = (CertificateNotReady, CertificateHeld)

    class Request(Record):
        """The language; the caller's own unless asked."""

        language: str | None = of(shapes.language(), default=None)

    Reply = StoredFile


class HeldCertificate(Record):
    """A certificate that is not made for want of a font: by its numbers, and with the letters that no font here has (`U+13000`)."""

    certificate_number: str
    registration_number: str
    letters: list[str]
    held_at: datetime


class ListHeldCertificates(Call):
    """Lists the certificates that wait for a font, oldest first: two hundred at most, and how many there are."""

    access = SUPPORTERS
    read_only = True

    class Reply(Record):
        """The certificates."""

        certificates: list[HeldCertificate]
        total: int


class MakeHeldCertificates(Call):
    """Has every certificate that waits for a font tried once more; tells how many are. Those that still cannot be made go on waiting."""

    access = SUPPORTERS

    class Reply(Record):
        """How many are tried."""

        tried: int
