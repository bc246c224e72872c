"""Accounts: opening one, one's own account, and the language one prefers."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.common.kernel import clock
from services.common.kernel.email_addresses import email_key
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.kernel.present import present
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.college import College
from services.contracts.identity import shapes
from services.contracts.identity.accounts import OpenAccount
from services.contracts.identity.administration import GetPreferredLanguage
from services.contracts.identity.errors import NoApplicationToStart
from services.contracts.identity.events import AccountOpened, AccountOpeningRepeated, ApplicationStarted, ContactChanged
from services.contracts.roles import APPLICANT, REGISTRANT, STAFF_ROLES
from services.identity import constant_time
from services.identity.accounts import activation, lookup, recipient_limits, roles
from services.identity.accounts.numbering import next_application_id
from services.identity.accounts.recipient_limits import Kind
from services.identity.committing import committed
from services.identity.models import Account
from services.identity.passwords import password_links, passwords
from services.identity.settings import IdentitySettings


def seen_by_owner(account: Account) -> shapes.Account:
    """An account as its owner sees it."""
    return shapes.Account(
        id=account.id,
        email=account.email,
        application_id=account.application_id,
        language=account.language,
        roles=account.roles,
    )


def insert_account(work: UnitOfWork, **values: Any) -> Account | None:
    """Adds an account; gives nothing if the address has one already, also one that is being added at this very moment."""
    row = {"id": new_id(), "email_key": email_key(values["email"]), "opened_at": work.now, **values}
    # A second opener waits here until the first has committed, and then adds nothing.
    statement = insert(Account).values(**row).on_conflict_do_nothing(index_elements=[Account.email_key]).returning(Account)
    return work.session.scalars(statement).one_or_none()


def open_account(
    units: UnitOfWorkFactory, settings: IdentitySettings, college: College, request: OpenAccount.Request
) -> OpenAccount.Reply:
    """Opens an account, or tells the owner of the address that there is one; the answer and its time are the same (F11, F12).

    An address that may not last is advised against, and taken (F15). Raises PasswordTooWeak and its kinds. The password is hashed
    and compared either way, and before the transaction, as both take long.
    """
    settings.password_rules.check(request.password, request.email)
    found_hash = committed(units, lambda work: _kept_hash(work, request.email))
    same_password = passwords.matches(request.password, found_hash)
    password_hash = passwords.hash_password(request.password)
    advice = college.at(clock.now()).access.advice_on(request.email)
    answer = OpenAccount.write_reply(
        OpenAccount.Reply(
            email=request.email,
            expires_hours=settings.activation_link_hours,
            advice=advice.in_(units.caller.language) if advice else None,
        )
    )

    def open_or_tell(work: UnitOfWork) -> dict[str, Any]:
        account = lookup.by_email(work.session, request.email, lock=True)
        if account is None:
            if _open_new(work, settings, college, request, password_hash):
                return answer
            account = lookup.by_email(work.session, request.email, lock=True)  # of the one who was quicker
        if account is not None:
            _tell_owner(work, settings, account, same_password)
        return answer

    # It may be the answer of the time before, which was kept as plain values.
    reply: OpenAccount.Reply = OpenAccount.read_reply(units.carry_out(OpenAccount, request, open_or_tell))
    return reply


def _open_new(
    work: UnitOfWork, settings: IdentitySettings, college: College, request: OpenAccount.Request, password_hash: str
) -> bool:
    application_id = next_application_id(work.session, college.numbering.application_id)
    account = insert_account(
        work,
        email=request.email,
        application_id=application_id,
        language=request.language,
        password_hash=password_hash,
    )
    if account is None:
        return False
    opened = {"application_id": application_id, "language": account.language, "active": False}
    work.audit("account:open", f"account/{account.id}", after=opened)
    if request.applying:
        roles.grant(work, account.id, APPLICANT)
    # Inviting somebody from an earlier system, which is the longest way through here, asks the database more often.
    constant_time.pass_the_time(work, settings, statements=1 if request.applying else 2)
    work.announce(
        AccountOpened,
        AccountOpened.Data(
            account_id=account.id,
            email=account.email,
            language=account.language,
            application_id=application_id,
            sealed_link=present(activation.issue_link(work, settings, account)),
            expires_hours=settings.activation_link_hours,
            applying=request.applying,
        ),
    )
    return True


def _kept_hash(work: UnitOfWork, email: str) -> str | None:
    kept = select(Account.password_hash).where(Account.email_key == email_key(email))
    return work.session.scalars(kept).one_or_none()


def _tell_owner(work: UnitOfWork, settings: IdentitySettings, account: Account, same_password: bool) -> None:
    # The password that came with the request is not taken over: whoever sent it has not shown that the address is theirs. Nor has
    # whoever was first, as long as nobody has activated the account: with two passwords, neither lets in.
    if account.activated_at is None and account.password_hash is not None and not same_password:
        password_links.require(work, account)
        constant_time.pass_the_time(work, settings, statements=1)
    else:
        constant_time.pass_the_time(work, settings, statements=2)
    if account.activated_at is None:
        activation.renew(work, settings, account)
    elif recipient_limits.take(work, settings, Kind.ACCOUNT_EXISTS, account.email):
        work.announce(AccountOpeningRepeated, AccountOpeningRepeated.Data(account_id=account.id))
    else:
        constant_time.pass_the_time(work, settings, statements=2)
    # An opening asks the database more often than this: the rest is made up, so that the time tells nothing either.
    constant_time.pass_the_time(work, settings, statements=_journeys_left(account))


def _journeys_left(account: Account) -> int:
    if account.activated_at is not None:
        return 8
    if account.application_id is None or account.suspended_at is not None:
        return 13  # nobody is told anything
    return 3 if account.password_hash else 0


def get_me(work: UnitOfWork) -> shapes.Account:
    """Gives the caller's account. Raises NotFound."""
    return seen_by_owner(lookup.own(work))


