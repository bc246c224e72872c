"""People of an earlier system: taking their accounts over, inviting them, their first password (F6, F14)."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import event, func, select, text, update

from services.common import clock
from services.common.access import StepUpRequired
from services.common.caller import Caller
from services.common.database import Database
from services.common.errors import Forbidden, NotFound
from services.common.ids import new_id
from services.common.work import Works
from services.contracts import identity as contracts
from services.contracts.applications.applicant import GetMyApplication
from services.contracts.college import load_college
from services.identity import invitations, migrated_accounts
from services.identity.models import Account, HeldRole, MailedLink
from services.identity.settings import IdentitySettings
from tests.service.identity_people import EMAIL, NEW_PASSWORD, PASSWORD, account, add_person, count, sign_in, token_in, trail
from tests.support.templates import ROOT

OLD_ID = "CRPO-2019/44"


@pytest.fixture
def identity(house):
    house.start("identity")
    return house


@pytest.fixture
def database(identity):
    """Identity's database as another replica has it."""
    database = Database(identity.service_url("identity"), 8, "replica")
    yield database
    database.close()


@pytest.fixture(scope="module")
def college():
    return load_college(ROOT / "deploy/colleges/crpo")


def settings_of(house):
    return IdentitySettings.read(house.settings("identity", "identity"))


def person(email=EMAIL, application_id=None, language="en", registrant=False):
    return {"email": email, "application_id": application_id, "language": language, "registrant": registrant}


def take_over(house, *people, **more):
    return house.call(contracts.ImportAccounts, house.caller("administrator"), accounts=list(people), **more)


def taken_over(imported=0, known=0, **refused):
    return {
        "imported": imported,
        "known": known,
        "refused": [{"email": email.replace("_", "@"), "reason": reason} for email, reason in refused.items()],
    }


def id_of(house, email=EMAIL):
    with house.session("identity") as session:
        return session.scalars(select(Account.id).filter_by(email_key=email)).one()


def invite(house, account_id=None):
    return house.call(contracts.InviteMigrated, house.caller("support"), account_id=account_id)


def progress(house):
    return house.call(contracts.GetInvitations, house.caller("support"))


def choose(house, token, password=NEW_PASSWORD):
    return house.call(contracts.ResetPassword, house.anonymous, token=token, password=password)


# ---- taking over ---------------------------------------------------------------------------------------------------------


def test_an_account_is_taken_over_with_its_address_id_language_and_role_and_without_a_password(identity):
    answer = take_over(identity, person(application_id=OLD_ID, language="fr"), person("zoe@example.org", registrant=True))
    assert answer == taken_over(imported=2)
    ana, zoe = id_of(identity), id_of(identity, "zoe@example.org")
    kept = account(identity, ana)
    assert (kept.application_id, kept.language, kept.password_hash, kept.activated_at) == (OLD_ID, "fr", None, None)
    assert kept.migrated_at is not None
    assert account(identity, zoe).application_id == "A-0000001-8"
    told = {fact.data["account_id"]: fact.data for fact in identity.announced(contracts.AccountMigrated, count=2)}
    assert told[str(ana)] == {
        "account_id": str(ana),
        "email": EMAIL,
        "language": "fr",
        "application_id": OLD_ID,
        "registrant": False,
    }
    assert told[str(zoe)]["registrant"] is True
    granted = {(fact.data["account_id"], fact.data["role"]) for fact in identity.announced(contracts.RoleGranted, count=2)}
    assert granted == {(str(ana), "applicant"), (str(zoe), "registrant")}
    with identity.session("identity") as session:
        held = session.execute(select(HeldRole.account_id, HeldRole.role)).all()
    assert {(str(row.account_id), row.role) for row in held} == granted
    assert {entry.action for entry in trail(identity)} == {"account:migrate", "role:grant"}


