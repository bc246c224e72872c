"""What registry answers and announces: the public register, certificates, finalisation."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.kernel.access import ANYONE, SIGNED_IN, programs
from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import NotFound, ServiceError
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Search
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual, StoredFile
from services.contracts.pages import REGISTRATION
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS, REGISTER_READ, REGISTRANTS, STAFF, SUPPORTERS
from services.contracts.terms import stated_terms


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


# By what a certificate was found: only its code, which nobody guesses, shows that whoever gave it had the certificate before them.
FOUND_BY = (BY_CODE, BY_CERTIFICATE_NUMBER, BY_REGISTRATION_NUMBER) = ("code", "certificate_number", "registration_number")


class RegisterEntry(Schema):
    """What the public sees of a registrant in a list (R11)."""

    registration_number = fields.String(required=True)
    name = fields.String(required=True)
    commonly_used_name = fields.String(required=True, allow_none=True)
    category = fields.String(required=True)
    category_name = fields.Nested(Bilingual, required=True)
    status = fields.String(required=True)
    status_words = fields.Nested(Bilingual, required=True)


class CategoryPeriod(Schema):
    """A category held from a day to a day; the present one has no end."""

    category = fields.String(required=True)
    category_name = fields.Nested(Bilingual, required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class PublicRegistrant(RegisterEntry):
    """All that the public sees of a registrant; sections that have nothing are left out by whoever shows it (R11)."""

    first_registered_on = fields.Date(required=True)
    categories = fields.List(fields.Nested(CategoryPeriod), required=True)
    terms = stated_terms()
    conditions = fields.List(fields.String(), required=True)  # as an earlier release reads them
    languages_of_care = fields.List(fields.String(), required=True)


class CheckedRegistrant(PublicRegistrant):
    """What a program that checks registrants sees beside: an identifier that stays when names and numbers change."""

    registrant_id = fields.UUID(required=True)


class RegistrantForStaff(CheckedRegistrant):
    """What staff see beside: whose account it is."""

    account_id = fields.UUID(required=True)


class SearchRegister(Call):
    """Searches the public register by name or number, forgiving of accents, case and order; a page at a time."""

    access = ANYONE
    read_only = True

    class Request(Schema):
        """What is searched for; without anything, the register by name."""

        name = Search(load_default="", validate=validate.Length(max=200))
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page."""

        registrants = fields.List(fields.Nested(RegisterEntry), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class LookUpRegistrant(Call):
    """Gives a registrant's public entry by registration number; to programs with the scope, and to staff, a little more."""

    access = ANYONE
    read_only = True
    views = ((STAFF, RegistrantForStaff), (programs(REGISTER_READ), CheckedRegistrant))

    class Request(Schema):
        """The number, as printed on the certificate."""

        number = shapes.short(20, required=True)

    Reply = PublicRegistrant


class VerifyCertificate(Call):
    """Tells whether a certificate is genuine and what it says: by its code, the address printed beside it, its number or the holder's (B4)."""

    access = ANYONE
    read_only = True

    class Request(Schema):
        """What was typed or pasted."""

        code = shapes.short(300, required=True)

    class Reply(Schema):
        """The certificate and the registrant's standing today."""

        certificate_number = fields.String(required=True)
        issued_on = fields.Date(required=True)
        found_by = fields.String(load_default=BY_CODE, validate=validate.OneOf(FOUND_BY))
        registrant = fields.Nested(PublicRegistrant, required=True)


class GetMyRegistration(Call):
    """Gives the caller's own registration: the public entry, and the certificate's state."""

    access = REGISTRANTS.delegable(REGISTRATION)
    read_only = True

    class Reply(PublicRegistrant):
        """The entry and the certificate."""

        certificate_number = fields.String(required=True)
        certificate_ready = fields.Boolean(required=True)
        certificate_held = fields.Boolean(load_default=False)
        verification_code = fields.String(required=True)


class ReadCertificate(Call):
    """Tells the gateway where the caller's certificate is stored, in the language asked (F24)."""

    access = REGISTRANTS.delegable(REGISTRATION)
    read_only = True
    errors = (CertificateNotReady, CertificateHeld)

    class Request(Schema):
        """The language; the caller's own unless asked."""

        language = shapes.language(load_default=None, allow_none=True)

    Reply = StoredFile


class RegistrationFinalised(Event):
    """A person is registered: number, register entry and certificate exist (F23)."""

    listeners = ("registry", "identity", "applications", "billing", "qa", "correspondence")

    class Data(Schema):
        """The registration."""

        registrant_id = fields.UUID(required=True)
        account_id = fields.UUID(required=True)
        application_id = fields.UUID(required=True)
        invoice_number = fields.String(required=True)
        registration_number = fields.String(required=True)
        category = fields.String(required=True)
        name = fields.String(required=True)
        registered_on = fields.Date(required=True)
        certificate_number = fields.String(required=True)


class HeldCertificate(Schema):
    """A certificate that is not made for want of a font: by its numbers, and with the letters that no font here has (`U+13000`)."""

    certificate_number = fields.String(required=True)
    registration_number = fields.String(required=True)
    letters = fields.List(fields.String(), required=True)
    held_at = shapes.instant(required=True)


class ListHeldCertificates(Call):
    """Lists the certificates that wait for a font, oldest first: two hundred at most, and how many there are."""

    access = SUPPORTERS
    read_only = True

    class Reply(Schema):
        """The certificates."""

        certificates = fields.List(fields.Nested(HeldCertificate), required=True)
        total = fields.Integer(required=True)


class MakeHeldCertificates(Call):
    """Has every certificate that waits for a font tried once more; tells how many are. Those that still cannot be made go on waiting."""

    access = SUPPORTERS

    class Reply(Schema):
        """How many are tried."""

        tried = fields.Integer(required=True)


class CertificateHeldBack(Event):
    """A certificate is not made, as no font here has some of its letters: told once, when it begins to wait."""

    listeners = ("correspondence",)

    class Data(HeldCertificate):
        """Which, whose, and which letters; no name."""


class CertificateTriedAgain(Event):
    """Somebody of the staff has a certificate that waits for a font tried again."""

    listeners = ("registry",)

    class Data(Schema):
        """Whose."""

        registrant_id = fields.UUID(required=True)


dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
