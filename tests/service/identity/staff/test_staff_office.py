"""The staff's work on accounts, over the real bus and database: finding, inviting, roles, suspending."""

from datetime import timedelta
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import event, select, text

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import identity as contracts
from services.contracts.college import load_college
from services.identity.accounts import invitations
from services.identity.models import Factor, HeldRole, SignInSession
from services.identity.settings import IdentitySettings
from services.identity.staff import staff_administration
from tests.support.actors.administrator import ID, boss, invite, set_roles
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    account,
    add_person,
    count,
    refresh,
    running_sessions,
    sign_in,
    token_in,
    trail,
)
from tests.support.places import ROOT


@pytest.fixture
def identity(system):
    """A running identity service with an administrator."""
    system.start("identity")
    system.boss = add_person(system, "boss@college.example", "administrator")
    return system


@pytest.fixture
def database(identity):
    database = Database(identity.service_url("identity"), 2, "counting")
    yield database
    database.close()


@pytest.fixture(scope="module")
def college():
    return load_college(ROOT / "deploy/colleges/crpo")


def find(system, wanted, cursor=None, limit=20):
    return system.call(contracts.administration.FindAccounts, system.caller("support"), text=wanted, cursor=cursor, limit=limit)


def emails(answer):
    return [each["email"] for each in answer["accounts"]]


def suspend(system, account_id, suspended=True, caller=None):
    about = {"account_id": account_id, "suspended": suspended, "note": "left the college"}
    return system.call(contracts.administration.SuspendAccount, caller or boss(system), **about)


def begin_session(system, account_id):
    now = clock.now()
    at = {"begun_at": now, "rotated_at": now, "proved_at": now, "expires_at": now + timedelta(days=30)}
    with system.session("identity") as session:
        session.add(SignInSession(id=new_id(), account_id=account_id, generation=1, **at))


# ---- finding -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(identity):
    for number, email in enumerate(("ana.b@example.org", "ana.a@example.org", "anabel@example.org", "an_b@example.org")):
        add_person(identity, email, application_id=f"OLD-{number}")
    identity.ana = add_person(identity, "Éva%x@example.org", application_id=ID)
    return identity


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("ANA", ["ana.a@example.org", "ana.b@example.org", "anabel@example.org"]),
        (" ana.b@example.org ", ["ana.b@example.org"]),
        ("an_", ["an_b@example.org"]),
        ("éVA%", ["Éva%x@example.org"]),
        ("a 0000007 g", ["Éva%x@example.org"]),
        ("old-2", ["anabel@example.org"]),
        ("%%%", []),
        ("old", []),
        ("A-0000007-H", []),
        ("nobody@example.org", []),
        ("na.a@example.org", []),
    ],
)
def test_accounts_are_found_by_the_beginning_of_the_address_or_by_the_whole_id(people, wanted, found):
    assert emails(find(people, wanted)) == found


def test_an_account_is_found_by_its_own_id_and_shown_as_staff_see_it(people):
    with people.session("identity") as session:
        kept = {"kind": "totp", "name": "phone", "added_at": clock.now(), "sealed_secret": "sealed"}
        session.add(Factor(id=new_id(), account_id=people.ana, **kept))
    (shown,) = find(people, str(people.ana).upper())["accounts"]
    assert shown["id"] == people.ana
    assert (shown["application_id"], shown["language"], shown["roles"]) == (ID, "fr", ["applicant"])
    assert (shown["migrated"], shown["second_factor"], shown["email_frozen"], shown["suspended_at"]) == (False, True, False, None)
    assert find(people, str(new_id()))["accounts"] == []


def test_a_page_tells_where_the_next_one_begins(people):
    first = find(people, "ana", limit=2)
    second = find(people, "ana", cursor=first["next_cursor"], limit=2)
    assert emails(first) + emails(second) == ["ana.a@example.org", "ana.b@example.org", "anabel@example.org"]
    assert second["next_cursor"] is None


def test_that_somebody_was_looked_for_is_in_the_trail(people):
    answer = find(people, " ana.b")
    (entry,) = trail(people, "account:find")
    assert entry.actor.startswith("account/")
    assert entry.after == {"found": [str(answer["accounts"][0]["id"])]}  # not the address, which the trail would outlive


def test_what_is_too_short_to_look_for_is_refused(people):
    for wanted in ("an", "    ", "\x00\x00\x00ana"):
        with pytest.raises(Invalid) as refusal:
            find(people, wanted)
        assert refusal.value.params["errors"][0]["field"] == "text"
    assert trail(people, "account:find") == []


def test_only_those_who_help_people_find_accounts(people):
    for caller in (people.caller("applicant"), people.caller("billing_officer"), people.caller("qa_officer")):
        with pytest.raises(Forbidden):
            people.call(contracts.administration.FindAccounts, caller, text="ana")


