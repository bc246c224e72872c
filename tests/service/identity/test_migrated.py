"""People of an earlier system: taking their accounts over, inviting them, their first password (F6, F14)."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import event, select, update

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import identity as contracts
from services.contracts.applications.applicant import GetMyApplication
from services.contracts.applications.errors import NotReadyYet
from services.contracts.college import load_college
from services.contracts.identity.administration import MigratedAccount
from services.identity.accounts import migrated_accounts
from services.identity.models import Account, CausedMail, HeldRole
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    OLD_ID,
    PASSWORD,
    account,
    add_person,
    choose,
    count,
    help_somebody,
    id_of,
    person,
    sign_in,
    take_over,
    token_in,
    trail,
)
from tests.support.places import ROOT


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


@pytest.fixture(scope="module")
def college():
    return load_college(ROOT / "deploy/colleges/crpo")


def taken_over(imported=0, known=0):
    return {"imported": imported, "known": known, "refused": []}


# ---- taking over ---------------------------------------------------------------------------------------------------------


def test_an_account_is_taken_over_with_its_address_id_language_and_role_and_without_a_password(identity):
    answer = take_over(identity, person(application_id=OLD_ID, language="fr"), person("zoe@example.org", registrant=True))
    assert answer == taken_over(imported=2)
    ana, zoe = id_of(identity), id_of(identity, "zoe@example.org")
    kept = account(identity, ana)
    assert (kept.application_id, kept.language, kept.password_hash, kept.activated_at) == (OLD_ID, "fr", None, None)
    assert kept.migrated_at is not None
    assert account(identity, zoe).application_id.startswith("A-0000001-")
    told = {fact.data["account_id"]: fact.data for fact in identity.announced(contracts.events.AccountMigrated, count=2)}
    assert told[str(ana)] == {
        "account_id": str(ana),
        "email": EMAIL,
        "language": "fr",
        "application_id": OLD_ID,
        "registrant": False,
    }
    assert told[str(zoe)]["registrant"] is True
    with identity.session("identity") as session:
        held = session.execute(select(HeldRole.account_id, HeldRole.role)).all()
    assert {(str(row.account_id), row.role) for row in held} == {(str(ana), "applicant"), (str(zoe), "registrant")}
    assert {entry.action for entry in trail(identity)} == {"account:migrate", "role:grant"}


def test_taking_over_the_same_people_again_changes_nothing(identity):
    people = [person(application_id=OLD_ID), person("zoe@example.org")]
    take_over(identity, *people)
    again = take_over(identity, *people, person("ANA.tremblay@EXAMPLE.org", "crpo-2019/44"), person("eve@example.org"))
    assert again == taken_over(imported=1, known=3)
    assert count(identity, contracts.events.AccountMigrated) == 3


def test_what_cannot_be_taken_over_is_told_and_the_rest_is(identity):
    add_person(identity, "here@example.org", application_id="A-0000007-G")
    answer = take_over(
        identity,
        person(application_id=OLD_ID),
        person("here@example.org"),
        person("id@example.org", "a 0000007 g"),
        person("same@example.org", OLD_ID.lower()),
        person("other@example.org", "X1"),
        person("mail@example.org", "me@example.org"),
        person("pasted@example.org", "AB\u200b12"),
        person(EMAIL, "ANOTHER-1"),
        person("new@example.org", "A-0000008-E"),
    )
    assert answer["imported"] == 3
    assert {refused["email"]: refused["reason"] for refused in answer["refused"]} == {
        "here@example.org": "address_taken",
        "id@example.org": "application_id_taken",
        "same@example.org": "application_id_taken",
        "other@example.org": "application_id_invalid",
        "mail@example.org": "application_id_invalid",
        EMAIL: "address_taken",
    }
    taken_over = {fact.data["application_id"] for fact in identity.announced(contracts.events.AccountMigrated, 3)}
    assert taken_over == {OLD_ID, "AB12", "A-0000008-E"}


def test_two_who_take_over_the_same_people_at_once_make_each_account_once(identity):
    people = [person(f"p{number:02}@example.org", f"OLD-{number}") for number in range(40)]
    lists = [people, people[::-1], people[20:] + people[:20]]
    answers = [thread.wait() for thread in [eventlet.spawn(take_over, identity, *each) for each in lists]]
    assert sum(answer["imported"] for answer in answers) == 40
    assert sum(answer["known"] for answer in answers) == 80
    assert [answer["refused"] for answer in answers] == [[], [], []]
    assert count(identity, contracts.events.AccountMigrated) == 40


def test_five_hundred_take_no_more_statements_than_five(identity, database, college):
    seen = []
    event.listen(database.writes, "before_cursor_execute", lambda _connection, _cursor, statement, *_: seen.append(statement))

    def statements(people):
        seen.clear()
        with UnitOfWorkFactory(database, Caller).transaction() as work:
            taken_over = migrated_accounts.take_over(work, college, [MigratedAccount(**person) for person in people])
            assert taken_over.imported == len(people)
        return len(seen)

    few = statements([person(f"few{number}@example.org") for number in range(5)])
    many = statements([person(f"many{number}@example.org") for number in range(500)])
    # The driver splits a list of rows into pages; two thousand rows (accounts, roles, events, the trail) are a few of them.
    assert few < 15
    assert many < few + 10


def test_our_numbers_pass_over_the_ids_that_people_brought_along(identity, college):
    series = college.numbering.application_id
    brought = [series.numbering.make(number + series.first - 1) for number in (1, 2, 3, 5)]
    people = [person(f"p{number}@example.org", application_id) for number, application_id in enumerate(brought)]
    take_over(identity, *people, person("none@example.org"))
    opened = identity.call(contracts.accounts.OpenAccount, identity.anonymous, email="new@example.org", password=PASSWORD)
    assert opened["expires_hours"] == 48
    with identity.session("identity") as session:
        ids = session.scalars(select(Account.application_id)).all()
    assert len(set(ids)) == 6
    assert set(brought) <= set(ids)


def test_only_an_administrator_who_has_just_shown_who_they_are_takes_accounts_over(identity):
    with pytest.raises(Forbidden):
        identity.call(contracts.administration.ImportAccounts, identity.caller("support", "registrar"), accounts=[person()])
    token = identity.keys.signer.sign(new_id(), ["administrator"], new_id(), "en", proved_at=1)
    with pytest.raises(StepUpRequired):
        identity.call(
            contracts.administration.ImportAccounts, identity.keys.verifier.caller(token, None, None, None), accounts=[person()]
        )


# ---- the first sign-in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", [EMAIL, OLD_ID, "crpo-2019/44", f" {OLD_ID} "])
def test_nobody_signs_in_before_choosing_a_password_and_then_also_by_the_old_id(identity, login):
    take_over(identity, person(application_id=OLD_ID))
    for password in (PASSWORD, "None"):
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(identity, login, password)
    identity.call(contracts.recovery.RequestPasswordReset, identity.anonymous, email=EMAIL, application_id=OLD_ID)
    (requested,) = identity.announced(contracts.events.PasswordResetRequested)
    assert requested.data["expires_hours"] == 14 * 24
    choose(identity, token_in(identity, requested, "reset-password"))
    assert sign_in(identity, login, NEW_PASSWORD)["account"]["application_id"] == OLD_ID
    assert identity.announced(contracts.events.AccountActivated)[0].data == {"account_id": str(id_of(identity))}


def test_a_migrated_registrant_has_no_application_that_an_activation_would_be_told_to(identity):
    take_over(identity, person(registrant=True))
    identity.call(contracts.recovery.RequestPasswordReset, identity.anonymous, email=EMAIL)
    choose(identity, token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password"))
    assert sign_in(identity, EMAIL, NEW_PASSWORD)["account"]["roles"] == ["registrant"]
    assert count(identity, contracts.events.AccountActivated) == 0


def test_whoever_tries_to_sign_in_before_choosing_a_password_is_refused_as_ever_and_gets_a_link(identity):
    take_over(identity, person(application_id=OLD_ID))
    for login in (EMAIL, OLD_ID):
        with pytest.raises(contracts.errors.SignInRefused):
            sign_in(identity, login)
    assert count(identity, contracts.events.AccountInvited) == 1
    (invited,) = identity.announced(contracts.events.AccountInvited)
    choose(identity, token_in(identity, invited, "reset-password"))
    assert sign_in(identity, OLD_ID, NEW_PASSWORD)["account"]["email"] == EMAIL


def test_a_try_to_sign_in_invites_at_most_once_an_hour(identity, database):
    take_over(identity, person(application_id=OLD_ID))
    ana = id_of(identity)
    threads = [eventlet.spawn(help_somebody, identity, database, ana) for _ in range(4)]
    for thread in threads:
        thread.wait()
    assert count(identity, contracts.events.AccountInvited) == 1
    with identity.session("identity") as session:
        session.execute(update(CausedMail).values(at=clock.now() - timedelta(minutes=61)))
    help_somebody(identity, database, ana)
    first, again = (
        token_in(identity, one, "reset-password") for one in identity.announced(contracts.events.AccountInvited, count=2)
    )
    assert first == again
    choose(identity, first)
    help_somebody(identity, database, ana)  # has a password now
    assert count(identity, contracts.events.AccountInvited) == 2


def test_a_suspended_account_is_not_helped(identity, database):
    take_over(identity, person())
    with identity.session("identity") as session:
        session.execute(update(Account).values(suspended_at=clock.now()))
    help_somebody(identity, database, id_of(identity))
    assert count(identity, contracts.events.AccountInvited) == 0


def test_asking_for_an_activation_or_opening_an_account_again_invites_a_migrated_person(identity):
    take_over(identity, person(application_id=OLD_ID))
    identity.call(contracts.accounts.ResendActivation, identity.anonymous, email=EMAIL)
    identity.call(contracts.accounts.OpenAccount, identity.anonymous, email=EMAIL, password=PASSWORD)
    assert count(identity, contracts.events.ActivationLinkRenewed) == 0
    assert count(identity, contracts.events.AccountInvited) == 1
    assert account(identity, id_of(identity)).password_hash is None


# ---- what others make of it ----------------------------------------------------------------------------------------------


def test_a_migrated_applicant_has_a_draft_under_the_old_id_and_a_registrant_has_none(system):
    system.start("applications")
    migrated = {"email": EMAIL, "language": "fr", "application_id": OLD_ID}
    ana, zoe = new_id(), new_id()
    envelope = system.publish(contracts.events.AccountMigrated, account_id=ana, registrant=False, **migrated)
    system.publish_again(envelope, times=3)
    system.publish(contracts.events.AccountMigrated, account_id=zoe, registrant=True, **{**migrated, "application_id": "OLD-2"})
    system.publish(contracts.events.AccountActivated, account_id=ana)
    system.settle()
    mine = system.call(GetMyApplication, system.caller("applicant", account_id=ana))
    assert (mine["reference"], mine["state"]) == (OLD_ID, "draft")
    with pytest.raises(NotReadyYet):
        system.call(GetMyApplication, system.caller("registrant", "applicant", account_id=zoe))
    assert system.dead_letters("applications") == []
