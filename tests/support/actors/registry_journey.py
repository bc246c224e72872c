"""The way onto the register: approved, paid, registered, certified, found."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from pypdf import PdfReader

from deploy.local.tools.keys import Keys
from services.common.documents.files import FileStore
from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.contracts import registry as contracts
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import PaymentReceived
from services.contracts.registry import RegistrationFinalised
from services.contracts.terms import carried
from tests.support.waiting import until

SUPERVISION = {"code": None, "en": "Practise with supervision.", "fr": "Exerce sous supervision."}
PAID_AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def start_registry(system):
    """Starts the registry with a certificate to seal with; gives the keys."""
    keys = Keys(system.folder)
    keys.make([])
    system.start("registry", SEAL_CERTIFICATE_FILE=str(keys.seal_certificate), SEAL_KEY_FILE=str(keys.seal_key))
    return keys


def approve(system, **changes):
    """Announces an approved application; gives its data."""
    application = {
        "application_id": new_id(),
        "account_id": new_id(),
        "reference": "APP-000001-X",
        "category": "rp_qualifying",
        "legal_name": "Élise Marie Côté-D’Amour",
        "first_name": "Élise Marie",
        "last_name": "Côté-D’Amour",
        "commonly_used_name": "Lili",
        "languages_of_care": ["fr", "en"],
        **carried([SUPERVISION]),
        "approved_at": PAID_AT - timedelta(days=3),
        **changes,
    }
    system.publish(ApplicationApproved, **application)
    return application


def pay(system, application, event=PaymentReceived, **changes):
    """Announces the payment of an application's fee."""
    payment = {
        "payment_id": new_id(),
        "invoice_number": "INV-0000001-A",
        "receipt_number": "REC-0000001-A",
        "account_id": application["account_id"],
        "application_id": application["application_id"],
        "amount": Money(36273, "CAD"),
        "paid_at": PAID_AT,
        **changes,
    }
    return system.publish(event, **payment)


def register_someone(system, count=1, paid_at=PAID_AT, **changes):
    """Approves and pays, and gives the application and what registry announced."""
    application = approve(system, **changes)
    pay(system, application, paid_at=paid_at)
    facts = system.announced(contracts.RegistrationFinalised, count=count)
    return application, next(fact for fact in facts if fact.data["application_id"] == str(application["application_id"]))


def read_when_ready(system, caller, **request):
    """Reads a certificate as soon as it is made."""

    def look():
        with suppress(contracts.CertificateNotReady):
            return system.call(contracts.ReadCertificate, caller, **request)

    return until(look, "the certificate")


def content(system, stored):
    """Gives the bytes of a stored file."""
    return FileStore(system.folder / "files").read(stored["sha256"])


def words_of(pdf):
    """Gives the words of a PDF, one blank between any two."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def found(system, name, **page):
    """Gives the names that a search of the public register finds."""
    return [
        registrant["name"]
        for registrant in system.call(contracts.SearchRegister, system.anonymous, name=name, **page)["registrants"]
    ]


def finalise(system, account_id, registered_on=date(2026, 11, 23), registrant_id=None):
    """Announces that somebody is registered, as the registry would."""
    return system.publish(
        RegistrationFinalised,
        registrant_id=registrant_id or new_id(),
        account_id=account_id,
        application_id=new_id(),
        invoice_number="INV-0000001-A",
        registration_number="10007",
        category="rp_qualifying",
        name="Élise Côté",
        registered_on=registered_on,
        certificate_number="CERT-0000001-A",
    )
