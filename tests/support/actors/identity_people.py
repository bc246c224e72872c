"""People of identity for its tests: accounts as they stand after years, the links mailed to them, and what the audit trail says of them."""

from functools import cache

import pytest
from sqlalchemy import func, select

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.email_addresses import email_key
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.common.security.encryption import SealedBox
from services.contracts import identity as contracts
from services.identity.accounts import invitations
from services.identity.models import Account, HeldRole, SignInSession
from services.identity.passwords import passwords
from services.identity.settings import IdentitySettings

PASSWORD = "les érables rougissent en octobre"
NEW_PASSWORD = "the river freezes in january"
WRONG = "not the right password"
EMAIL = "ana.tremblay@example.org"


def kept_hash(password):
    """Gives the hash of a password by the parameters that are in force in this test, made once."""
    return _hashed(password, passwords._argon2)


@cache
def _hashed(password, _by):
    return passwords.hash_password(password)


def add_person(system, email=EMAIL, *roles, password=PASSWORD, active=True, **columns):
    """Adds an account as an applicant has it, unless roles are named; gives its id."""
    account_id, now = columns.pop("account_id", None) or new_id(), clock.now()
    with system.session("identity") as session:
        session.add(
            Account(
                id=account_id,
                email=email,
                email_key=email_key(email),
                language=columns.pop("language", "fr"),
                password_hash=kept_hash(password) if password else None,
                opened_at=now,
                activated_at=now if active else None,
                **columns,
            )
        )
        session.flush()
        session.add_all(HeldRole(account_id=account_id, role=role, granted_at=now) for role in roles or ["applicant"])
    return account_id


def account(system, account_id):
    """The account's columns as they are now."""
    with system.session("identity") as session:
        return session.execute(select(Account.__table__).where(Account.id == account_id)).one()


def sign_in(system, login=EMAIL, password=PASSWORD, address=None):
    return system.call(contracts.sessions.SignIn, Caller(address=address), login=login, password=password)


def fail(system, times, login=EMAIL):
    """So many tries to sign in with a wrong password."""
    for _ in range(times):
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(system, login, WRONG)


def caller_of(system, tokens):
    return system.keys.verifier.caller(tokens["access_token"], None, None, None)


def refresh(system, tokens):
    return system.call(contracts.sessions.RefreshSession, system.anonymous, refresh_token=tokens["refresh_token"])


def token_in(system, event, page):
    """The secret part of the link that an event carries to correspondence."""
    address, _, token = SealedBox(system.keys.sealing_key).open(event.data["sealed_link"]).partition("?token=")
    assert address == f"http://college.test/{page}"
    return token


def count(system, event):
    """How many such facts were announced, once nothing more is under way."""
    system.settle()
    return len([fact for fact in system.heard if fact.type == event.type and fact.actor != "test"])


def trail(system, action=None):
    """The audit entries of an action, or all, oldest first."""
    entries = select(audit.c.actor, audit.c.action, audit.c.subject, audit.c.before, audit.c.after).order_by(audit.c.position)
    with system.session("identity") as session:
        return session.execute(entries if action is None else entries.where(audit.c.action == action)).all()


def running_sessions(system, account_id):
    with system.session("identity") as session:
        running = select(func.count()).select_from(SignInSession)
        return session.scalar(running.where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None)))


# ---- an earlier system ---------------------------------------------------------------------------------------------------

OLD_ID = "CRPO-2019/44"


def person(email=EMAIL, application_id=None, language="en", registrant=False):
    """An account of an earlier system."""
    return {"email": email, "application_id": application_id, "language": language, "registrant": registrant}


def take_over(system, *people):
    return system.call(contracts.administration.ImportAccounts, system.caller("administrator"), accounts=list(people))


def id_of(system, email=EMAIL):
    with system.session("identity") as session:
        return session.scalars(select(Account.id).filter_by(email_key=email)).one()


def choose(system, token, password=NEW_PASSWORD):
    """Chooses a password with a mailed link."""
    return system.call(contracts.recovery.ResetPassword, system.anonymous, token=token, password=password)


def settings_of(system):
    return IdentitySettings.read(system.settings("identity", "identity"))


def help_somebody(system, database, account_id):
    """What a try to sign in without a password brings about, in another replica."""
    with UnitOfWorkFactory(database, Caller).transaction() as work:
        invitations.help_migrated(work, settings_of(system), work.session.get(Account, account_id))
