"""What registry answers and announces: the public register, certificates, finalisation, the standing of registrants."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.kernel.access import SIGNED_IN
from services.contracts.registry import standing
from services.contracts.registry.certificates import (
    BY_CERTIFICATE_NUMBER,
    BY_CODE,
    BY_REGISTRATION_NUMBER,
    FOUND_BY,
    CertificateHeld,
    CertificateNotReady,
    GetMyRegistration,
    HeldCertificate,
    ListHeldCertificates,
    MakeHeldCertificates,
    NeverIssued,
    ReadCertificate,
    VerifyCertificate,
)
from services.contracts.registry.events import CertificateHeldBack, CertificateTriedAgain, RegistrationFinalised
from services.contracts.registry.public_register import (
    CategoryPeriod,
    CheckedRegistrant,
    LookUpRegistrant,
    PublicRegistrant,
    RegisterEntry,
    RegistrantForStaff,
    SearchRegister,
)
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS

__all__ = [
    "BY_CERTIFICATE_NUMBER",
    "BY_CODE",
    "BY_REGISTRATION_NUMBER",
    "FOUND_BY",
    "CategoryPeriod",
    "CertificateHeld",
    "CertificateHeldBack",
    "CertificateNotReady",
    "CertificateTriedAgain",
    "CheckedRegistrant",
    "GetMyRegistration",
    "HeldCertificate",
    "ListHeldCertificates",
    "LookUpRegistrant",
    "MakeHeldCertificates",
    "NeverIssued",
    "PublicRegistrant",
    "ReadCertificate",
    "RegisterEntry",
    "RegistrantForStaff",
    "RegistrationFinalised",
    "SearchRegister",
    "VerifyCertificate",
    "audit",
    "dead_letters",
    "personal_data",
    "standing",
]

dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
