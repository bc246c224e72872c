"""Inviting the people of an earlier system, one or all of them, on the real bus and database (F14)."""

import eventlet
import pytest
from sqlalchemy import func, select, text, update

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import identity as contracts
from services.identity.accounts import invitations
from services.identity.models import Account
from services.identity.recovery import password_resets
from tests.support.actors.identity_people import (
    NEW_PASSWORD,
    OLD_ID,
    add_person,
    choose,
    count,
    help_somebody,
    id_of,
    person,
    settings_of,
    sign_in,
    take_over,
    token_in,
    trail,
)


@pytest.fixture
def identity(system):
    system.start("identity")
    return system


@pytest.fixture
def database(identity):
    """Identity's database as another replica has it."""
    database = Database(identity.service_url("identity"), 8, "replica")
    yield database
    database.close()


def invite(system, account_id=None):
    return system.call(contracts.administration.InviteMigrated, system.caller("support"), account_id=account_id)


def progress(system):
    return system.call(contracts.administration.GetInvitations, system.caller("support"))


def test_all_who_were_not_invited_yet_get_their_id_and_a_link_and_progress_is_told(identity):
    people = [person(f"p{number:03}@example.org", f"OLD-{number}", "fr") for number in range(250)]
    take_over(identity, *people)
    assert progress(identity) == {"migrated": 250, "not_invited": 250, "waiting": 0, "invited": 0, "arrived": 0}
    assert invite(identity) == {"waiting": 250}
    invited = identity.announced(contracts.events.AccountInvited, count=250)
    assert {fact.data["email"] for fact in invited} == {each["email"] for each in people}
    first = next(fact for fact in invited if fact.data["email"] == "p000@example.org")
    assert (first.data["application_id"], first.data["language"], first.data["expires_hours"]) == ("OLD-0", "fr", 14 * 24)
    assert first.actor == "timer/invitations"
    choose(identity, token_in(identity, first, "reset-password"))
    assert sign_in(identity, "OLD-0", NEW_PASSWORD)["account"]["email"] == "p000@example.org"
    assert progress(identity) == {"migrated": 250, "not_invited": 0, "waiting": 0, "invited": 250, "arrived": 1}
    assert invite(identity) == {"waiting": 0}
    assert count(identity, contracts.events.AccountInvited) == 250
    assert len({entry.subject for entry in trail(identity, "account:invite")}) == 250


def test_one_person_is_invited_again_with_the_same_link_which_works_once(identity):
    take_over(identity, person(application_id=OLD_ID))
    invite(identity)
    (first,) = identity.announced(contracts.events.AccountInvited)
    assert invite(identity, id_of(identity)) == {"waiting": 1}
    second = identity.announced(contracts.events.AccountInvited, count=2)[1]
    choose(identity, token_in(identity, first, "reset-password"))
    with pytest.raises(contracts.errors.LinkNotValid):
        choose(identity, token_in(identity, second, "reset-password"))


def test_who_was_not_migrated_has_a_password_or_is_suspended_is_not_invited(identity):
    applicant = add_person(identity, "here@example.org", application_id="A-0000007-G")
    arrived = add_person(identity, "arrived@example.org", migrated_at=clock.now())
    suspended = add_person(identity, "gone@example.org", password=None, migrated_at=clock.now(), suspended_at=clock.now())
    for account_id in (applicant, arrived, suspended):
        with pytest.raises(contracts.errors.WrongState):
            invite(identity, account_id)
    with pytest.raises(NotFound):
        invite(identity, new_id())
    assert invite(identity) == {"waiting": 0}
    with pytest.raises(Forbidden):
        identity.call(contracts.administration.InviteMigrated, identity.caller("billing_officer"))


def test_who_chose_a_password_before_the_invitation_was_written_gets_none(identity, database):
    take_over(identity, person())
    ana = id_of(identity)
    help_somebody(identity, database, ana)
    token = token_in(identity, identity.announced(contracts.events.AccountInvited)[0], "reset-password")
    identity.kill("identity")
    with identity.session("identity") as session:
        session.execute(update(Account).values(invitation_asked_at=clock.now()))
    password_resets.reset(UnitOfWorkFactory(database, Caller), settings_of(identity), token, NEW_PASSWORD)
    assert invitations.write_some(UnitOfWorkFactory(database, Caller), settings_of(identity)) == 0


def asked(system, people):
    """So many migrated people who wait for their invitation, and no service that writes it."""
    with system.session("identity") as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, email_key, application_id, language, opened_at, migrated_at, invitation_asked_at)"
                " SELECT gen_random_uuid(), 'p' || n || '@example.org', 'p' || n || '@example.org', 'OLD-' || n, 'en', now(), now(), now()"
                " FROM generate_series(1, :people) n"
            ),
            {"people": people},
        )


def invited(system):
    with system.session("identity") as session:
        sent = (
            session.execute(text("SELECT envelope->'data'->>'account_id' FROM outbox WHERE type = 'AccountInvited'"))
            .scalars()
            .all()
        )
        waiting = session.scalar(select(func.count()).select_from(Account).where(Account.invitation_asked_at.is_not(None)))
    return sent, waiting


def test_replicas_share_the_work_and_write_each_invitation_once(system):
    asked(system, 450)
    database = Database(system.service_url("identity"), 8, "replicas")
    try:
        writers = [
            eventlet.spawn(invitations.write_some, UnitOfWorkFactory(database, Caller), settings_of(system)) for _ in range(3)
        ]
        assert sum(writer.wait() for writer in writers) == 450
    finally:
        database.close()
    sent, waiting = invited(system)
    assert (len(sent), len(set(sent)), waiting) == (450, 450, 0)


def test_a_replica_passes_over_what_another_one_is_writing(system):
    asked(system, 150)
    database = Database(system.service_url("identity"), 8, "replicas")
    units = UnitOfWorkFactory(database, Caller)
    try:
        with units.transaction() as work:
            waiting = select(Account).where(Account.invitation_asked_at.is_not(None)).order_by(Account.id)
            held = work.session.scalars(waiting.limit(100).with_for_update(key_share=True)).all()
            assert invitations.write_some(units, settings_of(system)) == 50  # and does not wait for the hundred
            invitations.invite(work, settings_of(system), held)
        assert invitations.write_some(units, settings_of(system)) == 0
    finally:
        database.close()
    sent, waiting = invited(system)
    assert (len(sent), len(set(sent)), waiting) == (150, 150, 0)


def test_a_writer_killed_in_the_middle_loses_and_doubles_nothing(system, monkeypatch):
    asked(system, 250)
    database = Database(system.service_url("identity"), 8, "replicas")
    whole, batches = invitations.invite, []

    def dies_in_its_second_batch(*arguments):
        whole(*arguments)
        batches.append(1)
        if len(batches) == 2:
            raise SystemExit

    monkeypatch.setattr(invitations, "invite", dies_in_its_second_batch)
    try:
        with pytest.raises(SystemExit):
            invitations.write_some(UnitOfWorkFactory(database, Caller), settings_of(system))
        sent, waiting = invited(system)
        assert (len(sent), waiting) == (100, 150)
        assert invitations.write_some(UnitOfWorkFactory(database, Caller), settings_of(system)) == 150
    finally:
        database.close()
    sent, waiting = invited(system)
    assert (len(sent), len(set(sent)), waiting) == (250, 250, 0)
