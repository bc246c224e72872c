"""The staff's work on accounts: finding them, inviting colleagues, their roles, suspending an account."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, or_, select, text
from sqlalchemy.sql.elements import ColumnElement

from services.common.kernel.email_addresses import email_key
from services.common.kernel.errors import Invalid, NotFound
from services.common.kernel.paging import a_text, read_cursor, write_cursor
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.identity.administration import FindAccounts, FoundAccount, InviteStaff, ListStaff, SuspendAccount
from services.contracts.identity.errors import AddressTaken, LastAdministrator, OwnAccount, WrongState
from services.contracts.identity.events import ContactChanged
from services.contracts.roles import ADMINISTRATOR, STAFF_ROLES
from services.identity.accounts import invitations, lookup, mailed_links, roles
from services.identity.accounts.accounts import insert_account
from services.identity.models import Account, Factor, HeldRole
from services.identity.sessions import ended_sessions
from services.identity.settings import IdentitySettings

SHORTEST_SEARCH = 3
# In the order of its bytes, which the index for beginnings of addresses has.
_BY_ADDRESS = text("accounts.email_key USING ~<~")


def seen_by_staff(account: Account, second_factor: bool) -> FoundAccount:
    """An account as staff see it."""
    return FoundAccount(
        id=account.id,
        email=account.email,
        application_id=account.application_id,
        name=account.name,
        language=account.language,
        roles=account.roles,
        opened_at=account.opened_at,
        activated_at=account.activated_at,
        migrated=account.migrated_at is not None,
        second_factor=second_factor,
        email_frozen=account.email_frozen_at is not None,
        suspended_at=account.suspended_at,
    )


def _accounts(*conditions: ColumnElement[bool]) -> Select[tuple[Account, bool]]:
    return select(Account, exists().where(Factor.account_id == Account.id)).where(*conditions).order_by(_BY_ADDRESS)


def find_accounts(work: UnitOfWork, college: College, request: FindAccounts.Request) -> FindAccounts.Reply:
    """Finds accounts by the beginning of the address, by application ID or by id; leaves in the trail who was found. Raises Invalid."""
    wanted = email_key(request.text)
    if len(wanted) < SHORTEST_SEARCH:
        raise Invalid(errors=[{"field": "text", "code": f"too_short {SHORTEST_SEARCH}"}])
    after = read_cursor(request.cursor, a_text)
    later = [Account.email_key.op("~>~")(after[0])] if after else []
    found = _accounts(_means(wanted, request.text, college), *later).limit(request.limit + 1)
    rows = work.session.execute(found).all()
    page = rows[: request.limit]
    # Who was found, not by what: an address that is erased elsewhere must not live on in the trail.
    work.audit("account:find", "accounts", after={"found": [row[0].id for row in page]})
    return FindAccounts.Reply(
        accounts=[seen_by_staff(account, second_factor) for account, second_factor in page],
        next_cursor=write_cursor(page[-1][0].email_key) if len(rows) > request.limit else None,
    )


def _means(wanted: str, text: str, college: College) -> ColumnElement[bool]:
    try:
        return Account.id == UUID(wanted)
    except ValueError:
        application_id = lookup.written_application_id(text, college.numbering.application_id)
        return or_(Account.email_key.startswith(wanted, autoescape=True), Account.application_id == application_id)


def list_staff(work: UnitOfWork) -> ListStaff.Reply:
    """Gives the accounts that hold a staff role, by address."""
    staff = select(HeldRole.account_id).where(HeldRole.role.in_(STAFF_ROLES))
    rows = work.session.execute(_accounts(Account.id.in_(staff)))
    return ListStaff.Reply(accounts=[seen_by_staff(account, second_factor) for account, second_factor in rows])


def invite(work: UnitOfWork, settings: IdentitySettings, request: InviteStaff.Request) -> FoundAccount:
    """Opens an account for a colleague, who chooses the password with a mailed link. Raises AddressTaken."""
    account = insert_account(work, email=request.email, language=request.language, name=request.name)
    if account is None:
        raise AddressTaken()
    work.audit("account:open", f"account/{account.id}", after={"staff": True, "language": request.language, "active": False})
    _give(work, account, request.roles)
    work.announce(ContactChanged, ContactChanged.Data(account_id=account.id, email=request.email, language=request.language))
    invitations.invite(work, settings, [account])
    return seen_by_staff(account, second_factor=False)


def set_roles(work: UnitOfWork, account_id: UUID, roles: Sequence[str]) -> FoundAccount:
    """Gives an account these staff roles and no other one, and ends its sessions, as a token tells roles. The rest of its roles stay.

    Raises NotFound, OwnAccount, and LastAdministrator if nobody would be left who could undo it.
    """
    account = _of_another(work, account_id)
    before, wanted = account.roles, set(roles)
    if ADMINISTRATOR not in wanted:
        _keep_an_administrator(work, account)
    over = set(before) & set(STAFF_ROLES) - wanted
    if over:
        work.session.execute(delete(HeldRole).where(HeldRole.account_id == account.id, HeldRole.role.in_(over)))
    if over or wanted - set(before):
        _give(work, account, wanted)
        work.audit("account:set-roles", f"account/{account.id}", before={"roles": before}, after={"roles": account.roles})
        ended_sessions.end_all(work, account.id)
    return seen_by_staff_now(work, account)


def suspend(work: UnitOfWork, request: SuspendAccount.Request) -> FoundAccount:
    """Keeps an account from signing in, or lets it again; its sessions end and links mailed to it stop working.

    Raises NotFound, OwnAccount, LastAdministrator, and WrongState if it is so already.
    """
    account = _of_another(work, request.account_id)
    if (account.suspended_at is not None) == request.suspended:
        raise WrongState()
    if request.suspended:
        _keep_an_administrator(work, account)
        account.suspended_at, account.invitation_asked_at = work.now, None
        ended_sessions.end_all(work, account.id)
        mailed_links.void(work, account)
    else:
        account.suspended_at = None
    action = "account:suspend" if request.suspended else "account:reinstate"
    work.audit(
        action,
        f"account/{account.id}",
        {"suspended": not request.suspended},
        {"suspended": request.suspended, "note": request.note},
    )
    return seen_by_staff_now(work, account)


def _of_another(work: UnitOfWork, account_id: UUID) -> Account:
    """Gives the account, locked, unless it is the caller's own."""
    if account_id == work.caller.account_id:
        raise OwnAccount()
    advisory_locks.wait_for_task(work.session, "administrators")  # or two administrators could remove each other
    account = lookup.by_id(work.session, account_id, lock=True)
    if account is None:
        raise NotFound()
    return account


def _keep_an_administrator(work: UnitOfWork, account: Account) -> None:
    if ADMINISTRATOR not in account.roles:
        return
    others = (
        select(func.count())
        .select_from(HeldRole)
        .join(Account, Account.id == HeldRole.account_id)
        .where(HeldRole.role == ADMINISTRATOR, Account.id != account.id)
        .where(Account.activated_at.is_not(None), Account.suspended_at.is_(None))
    )
    if not work.session.execute(others).scalar_one():
        raise LastAdministrator()


def _give(work: UnitOfWork, account: Account, names: Iterable[str]) -> None:
    for name in sorted(set(names)):
        roles.grant(work, account.id, name)
    work.session.flush()
    work.session.refresh(account, ["held_roles"])


def seen_by_staff_now(work: UnitOfWork, account: Account) -> FoundAccount:
    """An account as staff see it, once it was changed."""
    second_factor = work.session.execute(select(exists().where(Factor.account_id == account.id))).scalar_one()
    return seen_by_staff(account, second_factor)