def test_taking_over_the_same_people_again_changes_nothing(identity):
    people = [person(application_id=OLD_ID), person("zoe@example.org")]
    take_over(identity, *people)
    again = take_over(identity, *people, person("ANA.tremblay@EXAMPLE.org", "crpo-2019/44"), person("eve@example.org"))
    assert again == taken_over(imported=1, known=3)
    assert count(identity, contracts.AccountMigrated) == 3


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
        person("nul@example.org", "AB\u200b12"),
        person(EMAIL, "ANOTHER-1"),
        person("new@example.org", "A-0000008-E"),
    )
    assert answer["imported"] == 2
    assert {refused["email"]: refused["reason"] for refused in answer["refused"]} == {
        "here@example.org": "address_taken",
        "id@example.org": "application_id_taken",
        "same@example.org": "application_id_taken",
        "other@example.org": "application_id_invalid",
        "mail@example.org": "application_id_invalid",
        "nul@example.org": "application_id_invalid",
        EMAIL: "address_taken",
    }
    assert count(identity, contracts.AccountMigrated) == 2


def test_two_who_take_over_the_same_people_at_once_make_each_account_once(identity):
    people = [person(f"p{number:02}@example.org", f"OLD-{number}") for number in range(40)]
    lists = [people, people[::-1], people[20:] + people[:20]]
    answers = [thread.wait() for thread in [eventlet.spawn(take_over, identity, *each) for each in lists]]
    assert sum(answer["imported"] for answer in answers) == 40
    assert sum(answer["known"] for answer in answers) == 80
    assert [answer["refused"] for answer in answers] == [[], [], []]
    assert count(identity, contracts.AccountMigrated) == 40


def test_five_hundred_take_no_more_statements_than_five(identity, database, college):
    seen = []
    event.listen(database.writes, "before_cursor_execute", lambda _connection, _cursor, statement, *_: seen.append(statement))

    def statements(people):
        seen.clear()
        with Works(database, Caller).transaction() as work:
            assert migrated_accounts.take_over(work, college, people)["imported"] == len(people)
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
    opened = identity.call(contracts.OpenAccount, identity.anonymous, email="new@example.org", password=PASSWORD)
    assert opened["expires_hours"] == 48
    with identity.session("identity") as session:
        ids = session.scalars(select(Account.application_id)).all()
    assert len(set(ids)) == 6
    assert set(brought) <= set(ids)


def test_only_an_administrator_who_has_just_shown_who_they_are_takes_accounts_over(identity):
    with pytest.raises(Forbidden):
        identity.call(contracts.ImportAccounts, identity.caller("support", "registrar"), accounts=[person()])
    token = identity.keys.signer.sign(new_id(), ["administrator"], new_id(), "en", proved_at=1)
    with pytest.raises(StepUpRequired):
        identity.call(contracts.ImportAccounts, identity.keys.verifier.caller(token, None, None, None), accounts=[person()])


# ---- the first sign-in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", [EMAIL, OLD_ID, "crpo-2019/44", f" {OLD_ID} "])
def test_nobody_signs_in_before_choosing_a_password_and_then_also_by_the_old_id(identity, login):
    take_over(identity, person(application_id=OLD_ID))
    for password in ("", PASSWORD, "None"):
        with pytest.raises(contracts.SignInRefused):
            sign_in(identity, login, password or "x")
    identity.call(contracts.RequestPasswordReset, identity.anonymous, email=EMAIL, application_id=OLD_ID)
    (requested,) = identity.announced(contracts.PasswordResetRequested)
    assert requested.data["expires_hours"] == 14 * 24
    choose(identity, token_in(identity, requested, "reset-password"))
    assert sign_in(identity, login, NEW_PASSWORD)["account"]["application_id"] == OLD_ID
    assert identity.announced(contracts.AccountActivated)[0].data == {"account_id": str(id_of(identity))}


def test_a_migrated_registrant_has_no_application_that_an_activation_would_be_told_to(identity):
    take_over(identity, person(registrant=True))
    identity.call(contracts.RequestPasswordReset, identity.anonymous, email=EMAIL)
    choose(identity, token_in(identity, identity.announced(contracts.PasswordResetRequested)[0], "reset-password"))
    assert sign_in(identity, EMAIL, NEW_PASSWORD)["account"]["roles"] == ["registrant"]
    assert count(identity, contracts.AccountActivated) == 0


def help_somebody(house, database, account_id):
    with Works(database, Caller).transaction() as work:
        found = work.session.get(Account, account_id)
        invitations.help_migrated(work, settings_of(house), found)


