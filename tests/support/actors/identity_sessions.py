"""People who sign in with a password alone, are refused, and renew what they were given."""

import pytest
from sqlalchemy import select

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from services.identity.models import Account, HeldRole
from services.identity.passwords import passwords
from tests.support.actors.identity_people import EMAIL, PASSWORD, WRONG


def add_account(session, email, application_id, active=True):
    """Adds an applicant’s account, as a row."""
    account_id, now = new_id(), clock.now()
    session.add(
        Account(
            id=account_id,
            email=email,
            email_key=email,
            application_id=application_id,
            language="fr",
            password_hash=passwords.hash_password(PASSWORD),
            opened_at=now,
            activated_at=now if active else None,
        )
    )
    session.flush()
    session.add(HeldRole(account_id=account_id, role="applicant", granted_at=now))


def with_one_applicant(system):
    """Starts identity with one active applicant."""
    system.start("identity")
    with system.session("identity") as session:
        add_account(session, EMAIL, "A-0000007-G")
    return system


def account_id(system):
    """Gives the applicant’s account id."""
    with system.session("identity") as session:
        return session.scalars(select(Account.id).filter_by(email_key=EMAIL)).one()


def sign_in(system, login=EMAIL, password=PASSWORD, address=None):
    """Signs in from an address; gives the tokens."""
    return system.call(contracts.sessions.SignIn, Caller(address=address), login=login, password=password)


def refused(system, login=EMAIL, password=WRONG, address=None):
    """Has a sign-in refused."""
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(system, login, password, address)


def refresh(system, tokens):
    """Renews a session."""
    return system.call(contracts.sessions.RefreshSession, system.anonymous, refresh_token=tokens["refresh_token"])


def signed_in(system, tokens):
    """Gives who the access token says that one is."""
    return system.keys.verifier.caller(tokens["access_token"], None, None, None)
