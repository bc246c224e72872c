"""A forgotten password or application ID, and changing a password that one knows (F6-F9, F18)."""

from services.common.kernel.present import present
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.college import College
from services.contracts.identity.errors import ProofRefused
from services.contracts.identity.events import ApplicationIdRequested, PasswordChanged
from services.identity import constant_time
from services.identity.accounts import activation, lookup, mailed_links, recipient_limits
from services.identity.accounts.mailed_links import Purpose
from services.identity.accounts.recipient_limits import Kind
from services.identity.committing import committed
from services.identity.models import Account
from services.identity.passwords import password_links, passwords
from services.identity.sessions import ended_sessions, throttle
from services.identity.settings import IdentitySettings


def request_reset(work: UnitOfWork, settings: IdentitySettings, college: College, email: str, application_id: str | None) -> None:
    """Has a link for a new password mailed, by address (F7) or by address and ID that belong together (F8).

    An account that waits for its activation gets a new activation link instead, a suspended one nothing; the answer tells none of this.
    """
    account = lookup.by_email(work.session, email, lock=True)
    if account is None or account.suspended_at is not None or not _has_id(account, application_id, college):
        constant_time.pass_the_time(work, settings, statements=7 if account else 8)
        work.audit("password-reset:request", _subject(account, "password-reset"), after={"mailed": None})
    elif account.activated_at is None and account.password_hash is not None:
        activation.renew(work, settings, account)
        work.audit("password-reset:request", f"account/{account.id}", after={"mailed": "activation link"})
    else:
        password_links.issue(work, settings, account)
        work.audit("password-reset:request", f"account/{account.id}", after={"mailed": "password link"})


def _has_id(account: Account, application_id: str | None, college: College) -> bool:
    if not application_id:
        return True
    return account.application_id == lookup.written_application_id(application_id, college.numbering.application_id)


def _subject(account: Account | None, otherwise: str) -> str:
    return f"account/{account.id}" if account else otherwise


def reset(units: UnitOfWorkFactory, settings: IdentitySettings, token: str, password: str) -> None:
    """Sets a new password with a mailed link. Raises LinkNotValid, and PasswordTooWeak, after which the link still works.

    It is hashed before the transaction, as that takes long. Whoever had no password or was not active is active from here on: the
    link has shown that the address is theirs (F6).
    """
    email = committed(units, lambda work: mailed_links.owner(work, token, Purpose.PASSWORD).email)
    settings.password_rules.check(password, email)
    password_hash = passwords.hash_password(password)

    def set_it(work: UnitOfWork) -> None:
        account, _ = mailed_links.use(work, token, Purpose.PASSWORD)
        _activate(work, account)
        _set_password(work, settings, account, password_hash, "password:reset")
        ended_sessions.end_all(work, account.id)

    committed(units, set_it)


def _activate(work: UnitOfWork, account: Account) -> None:
    account.invitation_asked_at = None
    if account.activated_at is not None:
        return
    account.activated_at = work.now
    work.audit("account:activate", f"account/{account.id}", before={"active": False}, after={"active": True})
    activation.tell(work, account)


def _set_password(work: UnitOfWork, settings: IdentitySettings, account: Account, password_hash: str, action: str) -> None:
    account.password_hash, account.reset_required_at = password_hash, None
    mailed_links.void(work, account)
    throttle.forgive_all(work, settings, account.id)
    work.audit(action, f"account/{account.id}")
    work.announce(PasswordChanged, PasswordChanged.Data(account_id=account.id))


def change(units: UnitOfWorkFactory, settings: IdentitySettings, password: str, new_password: str) -> None:
    """Changes the caller's password and ends all other sessions. Raises NotFound, PasswordTooWeak, TooManyTries, ProofRefused.

    The present password is throttled like a sign-in's: an unlocked screen is no place to guess it.
    """

    def begin(work: UnitOfWork) -> Account:
        account = lookup.own(work)
        settings.password_rules.check(new_password, account.email)
        throttle.begin_try(work, throttle.place_of(work, settings, account))
        return account

    found = committed(units, begin)
    if not passwords.matches(password, found.password_hash) or found.reset_required_at is not None:
        committed(units, lambda work: _refuse(work, found))
        raise ProofRefused()
    password_hash = passwords.hash_password(new_password)

    def set_it(work: UnitOfWork) -> None:
        account = lookup.own(work, lock=True)
        if account.reset_required_at is not None or not passwords.still_fits(
            password, found.password_hash, account.password_hash
        ):
            raise ProofRefused()
        _set_password(work, settings, account, password_hash, "password:change")
        ended_sessions.end_all(work, account.id, but=work.caller.session_id)

    committed(units, set_it)


def _refuse(work: UnitOfWork, account: Account) -> None:
    throttle.count_failure(work)
    work.audit("password:refuse", f"account/{account.id}")


def request_application_id(work: UnitOfWork, settings: IdentitySettings, email: str) -> None:
    """Has the application ID mailed to the address that it belongs to (F9); the answer does not say whether there is one."""
    account = lookup.by_email(work.session, email)
    due = account is not None and account.application_id is not None and account.suspended_at is None
    mailed = account is not None and due and recipient_limits.take(work, settings, Kind.APPLICATION_ID, account.email)
    if account is not None and mailed:
        work.announce(
            ApplicationIdRequested,
            ApplicationIdRequested.Data(account_id=account.id, application_id=present(account.application_id)),
        )
    else:
        constant_time.pass_the_time(work, settings, statements=2 if due else 5 if account else 6)
    work.audit("application-id:request", _subject(account, "application-id"), after={"mailed": mailed})