def start_application(work: UnitOfWork) -> shapes.Account:
    """Makes the caller an applicant and has their draft made; one who is an applicant stays as they are.

    Raises NotFound, and NoApplicationToStart for staff and registrants.
    """
    account = lookup.own(work, lock=True)
    if account.application_id is None or not {REGISTRANT, *STAFF_ROLES}.isdisjoint(account.roles):
        raise NoApplicationToStart()
    if roles.grant(work, account.id, APPLICANT):
        work.announce(ApplicationStarted, ApplicationStarted.Data(account_id=account.id, application_id=account.application_id))
        work.session.refresh(account)
    return seen_by_owner(account)


def set_language(work: UnitOfWork, language: str) -> shapes.Account:
    """Stores the language that the caller prefers (F2) and announces it. Raises NotFound."""
    account = lookup.own(work, lock=True)
    if account.language != language:
        before, after = {"language": account.language}, {"language": language}
        work.audit("account:set-language", f"account/{account.id}", before, after)
        account.language = language
        work.announce(ContactChanged, ContactChanged.Data(account_id=account.id, email=account.email, language=language))
    return seen_by_owner(account)


def language_of(work: UnitOfWork, account_id: UUID) -> GetPreferredLanguage.Reply:
    """Gives the language that a person prefers. Raises NotFound."""
    account = lookup.by_id(work.session, account_id)
    if account is None:
        raise NotFound()
    return GetPreferredLanguage.Reply(language=account.language)


def freeze_email(work: UnitOfWork, event: ApplicationSubmitted.Data) -> None:
    """Freezes the address of the applicant whose first ApplicationSubmitted this is (F16). Raises NotYet if there is no account."""
    account = lookup.of_fact(work, event.account_id)
    if account.email_frozen_at is None:
        account.email_frozen_at = work.now
        work.audit("account:freeze-email", f"account/{account.id}", after={"email_frozen_at": work.now})
