"""Finding accounts."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.common.bus.events import NotYet
from services.common.kernel.email_addresses import email_key
from services.common.kernel.errors import NotFound
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import NumberSeries
from services.identity.accounts.numbering import earlier_application_id, read_application_id
from services.identity.models import Account


def by_email(session: Session, email: str, lock: bool = False) -> Account | None:
    """Gives the account of an address, or nothing; `lock` keeps others from changing it until the commit."""
    return session.scalars(_perhaps_locked(select(Account).filter_by(email_key=email_key(email)), lock)).one_or_none()


def by_login(session: Session, login: str, series: NumberSeries) -> Account | None:
    """Gives the account that a person means by an e-mail address or an application ID (F4, F5), or nothing."""
    if not login.isprintable():
        return None  # PostgreSQL refuses some control characters; no address and no ID has any
    if "@" in login:
        return by_email(session, login)
    return session.scalars(select(Account).filter_by(application_id=written_application_id(login, series))).one_or_none()


def written_application_id(text: str, series: NumberSeries) -> str:
    """Gives the form in which an account would have the application ID that a person typed: one of ours, or of an earlier system (F6)."""
    return read_application_id(text, series) or earlier_application_id(text)


def own(work: UnitOfWork, lock: bool = False) -> Account:
    """Gives the caller's account; raises NotFound."""
    account = by_id(work.session, work.caller.account_id, lock) if work.caller.account_id else None
    if account is None:
        raise NotFound()
    return account


def of_fact(work: UnitOfWork, account_id: UUID) -> Account:
    """Gives the account that an event speaks of, locked; raises NotYet if there is none: such an event is dead-lettered in the end."""
    account = by_id(work.session, account_id, lock=True)
    if account is None:
        raise NotYet(f"there is no account {account_id}")
    return account


def by_id(session: Session, account_id: UUID, lock: bool = False) -> Account | None:
    """Gives the account of that id, or nothing."""
    return session.scalars(_perhaps_locked(select(Account).filter_by(id=account_id), lock)).one_or_none()


def _perhaps_locked(statement: Select[tuple[Account]], lock: bool) -> Select[tuple[Account]]:
    return statement.with_for_update(key_share=True) if lock else statement