def test_a_try_to_sign_in_invites_at_most_once_an_hour(identity, database):
    take_over(identity, person(application_id=OLD_ID))
    ana = id_of(identity)
    threads = [eventlet.spawn(help_somebody, identity, database, ana) for _ in range(4)]
    for thread in threads:
        thread.wait()
    assert count(identity, contracts.AccountInvited) == 1
    with identity.session("identity") as session:
        session.execute(update(MailedLink).values(issued_at=clock.now() - timedelta(minutes=61)))
    help_somebody(identity, database, ana)
    invited = identity.announced(contracts.AccountInvited, count=2)
    with pytest.raises(contracts.LinkNotValid):
        choose(identity, token_in(identity, invited[0], "reset-password"))
    choose(identity, token_in(identity, invited[1], "reset-password"))
    help_somebody(identity, database, ana)  # has a password now
    assert count(identity, contracts.AccountInvited) == 2


def test_a_suspended_account_is_not_helped(identity, database):
    take_over(identity, person())
    with identity.session("identity") as session:
        session.execute(update(Account).values(suspended_at=clock.now()))
    help_somebody(identity, database, id_of(identity))
    assert count(identity, contracts.AccountInvited) == 0


def test_asking_for_an_activation_or_opening_an_account_again_invites_a_migrated_person(identity):
    take_over(identity, person(application_id=OLD_ID))
    identity.call(contracts.ResendActivation, identity.anonymous, email=EMAIL)
    identity.call(contracts.OpenAccount, identity.anonymous, email=EMAIL, password=PASSWORD)
    assert count(identity, contracts.ActivationLinkRenewed) == 0
    assert count(identity, contracts.AccountInvited) == 1
    assert account(identity, id_of(identity)).password_hash is None


# ---- inviting ------------------------------------------------------------------------------------------------------------


def test_all_who_were_not_invited_yet_get_their_id_and_a_link_and_progress_is_told(identity):
    people = [person(f"p{number:03}@example.org", f"OLD-{number}", "fr") for number in range(250)]
    take_over(identity, *people)
    assert progress(identity) == {"migrated": 250, "not_invited": 250, "waiting": 0, "invited": 0, "arrived": 0}
    assert invite(identity) == {"waiting": 250}
    invited = identity.announced(contracts.AccountInvited, count=250, within_s=60)
    assert {fact.data["email"] for fact in invited} == {each["email"] for each in people}
    first = next(fact for fact in invited if fact.data["email"] == "p000@example.org")
    assert (first.data["application_id"], first.data["language"], first.data["expires_hours"]) == ("OLD-0", "fr", 14 * 24)
    assert first.actor == "timer/invitations"
    choose(identity, token_in(identity, first, "reset-password"))
    assert sign_in(identity, "OLD-0", NEW_PASSWORD)["account"]["email"] == "p000@example.org"
    assert progress(identity) == {"migrated": 250, "not_invited": 0, "waiting": 0, "invited": 250, "arrived": 1}
    assert invite(identity) == {"waiting": 0}
    assert count(identity, contracts.AccountInvited) == 250
    assert len({entry.subject for entry in trail(identity, "account:invite")}) == 250


def test_one_person_is_invited_again_and_the_link_before_stops_working(identity):
    take_over(identity, person(application_id=OLD_ID))
    invite(identity)
    (first,) = identity.announced(contracts.AccountInvited, within_s=30)
    assert invite(identity, id_of(identity)) == {"waiting": 1}
    second = identity.announced(contracts.AccountInvited, count=2, within_s=30)[1]
    with pytest.raises(contracts.LinkNotValid):
        choose(identity, token_in(identity, first, "reset-password"))
    choose(identity, token_in(identity, second, "reset-password"))


def test_who_was_not_migrated_has_a_password_or_is_suspended_is_not_invited(identity):
    applicant = add_person(identity, "here@example.org", application_id="A-0000007-G")
    arrived = add_person(identity, "arrived@example.org", migrated_at=clock.now())
    suspended = add_person(identity, "gone@example.org", password=None, migrated_at=clock.now(), suspended_at=clock.now())
    for account_id in (applicant, arrived, suspended):
        with pytest.raises(contracts.WrongState):
            invite(identity, account_id)
    with pytest.raises(NotFound):
        invite(identity, new_id())
    assert invite(identity) == {"waiting": 0}
    with pytest.raises(Forbidden):
        identity.call(contracts.InviteMigrated, identity.caller("billing_officer"))


