"""Verifying a certificate by what somebody types or pastes: its code, the address beside it, its number, or a registration number (B4)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import ColumnElement, func, select

from services.common.kernel.errors import NotFound
from services.common.kernel.references import InvalidReference
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.registry import BY_CERTIFICATE_NUMBER, BY_CODE, BY_REGISTRATION_NUMBER, NeverIssued, VerifyCertificate
from services.registry import register
from services.registry.models import Certificate, Registrant

_PAGE = "/verify/"


def code_in(typed: str) -> str:
    """Gives the code or number in what was typed, which may be the whole address that a certificate prints."""
    if _PAGE in typed:
        typed = unquote(urlsplit(typed[typed.index(_PAGE) :]).path.removeprefix(_PAGE))
    return "".join(typed.split()).strip("/.,;")


def verify(work: UnitOfWork, college: College, typed: str) -> VerifyCertificate.Reply:
    """Gives the certificate that is meant, with the registrant's standing today, and by what it was found. Two queries.

    Raises NeverIssued for a number that is rightly written and was never given out, NotFound for all else that is not known: a slip, it
    may be. Codes are found in any case, as people copy them from paper.
    """
    code = code_in(typed)
    found_by, meant, known = BY_CODE, _of_code(code), False
    if number := _written(college.numbering.certificate.numbering.read, code):
        found_by, meant, known = BY_CERTIFICATE_NUMBER, Certificate.number == number, True
    elif number := register.read_number(college, code):
        found_by, meant, known = BY_REGISTRATION_NUMBER, Registrant.registration_number == number, True
    certificate = work.session.execute(
        select(Certificate.number, Certificate.issued_on, Certificate.registrant_id)
        .join(Registrant, Registrant.id == Certificate.registrant_id)
        .where(meant)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
        .limit(1)
    ).first()
    if certificate is None:
        raise NeverIssued() if known else NotFound()
    return VerifyCertificate.Reply(
        certificate_number=certificate.number,
        issued_on=certificate.issued_on,
        found_by=found_by,
        registrant=register.by_id(work, college, certificate.registrant_id),
    )


def _of_code(code: str) -> ColumnElement[bool]:
    return func.lower(Certificate.verification_code) == code.lower()


def _written(read: Any, text: str) -> str | None:
    try:
        number: str = read(text)
    except InvalidReference:
        return None
    return number
