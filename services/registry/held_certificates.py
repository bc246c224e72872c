"""Certificates that are not made, as no font here has some of their letters: a seal would keep the gap for good.

The registration is final all the same. Staff are told once, see them listed, and have them tried again once there is a font; nothing tries
by itself.
"""

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import registry as contracts
from services.contracts.registry import CertificateHeldBack, CertificateTriedAgain, ListHeldCertificates, MakeHeldCertificates
from services.registry.models import Certificate, HeldCertificate, Registrant

MOST_LISTED = 200
MOST_TRIED = 1000
MOST_LETTERS = 50


def hold(work: UnitOfWork, certificate: Certificate, registration_number: str, letters: set[str]) -> None:
    """Keeps that the certificate waits for these letters, and has the staff told the first time."""
    named = sorted(letters, key=lambda letter: int(letter[2:], 16))[:MOST_LETTERS]
    row = insert(HeldCertificate).values(certificate_id=certificate.id, letters=named, held_at=work.now)
    if not rows_changed(work.session, row.on_conflict_do_nothing()):
        # Tried again in vain: perhaps another font came, and fewer letters are missing.
        mine = HeldCertificate.certificate_id == certificate.id
        work.session.execute(update(HeldCertificate).where(mine).values(letters=named))
        return
    work.announce(
        CertificateHeldBack,
        CertificateHeldBack.Data(
            certificate_number=certificate.number,
            registration_number=registration_number,
            letters=named,
            held_at=work.now,
        ),
    )
    work.audit("certificate:hold", f"certificate/{certificate.number}", after={"letters": named})


def release(work: UnitOfWork, certificate: Certificate) -> None:
    """Forgets that the certificate waited, as it is made."""
    work.session.execute(delete(HeldCertificate).where(HeldCertificate.certificate_id == certificate.id))


def list_all(work: UnitOfWork) -> ListHeldCertificates.Reply:
    """Lists those that wait, oldest first."""
    query = (
        select(Certificate.number, Registrant.registration_number, HeldCertificate.letters, HeldCertificate.held_at)
        .join(Certificate, Certificate.id == HeldCertificate.certificate_id)
        .join(Registrant, Registrant.id == Certificate.registrant_id)
        .order_by(HeldCertificate.held_at, HeldCertificate.certificate_id)
        .limit(MOST_LISTED)
    )
    return ListHeldCertificates.Reply(
        certificates=[
            contracts.HeldCertificate(
                certificate_number=certificate_number,
                registration_number=registration_number,
                letters=letters,
                held_at=held_at,
            )
            for certificate_number, registration_number, letters, held_at in work.session.execute(query).tuples()
        ],
        total=work.session.scalar(select(func.count()).select_from(HeldCertificate)) or 0,
    )


def try_again(work: UnitOfWork) -> MakeHeldCertificates.Reply:
    """Has those that wait tried again, each in a transaction of its own, the oldest first."""
    query = (
        select(Certificate.registrant_id)
        .join(HeldCertificate, HeldCertificate.certificate_id == Certificate.id)
        .order_by(HeldCertificate.held_at)
        .limit(MOST_TRIED)
    )
    waiting = work.session.scalars(query).all()
    work.announce_all(
        CertificateTriedAgain, (CertificateTriedAgain.Data(registrant_id=registrant_id) for registrant_id in waiting)
    )
    work.audit("certificate:try_again", "certificates", after={"tried": len(waiting)})
    return MakeHeldCertificates.Reply(tried=len(waiting))
