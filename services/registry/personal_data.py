"""What registry holds of a person (R15): approvals, the registration, the register's history, certificates.

See `common/duties/personal_data.py`.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select

from services.common.duties import personal_data
from services.common.duties.personal_data import Section
from services.common.duties.personal_data_calls import PersonalData
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import registry as contracts
from services.contracts import terms
from services.contracts.college import College
from services.registry import descriptions, registrant_file
from services.registry.models import (
    Certificate,
    HeldCertificate,
    PendingDescription,
    PendingRegistration,
    RegisterEntry,
    Registrant,
)

_NAMES = {
    "legal_name": Text("Legal name", "Nom légal"),
    "first_name": Text("First name", "Prénom"),
    "last_name": Text("Last name", "Nom de famille"),
    "commonly_used_name": Text("Commonly used name", "Nom couramment utilisé"),
}
_CONDITIONS = Text("Conditions", "Conditions")
_LANGUAGES = Text("Languages of care", "Langues de prestation des soins")
_CATEGORY = Text("Category", "Catégorie")


def read(work: UnitOfWork, college: College, account_id: UUID | None) -> PersonalData:
    """Gives it to the person, or to an auditor. Raises Forbidden."""
    return personal_data.answer(
        work, contracts.personal_data.GetPersonalData, account_id, lambda work, whose: _gather(work, college, whose)
    )


def _gather(work: UnitOfWork, college: College, account_id: UUID) -> Iterator[Section]:
    yield Section(
        "approved",
        Text("What was approved", "Ce qui a été approuvé"),
        {
            "reference": Text("Application", "Demande"),
            "category": _CATEGORY,
            **_NAMES,
            "languages_of_care": _LANGUAGES,
            "conditions": _CONDITIONS,
            "approved_at": Text("Approved", "Approuvée le"),
        },
        [
            vars(pending) | {"conditions": terms.texts(college, pending.terms, pending.conditions)}
            for pending in work.session.scalars(select(PendingRegistration).filter_by(account_id=account_id))
        ],
    )
    yield Section(
        "described",
        Text("What your application says beside it", "Ce que votre demande indique par ailleurs"),
        {"said": Text("Details", "Renseignements"), "told_at": Text("Recorded", "Consigné le")},
        [
            vars(pending) | {"said": descriptions.waiting(pending.said)}
            for pending in work.session.scalars(select(PendingDescription).filter_by(account_id=account_id))
            if pending.said is not None
        ],
    )
    yield Section(
        "registration",
        Text("Registration", "Inscription"),
        {
            "registration_number": Text("Registration number", "Numéro d’inscription"),
            "first_registered_on": Text("First registered", "Première inscription le"),
            "invoice_number": Text("Invoice", "Facture"),
            "recorded_at": Text("Recorded", "Consignée le"),
        },
        work.session.scalars(select(Registrant).filter_by(account_id=account_id)),
    )
    mine = select(Registrant.id).filter_by(account_id=account_id)
    yield Section(
        "register",
        Text("The register, now and before", "Le registre, maintenant et auparavant"),
        {
            "since": Text("Since", "Depuis"),
            "until": Text("Until", "Jusqu’au"),
            **_NAMES,
            "category": _CATEGORY,
            "status": Text("Status", "Statut"),
            "conditions": _CONDITIONS,
            "languages_of_care": _LANGUAGES,
        },
        [
            vars(entry)
            | {
                "since": entry.valid.lower,
                "until": entry.valid.upper,
                "conditions": terms.texts(college, entry.terms, entry.conditions),
            }
            for entry in work.session.scalars(
                select(RegisterEntry)
                .where(RegisterEntry.registrant_id.in_(mine))
                .order_by(func.lower(RegisterEntry.valid), RegisterEntry.id)
            )
        ],
    )
    registrant = work.session.scalar(mine)
    yield Section(
        "facts",
        Text("The facts behind the register", "Les faits derrière le registre"),
        {
            "kind_words": Text("Fact", "Fait"),
            "says": Text("What is said", "Ce qui est indiqué"),
            "effective_from": Text("Holds from", "À compter du"),
            "effective_until": Text("Until", "Jusqu’au"),
            "recorded_at": Text("Recorded", "Consigné le"),
            "superseded_at": Text("Superseded", "Remplacé le"),
        },
        registrant_file.told(work, college, registrant) if registrant else (),
    )
    yield Section(
        "certificates",
        Text("Certificates", "Certificats"),
        {
            "number": Text("Number", "Numéro"),
            "verification_code": Text("Verification code", "Code de vérification"),
            "issued_on": Text("Issued", "Délivré le"),
        },
        work.session.scalars(select(Certificate).where(Certificate.registrant_id.in_(mine)).order_by(Certificate.id)),
    )
    yield Section(
        "held_certificate",
        Text(
            "A certificate that waits for letters we cannot print yet",
            "Certificat en attente de caractères que nous ne pouvons pas encore imprimer",
        ),
        {"letters": Text("Letters", "Caractères"), "held_at": Text("Since", "Depuis")},
        work.session.scalars(
            select(HeldCertificate)
            .join(Certificate, Certificate.id == HeldCertificate.certificate_id)
            .where(Certificate.registrant_id.in_(mine))
        ),
    )
