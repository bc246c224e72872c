"""Programs of others: client credentials with scopes, and the short-lived tokens they get for them (RFC 6749, section 4.4)."""

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from services.common.kernel.errors import NotFound, ServiceError
from services.common.kernel.ids import new_id
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.security.token_hashing import digest, new_secret
from services.contracts.identity import programs
from services.contracts.identity.errors import WrongState
from services.contracts.identity.programs import IssueProgramToken, ListPrograms, ProgramRefused, ProgramWithSecret, ScopeRefused
from services.identity.committing import committed
from services.identity.models import Program
from services.identity.sessions.signing import BEARER
from services.identity.settings import IdentitySettings

PREFIX = "prg_"
FORMER_SECRET_WORKS = timedelta(days=1)
_NOBODYS = bytes(32)  # what the secret of an unknown program is compared with


def seen_by_administrators(program: Program) -> programs.Program:
    """A program as administrators see it."""
    return programs.Program(
        id=program.id,
        client_id=program.client_id,
        name=program.name,
        scopes=program.scopes,
        registered_at=program.registered_at,
        secret_renewed_at=program.secret_renewed_at,
        last_used_at=program.last_used_at,
        revoked_at=program.revoked_at,
    )


def with_secret(program: Program, client_secret: str) -> ProgramWithSecret:
    """A program with its secret, at the one moment when it is told."""
    return ProgramWithSecret(**vars(seen_by_administrators(program)), client_secret=client_secret)


def register(work: UnitOfWork, name: str, scopes: list[str]) -> ProgramWithSecret:
    """Registers a program and tells its secret, of which only the digest is kept."""
    client_secret = new_secret()
    program = Program(
        id=new_id(),
        client_id=PREFIX + secrets.token_hex(12),
        name=name,
        scopes=sorted(set(scopes)),
        secret_digest=digest(client_secret),
        registered_at=work.now,
        secret_renewed_at=work.now,
    )
    work.session.add(program)
    registered = {"client_id": program.client_id, "name": name, "scopes": program.scopes}
    work.audit("program:register", f"program/{program.id}", after=registered)
    return with_secret(program, client_secret)


def list_all(work: UnitOfWork) -> ListPrograms.Reply:
    """Lists the programs by name, revoked ones too."""
    found = work.session.scalars(select(Program).order_by(Program.name, Program.id))
    return ListPrograms.Reply(programs=[seen_by_administrators(program) for program in found])


def renew_secret(work: UnitOfWork, program_id: UUID) -> ProgramWithSecret:
    """Gives a program a new secret; the one before works for another day, any older one no more. Raises NotFound, WrongState."""
    program = _locked(work, program_id)
    if program.revoked_at is not None:
        raise WrongState()
    client_secret = new_secret()
    program.former_digest, program.former_until = program.secret_digest, work.now + FORMER_SECRET_WORKS
    program.secret_digest, program.secret_renewed_at = digest(client_secret), work.now
    work.audit("program:renew-secret", f"program/{program.id}", after={"former_until": program.former_until})
    return with_secret(program, client_secret)


def revoke(work: UnitOfWork, program_id: UUID, note: str) -> programs.Program:
    """Revokes a program, which gets no more tokens; one that was revoked before stays so. Raises NotFound."""
    program = _locked(work, program_id)
    if program.revoked_at is None:
        program.revoked_at, program.former_digest, program.former_until = work.now, None, None
        work.audit("program:revoke", f"program/{program.id}", {"revoked": False}, {"revoked": True, "note": note})
    return seen_by_administrators(program)


def issue_token(
    units: UnitOfWorkFactory, settings: IdentitySettings, request: IssueProgramToken.Request
) -> IssueProgramToken.Reply:
    """Gives a program a token for the scopes it asks for, all of its own unless it asks. Raises ProgramRefused, ScopeRefused.

    An unknown program is refused as a wrong secret is, after the same work. A refusal is in the audit trail before it is told.
    """
    issued = committed(units, lambda work: _issue(work, settings, request))
    if isinstance(issued, ServiceError):
        raise issued
    return issued


def _issue(
    work: UnitOfWork, settings: IdentitySettings, request: IssueProgramToken.Request
) -> IssueProgramToken.Reply | ProgramRefused | ScopeRefused:
    program = work.session.scalars(select(Program).filter_by(client_id=request.client_id).with_for_update()).one_or_none()
    given = digest(request.client_secret)
    present = hmac.compare_digest(given, program.secret_digest if program else _NOBODYS)
    former = hmac.compare_digest(given, (program.former_digest if program else None) or _NOBODYS)
    if program is None:
        _note_refusal(work, "program", "no such program")  # whatever was sent as its identifier may be a secret
        return ProgramRefused()
    if program.revoked_at is not None or not (present or (former and _former_works(work, program))):
        _note_refusal(work, f"program/{program.id}", "revoked" if program.revoked_at else "wrong secret")
        return ProgramRefused()
    wanted = sorted(set(request.scope.split())) or program.scopes
    if not set(wanted) <= set(program.scopes):
        _note_refusal(work, f"program/{program.id}", "scope")
        return ScopeRefused()
    program.last_used_at = work.now
    work.audit("program:issue-token", f"program/{program.id}", after={"scopes": wanted, "former_secret": not present})
    return IssueProgramToken.Reply(
        access_token=settings.signer.sign_for_program(request.client_id, wanted),
        token_type=BEARER,
        expires_in=settings.signer.lifetime_s,
        scope=" ".join(wanted),
    )


def _note_refusal(work: UnitOfWork, subject: str, reason: str) -> None:
    work.audit("program:refuse-token", subject, after={"reason": reason})


def _former_works(work: UnitOfWork, program: Program) -> bool:
    return program.former_until is not None and program.former_until > work.now


def _locked(work: UnitOfWork, program_id: UUID) -> Program:
    program = work.session.get(Program, program_id, with_for_update=True)
    if program is None:
        raise NotFound()
    return program
