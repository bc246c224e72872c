"""Inviting people to choose their first password: migrated people, one or all of them, and new staff (F6, F14)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update

from services.common.kernel.errors import NotFound
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.identity.administration import GetInvitations, InviteMigrated
from services.contracts.identity.errors import WrongState
from services.contracts.identity.events import AccountInvited
from services.identity import constant_time
from services.identity.accounts import lookup, mailed_links, recipient_limits
from services.identity.accounts.mailed_links import Purpose
from services.identity.accounts.recipient_limits import Kind
from services.identity.models import Account
from services.identity.settings import IdentitySettings

BATCH = 100
MOST_BATCHES = 20  # in one run of the timer: a service that is told to stop waits for no more than these

_HAS_NO_PASSWORD = (Account.password_hash.is_(None), Account.suspended_at.is_(None))


def ask_for(work: UnitOfWork, settings: IdentitySettings, account_id: UUID | None) -> InviteMigrated.Reply:
    """Has a migrated person invited, for the first time or again; or all who were not invited yet, unless one is named (F14).

    Raises NotFound, WrongState for somebody who was not migrated, has a password already or is suspended, and TooManyMails.
    """
    if account_id is None:
        _ask_for_all(work)
    else:
        _ask_for_one(work, settings, account_id)
    waiting = select(func.count()).select_from(Account).where(Account.invitation_asked_at.is_not(None))
    return InviteMigrated.Reply(waiting=work.session.execute(waiting).scalar_one())


def _ask_for_one(work: UnitOfWork, settings: IdentitySettings, account_id: UUID) -> None:
    account = lookup.by_id(work.session, account_id, lock=True)
    if account is None:
        raise NotFound()
    if account.migrated_at is None or account.password_hash is not None or account.suspended_at is not None:
        raise WrongState()
    recipient_limits.require(work, settings, Kind.STAFF_INVITATION, account.email, work.caller.account_id)
    account.invitation_asked_at = work.now
    work.session.flush()
    work.audit("invitation:ask", f"account/{account.id}")


def _ask_for_all(work: UnitOfWork) -> None:
    not_invited = (Account.migrated_at.is_not(None), Account.invited_at.is_(None), Account.invitation_asked_at.is_(None))
    asking = update(Account).where(*not_invited, *_HAS_NO_PASSWORD).values(invitation_asked_at=work.now)
    work.audit("invitation:ask-all", "accounts", after={"asked": rows_changed(work.session, asking)})


def progress(work: UnitOfWork) -> GetInvitations.Reply:
    """Tells how far the invitation of migrated people is."""
    arrived, asked = Account.password_hash.is_not(None), Account.invitation_asked_at.is_not(None)
    counts = select(
        func.count().label("migrated"),
        func.count().filter(Account.invited_at.is_(None), ~asked, ~arrived).label("not_invited"),
        func.count().filter(asked).label("waiting"),
        func.count().filter(Account.invited_at.is_not(None)).label("invited"),
        func.count().filter(arrived).label("arrived"),
    ).where(Account.migrated_at.is_not(None))
    counted = work.session.execute(counts).one()
    return GetInvitations.Reply(
        migrated=counted.migrated,
        not_invited=counted.not_invited,
        waiting=counted.waiting,
        invited=counted.invited,
        arrived=counted.arrived,
    )


def write_some(units: UnitOfWorkFactory, settings: IdentitySettings) -> int:
    """Writes the invitations that were asked for, each batch in a transaction of its own; gives how many.

    A replica passes over those that another one is writing. What one that dies had begun is undone, and so is left for the next.
    """
    written = 0
    for _ in range(MOST_BATCHES):
        with units.transaction(actor="timer/invitations") as work:
            batch = _write_batch(work, settings)
        written += batch
        if batch < BATCH:
            break
    return written


def _write_batch(work: UnitOfWork, settings: IdentitySettings) -> int:
    waiting = (
        select(Account)
        .where(Account.invitation_asked_at.is_not(None))
        .order_by(Account.invitation_asked_at, Account.id)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=True)
    )
    accounts = work.session.scalars(waiting).all()
    if accounts:
        invite(work, settings, accounts)
    return len(accounts)


def invite(work: UnitOfWork, settings: IdentitySettings, accounts: Sequence[Account]) -> None:
    """Gives each of these accounts (locked, at least one) a link for a first password, and announces it."""
    hours = settings.invitation_days * 24
    links = mailed_links.issue_all(work, settings, [account.id for account in accounts], Purpose.PASSWORD, hours)
    _announce(work, accounts, links, hours)


def _announce(work: UnitOfWork, accounts: Sequence[Account], links: dict[UUID, str], hours: int) -> None:
    for account in accounts:
        account.invitation_asked_at, account.invited_at = None, work.now
        work.audit("account:invite", f"account/{account.id}")
    work.announce_all(
        AccountInvited,
        [
            AccountInvited.Data(
                account_id=account.id,
                email=account.email,
                language=account.language,
                application_id=account.application_id,
                sealed_link=links[account.id],
                expires_hours=hours,
            )
            for account in accounts
        ],
    )


def help_migrated(work: UnitOfWork, settings: IdentitySettings, account: Account) -> None:
    """Invites somebody who tried to sign in before having chosen a password (F6), at most once an hour; a suspended one gets nothing.

    It takes as long either way: the call is answered in constant time.
    """
    theirs = lookup.by_id(work.session, account.id, lock=True)  # others wait here, and then see the link
    if theirs is None or theirs.password_hash is not None or theirs.suspended_at is not None:
        constant_time.pass_the_time(work, settings, statements=8)
        return
    hours = settings.invitation_days * 24
    sealed_link = mailed_links.issue(work, settings, theirs, Purpose.PASSWORD, hours, Kind.INVITATION)
    if sealed_link is None:
        constant_time.pass_the_time(work, settings, statements=3)
    else:
        _announce(work, [theirs], {theirs.id: sealed_link}, hours)
