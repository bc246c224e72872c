"""Whether an address has an account shows neither in an answer nor in the time that it takes."""

import pytest
from sqlalchemy import event, text

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts.college import load_college
from services.contracts.identity.accounts import OpenAccount
from services.identity.accounts import accounts, activation, lookup
from services.identity.recovery import account_unlocking, password_resets
from services.identity.sessions import signing_in
from services.identity.settings import IdentitySettings
from tests.support.actors.identity_people import EMAIL, NEW_PASSWORD, add_person, fail
from tests.support.places import ROOT

ID = "A-0000007-G"


@pytest.fixture
def identity(system):
    """A running identity service with one active applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id=ID)
    return system


@pytest.fixture
def counted(identity):
    """Carries out a use case on a database of its own and gives how often it went there and back."""
    settings = identity.settings("identity", "identity")
    database = Database(settings.database_url, 2, "counting")
    seen = []
    event.listen(database.writes, "before_cursor_execute", lambda _connection, _cursor, statement, *_: seen.append(statement))

    def journeys(use_case, *arguments):
        seen.clear()
        with UnitOfWorkFactory(database, Caller).transaction() as work:
            use_case(work, IdentitySettings.read(settings), *arguments)
        return len(seen)

    yield journeys
    database.close()


@pytest.fixture(scope="module")
def college():
    return load_college(ROOT / "deploy/colleges/crpo")


def test_an_answer_takes_as_many_journeys_to_the_database_whether_or_not_there_is_an_account(identity, counted, college):
    add_person(identity, "gone@example.org", suspended_at=clock.now())
    add_person(identity, "new@example.org", active=False, application_id="A-0000009-C")
    fail(identity, 1)
    everybody = (EMAIL, "nobody@example.org", "gone@example.org", "new@example.org")
    add_person(identity, "staff@example.org", "support")
    activations = [counted(activation.resend, email) for email in (*everybody, "staff@example.org")]
    assert len(set(activations)) == 1
    resets = [counted(password_resets.request_reset, college, email, None) for email in everybody]
    assert len({*resets, counted(password_resets.request_reset, college, EMAIL, "A-0000008-E")}) == 1
    assert len({counted(password_resets.request_application_id, email) for email in (EMAIL, "nobody@example.org")}) == 1
    assert len({counted(account_unlocking.request, college, email) for email in everybody}) == 1


@pytest.mark.parametrize("before", [1, 4, 10])
def test_an_answer_takes_as_many_journeys_when_an_address_has_got_as_many_mails_as_it_may(identity, counted, college, before):
    fail(identity, 1)
    for ask in (
        lambda email: counted(activation.resend, email),
        lambda email: counted(password_resets.request_reset, college, email, None),
        lambda email: counted(password_resets.request_application_id, email),
        lambda email: counted(account_unlocking.request, college, email),
    ):
        asked = [ask(EMAIL) for _ in range(before)]
        assert [*asked, ask(EMAIL)] == [ask("nobody@example.org")] * (before + 1)


def test_a_refused_sign_in_takes_as_many_journeys_whether_or_not_somebody_is_invited_by_it(identity, counted):
    old = add_person(identity, "old@example.org", password=None, active=False, application_id="EARLIER-1")
    gone = add_person(identity, "gone@example.org", password=None, active=False, suspended_at=clock.now())

    def refuse(account_id):
        return counted(lambda work, settings: signing_in._refuse(work, settings, _of(work, account_id), "refused"))

    def _of(work, account_id):
        return lookup.by_id(work.session, account_id) if account_id else work.session.execute(text("SELECT 1")) and None

    journeys = [refuse(one) for one in (old, old, gone, identity.ana, None)]
    assert len(set(journeys)) == 1, journeys


def test_opening_an_account_takes_as_many_journeys_whether_or_not_the_address_has_one(identity, college):
    settings = identity.settings("identity", "identity")
    database = Database(settings.database_url, 2, "counting")
    add_person(identity, "new@example.org", active=False, application_id="A-0000009-C")
    add_person(identity, "old@example.org", password=None, active=False, application_id="EARLIER-1", migrated_at=clock.now())
    add_person(identity, "staff@example.org", "support", password=None, active=False)
    read, seen = IdentitySettings.read(settings), []
    event.listen(database.writes, "before_cursor_execute", lambda _connection, _cursor, statement, *_: seen.append(statement))
    journeys = {}
    for email in (EMAIL, "new@example.org", "old@example.org", "staff@example.org", "nobody@example.org", "helper@example.org"):
        seen.clear()
        request = OpenAccount.Request(email=email, password=NEW_PASSWORD, applying=email != "helper@example.org")
        accounts.open_account(UnitOfWorkFactory(database, Caller), read, college, request)
        journeys[email] = len(seen)
    database.close()
    assert len(set(journeys.values())) == 1, journeys