def test_who_chose_a_password_before_the_invitation_was_written_gets_none(identity, database):
    take_over(identity, person())
    ana = id_of(identity)
    help_somebody(identity, database, ana)
    token = token_in(identity, identity.announced(contracts.AccountInvited)[0], "reset-password")
    identity.kill("identity")
    with identity.session("identity") as session:
        session.execute(update(Account).values(invitation_asked_at=clock.now()))
    with pytest.raises(Exception, match="too_weak"):
        from services.identity import passwords_forgotten

        passwords_forgotten.reset(Works(database, Caller), token, "short")
    passwords_forgotten.reset(Works(database, Caller), token, NEW_PASSWORD)
    assert invitations.write_some(Works(database, Caller), settings_of(identity)) == 0


def asked(house, people):
    """So many migrated people who wait for their invitation, and no service that writes it."""
    with house.session("identity") as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, email_key, application_id, language, opened_at, migrated_at, invitation_asked_at)"
                " SELECT gen_random_uuid(), 'p' || n || '@example.org', 'p' || n || '@example.org', 'OLD-' || n, 'en', now(), now(), now()"
                " FROM generate_series(1, :people) n"
            ),
            {"people": people},
        )


def invited(house):
    with house.session("identity") as session:
        sent = (
            session.execute(text("SELECT envelope->'data'->>'account_id' FROM outbox WHERE type = 'AccountInvited'"))
            .scalars()
            .all()
        )
        waiting = session.scalar(select(func.count()).select_from(Account).where(Account.invitation_asked_at.is_not(None)))
    return sent, waiting


def test_replicas_share_the_work_and_write_each_invitation_once(house):
    asked(house, 450)
    database = Database(house.service_url("identity"), 8, "replicas")
    try:
        writers = [eventlet.spawn(invitations.write_some, Works(database, Caller), settings_of(house)) for _ in range(3)]
        assert sum(writer.wait() for writer in writers) == 450
    finally:
        database.close()
    sent, waiting = invited(house)
    assert (len(sent), len(set(sent)), waiting) == (450, 450, 0)


def test_a_writer_killed_in_the_middle_loses_and_doubles_nothing(house, monkeypatch):
    asked(house, 250)
    database = Database(house.service_url("identity"), 8, "replicas")
    whole, batches = invitations.invite, []

    def dies_in_its_second_batch(*arguments):
        whole(*arguments)
        batches.append(1)
        if len(batches) == 2:
            raise SystemExit

    monkeypatch.setattr(invitations, "invite", dies_in_its_second_batch)
    try:
        with pytest.raises(SystemExit):
            invitations.write_some(Works(database, Caller), settings_of(house))
        sent, waiting = invited(house)
        assert (len(sent), waiting) == (100, 150)
        assert invitations.write_some(Works(database, Caller), settings_of(house)) == 150
    finally:
        database.close()
    sent, waiting = invited(house)
    assert (len(sent), len(set(sent)), waiting) == (250, 250, 0)


# ---- what others make of it ----------------------------------------------------------------------------------------------


def test_a_migrated_applicant_has_a_draft_under_the_old_id_and_a_registrant_has_none(house):
    house.start("applications")
    migrated = {"email": EMAIL, "language": "fr", "application_id": OLD_ID}
    ana, zoe = new_id(), new_id()
    envelope = house.publish(contracts.AccountMigrated, account_id=ana, registrant=False, **migrated)
    house.publish_again(envelope, times=3)
    house.publish(contracts.AccountMigrated, account_id=zoe, registrant=True, **{**migrated, "application_id": "OLD-2"})
    house.publish(contracts.AccountActivated, account_id=ana)
    house.settle()
    mine = house.call(GetMyApplication, house.caller("applicant", account_id=ana))
    assert (mine["reference"], mine["state"]) == (OLD_ID, "draft")
    with pytest.raises(NotFound):
        house.call(GetMyApplication, house.caller("registrant", "applicant", account_id=zoe))
    assert house.dead_letters("applications") == []
