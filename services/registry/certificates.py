"""Certificates of registration: their verification code, their sealed PDFs in both languages, and who may read them (B4, F24)."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select
from sqlalchemy.dialects.postgresql import insert

from services.common.documents.files import FileStore
from services.common.documents.pdf import MissingLetters
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.kernel.text import LANGUAGES, Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import terms
from services.contracts.applications.shapes import StoredFile
from services.contracts.college import College
from services.contracts.registry import (
    CertificateHeld,
    CertificateNotReady,
    CertificateTriedAgain,
    GetMyRegistration,
    RegistrationFinalised,
)
from services.registry import held_certificates, register
from services.registry.certificate_renderer import CertificateRenderer, Contents
from services.registry.models import Certificate, CertificateFile, HeldCertificate, RegisterEntry, Registrant

CODE_BYTES = 16
FILE_NAME = Text("Certificate-{number}.pdf", "Certificat-{number}.pdf")


def new_verification_code() -> str:
    """Makes the code in a certificate's QR code: 128 random bits, so that none is guessed, safe in a URL."""
    return secrets.token_urlsafe(CODE_BYTES)


def make_files(
    work: UnitOfWork,
    college: College,
    renderer: CertificateRenderer,
    files: FileStore,
    event: CertificateTriedAgain.Data | RegistrationFinalised.Data,
) -> None:
    """Makes the sealed PDF of a registrant's certificate in each language that has none yet, and keeps it.

    One with a letter that no font has is held back, for the staff to see to: it is done with here, and tried again when they ask.
    The press works in a thread of its own, so that look-ups go on; the transaction meanwhile holds nothing but its own inbox row.
    """
    certificate, contents = _contents(work, college, event.registrant_id)
    missing: set[str] = set()
    made = set(work.session.scalars(select(CertificateFile.language).where(CertificateFile.certificate_id == certificate.id)))
    for language in LANGUAGES:
        if language in made:
            continue
        try:
            pdf = renderer.make(college, contents, language)
        except MissingLetters as lacking:
            missing.update(lacking.letters)
            continue
        values = {
            "id": new_id(),
            "certificate_id": certificate.id,
            "language": language,
            "sha256": files.put(pdf),
            "size": len(pdf),
            "made_at": work.now,
        }
        work.session.execute(insert(CertificateFile).values(values).on_conflict_do_nothing())
        work.audit(
            "certificate:make", f"certificate/{certificate.number}", after={"language": language, "sha256": values["sha256"]}
        )
    if missing:
        held_certificates.hold(work, certificate, contents.registration_number, missing)
    else:
        held_certificates.release(work, certificate)


def _contents(work: UnitOfWork, college: College, registrant_id: UUID) -> tuple[Certificate, Contents]:
    certificate, registrant, entry = work.session.execute(
        select(Certificate, Registrant, RegisterEntry)
        .join(Registrant, Registrant.id == Certificate.registrant_id)
        .join(RegisterEntry, RegisterEntry.registrant_id == Registrant.id)
        .where(Certificate.registrant_id == registrant_id)
        # The newest certificate, and what the register said when it was issued: a later name or category is another certificate's.
        .order_by(
            Certificate.id.desc(), RegisterEntry.valid.contains(Certificate.recorded_at).desc(), func.lower(RegisterEntry.valid)
        )
        .limit(1)
    ).one()
    return certificate, Contents(
        number=certificate.number,
        verification_code=certificate.verification_code,
        issued_on=certificate.issued_on,
        registration_number=registrant.registration_number,
        first_registered_on=registrant.first_registered_on,
        registrant_name=entry.legal_name,
        category=entry.category,
        terms=tuple(terms.of(college, entry.terms, entry.conditions)),
    )


def mine(work: UnitOfWork, college: College) -> GetMyRegistration.Reply:
    """Gives the caller's own registration and the state of its certificate; raises NotFound. Two queries."""
    found = _mine(work, LANGUAGES)
    entry = register.by_id(work, college, found[0].registrant_id)
    return GetMyRegistration.Reply(
        registration_number=entry.registration_number,
        name=entry.name,
        commonly_used_name=entry.commonly_used_name,
        category=entry.category,
        category_name=entry.category_name,
        status=entry.status,
        status_words=entry.status_words,
        first_registered_on=entry.first_registered_on,
        status_since=entry.status_since,
        status_reason=entry.status_reason,
        categories=entry.categories,
        terms=entry.terms,
        conditions=entry.conditions,
        languages_of_care=entry.languages_of_care,
        certificate_number=found[0].number,
        certificate_ready={row.language for row in found} == set(LANGUAGES),
        certificate_held=found[0].held,
        verification_code=found[0].verification_code,
    )


def read_mine(work: UnitOfWork, language: str | None) -> StoredFile:
    """Tells where the caller's certificate is stored, in their own language unless another is asked (F24).

    Raises NotFound for one who has none, CertificateNotReady while it is being made, CertificateHeld while it waits for a font.
    """
    language = language or work.caller.language
    [row] = _mine(work, (language,))
    if row.sha256 is None and row.held:
        raise CertificateHeld()
    if row.sha256 is None:
        raise CertificateNotReady()
    return StoredFile(
        file_name=FILE_NAME.format(language, number=row.number),
        media_type="application/pdf",
        size=row.size,
        sha256=row.sha256,
    )


def _mine(work: UnitOfWork, languages: tuple[str, ...]) -> Sequence[Row[Any]]:
    of_language = and_(CertificateFile.certificate_id == Certificate.id, CertificateFile.language.in_(languages))
    found = work.session.execute(
        select(
            Certificate.registrant_id,
            Certificate.number,
            Certificate.verification_code,
            CertificateFile.language,
            CertificateFile.sha256,
            CertificateFile.size,
            HeldCertificate.certificate_id.is_not(None).label("held"),
        )
        .join(Registrant, Registrant.id == Certificate.registrant_id)
        .outerjoin(CertificateFile, of_language)
        .outerjoin(HeldCertificate, HeldCertificate.certificate_id == Certificate.id)
        .where(Registrant.account_id == work.caller.account_id)
    ).all()
    if not found:
        raise NotFound()
    return found