def test_a_beginning_is_looked_for_in_the_index_and_not_in_all_accounts(identity, database, college):
    with identity.session("identity") as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, email_key, language, opened_at) SELECT gen_random_uuid(), k, k, 'en', now()"
                " FROM (SELECT md5(n::text) || '@example.org' AS k FROM generate_series(1, 20000) n) made"
            )
        )
        session.execute(text("ANALYZE accounts"))
    asked = []
    event.listen(database.writes, "before_cursor_execute", lambda _connection, _cursor, *statement: asked.append(statement[:2]))
    with UnitOfWorkFactory(database, Caller).transaction() as work:
        staff_administration.find_accounts(work, college, contracts.administration.FindAccounts.Request(text="abc"))
        statement, values = next(each for each in asked if "FROM accounts" in each[0])
        plan = "\n".join(work.session.connection().exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    assert "ix_accounts_email_key_text" in plan
    assert "Seq Scan on accounts" not in plan


# ---- inviting ------------------------------------------------------------------------------------------------------------


def test_an_invited_colleague_has_the_roles_and_chooses_a_password_with_the_mailed_link(identity):
    shown = invite(identity, roles=["support", "qa_officer", "support"], language="fr")
    assert (shown["email"], shown["roles"], shown["application_id"]) == ("Bea@college.example", ["qa_officer", "support"], None)
    assert shown["activated_at"] is None
    bea = str(shown["id"])
    (invited,) = identity.announced(contracts.events.AccountInvited)
    assert (invited.data["account_id"], invited.data["application_id"], invited.data["language"]) == (bea, None, "fr")
    assert identity.announced(contracts.events.ContactChanged)[0].data == {
        "account_id": bea,
        "email": "Bea@college.example",
        "language": "fr",
    }
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity, "bea@college.example", NEW_PASSWORD)
    token = token_in(identity, invited, "reset-password")
    identity.call(contracts.recovery.ResetPassword, identity.anonymous, token=token, password=NEW_PASSWORD)
    assert sign_in(identity, "bea@college.example", NEW_PASSWORD)["account"]["roles"] == ["qa_officer", "support"]
    assert count(identity, contracts.events.AccountActivated) == 0  # that is told of applicants
    assert [entry.action for entry in trail(identity)][:4] == ["account:open", "role:grant", "role:grant", "account:invite"]
    assert token not in repr(trail(identity))


def test_a_colleague_whose_invitation_ran_out_asks_for_another_link(identity):
    invite(identity)
    identity.call(contracts.recovery.RequestPasswordReset, identity.anonymous, email="bea@college.example")
    (requested,) = identity.announced(contracts.events.PasswordResetRequested)
    token = token_in(identity, requested, "reset-password")
    identity.call(contracts.recovery.ResetPassword, identity.anonymous, token=token, password=NEW_PASSWORD)


def test_an_address_that_has_an_account_is_not_invited_also_not_twice_at_once(identity):
    add_person(identity)
    with pytest.raises(contracts.errors.AddressTaken):
        invite(identity, EMAIL.upper())

    def attempt():
        try:
            return invite(identity)
        except contracts.errors.AddressTaken:
            return None

    answers = [thread.wait() for thread in [eventlet.spawn(attempt) for _ in range(3)]]
    assert len([answer for answer in answers if answer]) == 1
    assert count(identity, contracts.events.AccountInvited) == 1


@pytest.mark.parametrize("roles", [[], ["applicant"], ["emperor"]])
def test_what_is_no_staff_role_is_refused(identity, roles):
    with pytest.raises(Invalid):
        invite(identity, roles=roles)


def test_only_an_administrator_who_has_just_shown_who_they_are_invites(identity):
    request = {"email": "bea@college.example", "roles": ["support"]}
    with pytest.raises(Forbidden):
        identity.call(contracts.administration.InviteStaff, identity.caller("registrar", "support"), **request)
    token = identity.keys.signer.sign(identity.boss, ["administrator"], new_id(), "en", proved_at=1)
    with pytest.raises(StepUpRequired):
        identity.call(contracts.administration.InviteStaff, identity.keys.verifier.caller(token, None, None, None), **request)


# ---- the list ------------------------------------------------------------------------------------------------------------


def test_the_list_shows_staff_by_address_with_two_queries(identity, database):
    add_person(identity)
    for number in range(5):
        add_person(identity, f"{5 - number}@college.example", "support", "registrar")
    listed = identity.call(contracts.administration.ListStaff, boss(identity))
    assert emails(listed) == [*(f"{number}@college.example" for number in range(1, 6)), "boss@college.example"]
    assert listed["accounts"][0]["roles"] == ["registrar", "support"]
    seen = []
    event.listen(database.reads, "before_cursor_execute", lambda _connection, _cursor, statement, *_: seen.append(statement))
    with UnitOfWorkFactory(database, Caller).reading() as work:
        assert len(staff_administration.list_staff(work).accounts) == 6
    assert len(seen) == 2


# ---- roles ---------------------------------------------------------------------------------------------------------------


