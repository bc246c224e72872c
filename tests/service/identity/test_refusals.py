"""Who is not let in though the password may be right: the answer and its cost are the same."""

import pytest
from sqlalchemy import event, update

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import identity as contracts
from services.contracts.college import load_college
from services.identity.models import Account, HeldRole
from services.identity.sessions import signing_in
from services.identity.settings import IdentitySettings
from tests.support.actors.identity_people import add_person, count, trail
from tests.support.actors.identity_sessions import (
    EMAIL,
    PASSWORD,
    WRONG,
    account_id,
    refresh,
    refused,
    sign_in,
    signed_in,
    with_one_applicant,
)
from tests.support.places import ROOT


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    return with_one_applicant(system)


# ---- who may not sign in -------------------------------------------------------------------------------------------------


def journeys(system, logins):
    """How often a refused sign-in with each of these goes to the database and back."""
    settings = system.settings("identity", "identity")
    database, seen = Database(settings.database_url, 2, "counting"), []
    event.listen(database.writes, "before_cursor_execute", lambda _connection, _cursor, statement, *_: seen.append(statement))
    counts, college = [], load_college(ROOT / "deploy/colleges/crpo")
    for login in logins:
        seen.clear()
        with pytest.raises(contracts.errors.SignInRefused):
            request = contracts.sessions.SignIn.Request(login=login, password=WRONG, kept_by_browser=False)
            signing_in.sign_in(UnitOfWorkFactory(database, Caller), IdentitySettings.read(settings), college, request)
        counts.append(len(seen))
    database.close()
    return counts


def test_a_refusal_takes_as_many_journeys_to_the_database_whoever_it_is(identity):
    add_person(identity, "migrated@example.org", password=None, migrated_at=clock.now())
    add_person(identity, "gone@example.org", suspended_at=clock.now())
    add_person(identity, "new@example.org", active=False)
    add_person(identity, "away@example.org", password=None, migrated_at=clock.now(), suspended_at=clock.now())
    logins = [
        EMAIL,
        "nobody@example.org",
        "gone@example.org",
        "new@example.org",
        "away@example.org",
        *["migrated@example.org"] * 2,
    ]
    found = journeys(identity, logins)
    assert len(set(found)) == 1, found


def test_a_suspended_account_is_refused_in_the_same_words_and_its_sessions_get_no_more_tokens(identity):
    tokens = sign_in(identity)
    with identity.session("identity") as session:
        session.execute(update(Account).values(suspended_at=clock.now()))
    refused(identity, EMAIL, PASSWORD)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)
    assert trail(identity, "sign-in:refuse")[-1].after == {"reason": "suspended"}


def test_whoever_has_no_password_yet_is_refused_and_helped_by_mail_once_an_hour(identity):
    account_id = add_person(identity, "migrated@example.org", password=None, migrated_at=clock.now(), active=False)
    for login in ("migrated@example.org", "MIGRATED@example.org"):
        refused(identity, login, PASSWORD)
    (invited,) = identity.announced(contracts.events.AccountInvited)
    assert invited.data["account_id"] == str(account_id)
    assert count(identity, contracts.events.AccountInvited) == 1
    assert trail(identity, "sign-in:refuse")[-1].after == {"reason": "no password"}


def test_a_sign_in_says_whether_staff_lack_a_second_factor_and_gives_them_no_staff_roles(identity):
    tokens = sign_in(identity)
    assert (tokens["second_factor"], tokens["enrolment_needed"]) == (None, False)
    with identity.session("identity") as session:
        session.add(HeldRole(account_id=account_id(identity), role="support", granted_at=clock.now()))
    assert sign_in(identity)["enrolment_needed"]
    assert signed_in(identity, sign_in(identity)).roles == {"applicant"}