def test_new_roles_take_the_place_of_the_old_ones_and_end_the_sessions(identity):
    bea = add_person(identity, "bea@college.example", "support", "qa_officer", "registrant")
    begin_session(identity, bea)
    assert set_roles(identity, bea, "registrar", "support")["roles"] == ["registrant", "registrar", "support"]
    assert running_sessions(identity, bea) == 0
    (entry,) = trail(identity, "account:set-roles")
    assert (entry.actor, entry.subject) == (f"account/{identity.boss}", f"account/{bea}")
    assert entry.before == {"roles": ["qa_officer", "registrant", "support"]}
    assert entry.after == {"roles": ["registrant", "registrar", "support"]}
    assert [one.after["role"] for one in trail(identity, "role:grant") if one.subject == f"account/{bea}"][-1] == "registrar"


def test_whoever_has_left_holds_no_staff_role_any_more(identity):
    bea = add_person(identity, "bea@college.example", "support")
    assert set_roles(identity, bea)["roles"] == []
    assert emails(identity.call(contracts.administration.ListStaff, boss(identity))) == ["boss@college.example"]


def test_the_same_roles_again_change_nothing(identity):
    bea = add_person(identity, "bea@college.example", "support")
    begin_session(identity, bea)
    set_roles(identity, bea, "support")
    assert running_sessions(identity, bea) == 1
    assert trail(identity) == []


def test_nobody_changes_their_own_roles_or_those_of_an_account_that_is_not_there(identity):
    with pytest.raises(contracts.errors.OwnAccount):
        set_roles(identity, identity.boss, "administrator", "registrar")
    with pytest.raises(NotFound):
        set_roles(identity, new_id(), "support")


def test_two_administrators_who_remove_each_other_at_once_leave_one(identity):
    other = add_person(identity, "other@college.example", "administrator")
    suspended = add_person(identity, "gone@college.example", "administrator", suspended_at=clock.now())

    def attempt(caller_id, account_id):
        try:
            return set_roles(identity, account_id, caller=identity.caller("administrator", account_id=caller_id))
        except contracts.errors.LastAdministrator:
            return None

    pairs = [(identity.boss, other), (other, identity.boss)]
    answers = [thread.wait() for thread in [eventlet.spawn(attempt, *pair) for pair in pairs]]
    assert len([answer for answer in answers if answer]) == 1
    with identity.session("identity") as session:
        held = session.scalars(select(HeldRole.account_id).filter_by(role="administrator")).all()
    assert len(set(held) - {suspended}) == 1


# ---- suspending ----------------------------------------------------------------------------------------------------------


def test_a_suspended_account_has_no_session_and_no_link_and_can_be_let_in_again(identity):
    ana = add_person(identity, application_id=ID)
    tokens = sign_in(identity)
    identity.call(contracts.recovery.RequestPasswordReset, identity.anonymous, email=EMAIL)
    token = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    shown = suspend(identity, ana)
    assert shown["suspended_at"] is not None
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)
    with pytest.raises(contracts.errors.LinkNotValid):
        identity.call(contracts.recovery.ResetPassword, identity.anonymous, token=token, password=NEW_PASSWORD)
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity)
    assert suspend(identity, ana, suspended=False)["suspended_at"] is None
    assert sign_in(identity)["account"]["email"] == EMAIL
    entries = [*trail(identity, "account:suspend"), *trail(identity, "account:reinstate")]
    assert [(UUID(entry.subject.removeprefix("account/")), entry.after) for entry in entries] == [
        (ana, {"suspended": True, "note": "left the college"}),
        (ana, {"suspended": False, "note": "left the college"}),
    ]


def test_what_is_so_already_is_told(identity):
    ana = add_person(identity)
    with pytest.raises(contracts.errors.WrongState):
        suspend(identity, ana, suspended=False)
    suspend(identity, ana)
    with pytest.raises(contracts.errors.WrongState):
        suspend(identity, ana)


def test_nobody_suspends_themselves_or_the_last_administrator(identity):
    with pytest.raises(contracts.errors.OwnAccount):
        suspend(identity, identity.boss)
    with pytest.raises(contracts.errors.LastAdministrator):  # by somebody whose role was taken away a moment ago
        suspend(identity, identity.boss, caller=identity.caller("administrator"))
    assert account(identity, identity.boss).suspended_at is None


def test_a_suspended_person_who_waited_for_an_invitation_gets_none(identity, database):
    identity.kill("identity")
    waiting = {"password": None, "active": False, "migrated_at": clock.now(), "invitation_asked_at": clock.now()}
    ana = add_person(identity, **waiting)
    units = UnitOfWorkFactory(database, lambda: boss(identity))
    with units.transaction() as work:
        request = contracts.administration.SuspendAccount.Request(account_id=ana, suspended=True, note="left the college")
        staff_administration.suspend(work, request)
    assert invitations.write_some(units, IdentitySettings.read(identity.settings("identity", "identity"))) == 0
