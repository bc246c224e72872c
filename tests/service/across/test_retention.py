"""Destroying what is past its time in identity and correspondence, unless it is held (R15)."""

from datetime import timedelta
from types import SimpleNamespace

import eventlet
import pytest
from sqlalchemy import func, insert, select, text

from services.applications.models import Application
from services.common.duties import retention as floor
from services.common.duties.legal_holds import held
from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import correspondence as letters
from services.contracts import identity as contracts
from services.correspondence import retention as correspondence
from services.correspondence.models import Contact, KnownApplication, Message, legal_holds
from services.identity.models import AccessRequest, Account, Delegation, HeldRole, MailedLink
from services.identity.privacy import retention as identity
from tests.support.actors.correspondence_desk import until
from tests.support.actors.identity_people import EMAIL, add_person, count
from tests.support.actors.retention_desk import age, college, destructions, hold, there, works_of, years_ago

SMTP = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9"}


def run(system, times=1):
    """Runs identity's job, in as many replicas at once."""
    with works_of(system, "identity") as units:
        for greenlet in [eventlet.spawn(identity.destroy_due, units, college()) for _ in range(times)]:
            greenlet.wait()


def never_activated(system, number=0, opened_at=None, **columns):
    """An account that somebody opened and never confirmed."""
    how = {"active": False, "application_id": f"A000{number}", **columns}
    account_id = add_person(system, f"nobody.{number}@example.org", **how)
    age(system, "identity", Account, account_id, opened_at=opened_at or years_ago(1, days=1))
    return account_id


def link_of(system, account_id, expires_at):
    row = {"account_id": account_id, "purpose": "activation", "token_digest": new_id().bytes, "issued_at": clock.now()}
    with system.session("identity") as session:
        session.execute(insert(MailedLink).values(**row, expires_at=expires_at))


def asked_for_access(system, state="refused", decided_at=None, account_id=None):
    row = {"id": new_id(), "reference": f"R-{new_id()}", "kind": "lost_email", "state": state, "asked_at": years_ago(5)}
    row |= {"contact_email": "x@example.org", "language": "en", "stated": {"legal_name": "X"}, "account_id": account_id}
    with system.session("identity") as session:
        session.execute(insert(AccessRequest).values(**row, decided_at=decided_at))
    return row["id"]


def delegation(system, account_id, state="ended", ended_at=None):
    row = {"id": new_id(), "account_id": account_id, "delegate_email": "d@example.org", "delegate_name": "D", "pages": ["fees"]}
    with system.session("identity") as session:
        session.execute(insert(Delegation).values(**row, state=state, invited_at=years_ago(5), ended_at=ended_at))
    return row["id"]


# ---- identity ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(system):
    system.start("identity")
    return system


def test_an_account_that_nobody_activated_in_its_time_goes_with_all_that_is_its_own(office):
    gone, young = never_activated(office, 1), never_activated(office, 2, opened_at=years_ago(1, days=-2))
    link_of(office, gone, expires_at=years_ago(1))
    run(office)
    assert there(office, "identity", Account) == {young}
    with office.session("identity") as session:
        assert session.scalar(select(func.count()).select_from(HeldRole).where(HeldRole.account_id == gone)) == 0
    [told] = office.announced(contracts.events.AccountDestroyed)
    assert told.data == {"account_id": str(gone)}


def test_an_account_that_is_used_or_may_be_is_never_destroyed(office):
    kept = {
        add_person(office, application_id="A0001"),
        never_activated(office, 2, migrated_at=years_ago(3)),
        never_activated(office, 3, application_id=None),  # of the staff
        (linked := never_activated(office, 4)),
        (asked := never_activated(office, 5)),
        (delegate := never_activated(office, 6)),
    }
    age(office, "identity", Account, min(kept), opened_at=years_ago(30))
    link_of(office, linked, expires_at=clock.now() + timedelta(hours=1))
    asked_for_access(office, state="open", account_id=asked)
    delegation(office, delegate, state="invited")
    run(office)
    assert there(office, "identity", Account) == kept
    assert destructions(office, "identity") == []


def test_decided_requests_and_ended_delegations_go_when_their_time_is_over_and_open_ones_stay(office):
    ana = add_person(office, application_id="A0001")
    late, early = years_ago(2, days=1), years_ago(2, days=-2)
    gone = {asked_for_access(office, "refused", late), asked_for_access(office, "approved", late, ana)}
    kept = {asked_for_access(office, "refused", early), asked_for_access(office, "open"), asked_for_access(office, "proposed")}
    ended, lately, active = (
        delegation(office, ana, ended_at=late),
        delegation(office, ana, ended_at=early),
        delegation(office, ana, "invited"),
    )
    run(office)
    assert there(office, "identity", AccessRequest) == kept
    assert there(office, "identity", Delegation) == {lately, active}
    destroyed = {one.subject for one in destructions(office, "identity")}
    assert destroyed == {f"access_requests/{one}" for one in gone} | {f"delegations/{ended}"}


def test_each_destruction_is_in_the_trail_by_type_id_and_rule_and_says_nothing_of_what_it_was(office):
    account_id = never_activated(office)
    opened_at = years_ago(1, days=1)
    age(office, "identity", Account, account_id, opened_at=opened_at)
    run(office)
    [entry] = destructions(office, "identity")
    assert (entry.actor, entry.subject, entry.before) == ("timer/retention", f"unactivated_accounts/{account_id}", None)
    assert entry.after == {"rule": "1 years from opened", "counted_from": opened_at.isoformat()}
    with office.session("identity") as session:
        assert "nobody.0@example.org" not in str(session.execute(select(audit)).all())
        assert "nobody.0@example.org" not in str(session.execute(text("SELECT * FROM outbox")).all())


def test_what_is_held_stays_until_the_last_hold_is_lifted(office):
    account_id = never_activated(office, 1)
    request = asked_for_access(office, "refused", years_ago(3), add_person(office, application_id="A0009"))
    with office.session("identity") as session:
        of_request = session.scalar(select(AccessRequest.account_id).where(AccessRequest.id == request))
    registrar = office.caller("registrar")

    def place(whose):
        return office.call(contracts.administration.PlaceLegalHold, registrar, account_id=whose, reason="a case")["id"]

    first, second, third = place(account_id), place(account_id), place(of_request)
    office.call(contracts.administration.LiftLegalHold, registrar, hold_id=first, reason="settled")
    run(office)
    assert account_id in there(office, "identity", Account)
    assert there(office, "identity", AccessRequest) == {request}
    for one in (second, third):
        office.call(contracts.administration.LiftLegalHold, registrar, hold_id=one, reason="settled")
    run(office)
    assert there(office, "identity", Account) == {of_request}
    assert there(office, "identity", AccessRequest) == set()


def test_a_delegation_is_held_by_a_hold_on_either_side(office):
    ana, max_ = add_person(office, application_id="A0001"), add_person(office, "max@example.org", application_id="A0002")
    one = delegation(office, ana, ended_at=years_ago(3))
    age(office, "identity", Delegation, one, delegate_id=max_)
    office.call(contracts.administration.PlaceLegalHold, office.caller("registrar"), account_id=max_, reason="a case")
    run(office)
    assert there(office, "identity", Delegation) == {one}


def test_more_than_a_batch_goes_in_one_run_and_replicas_at_once_destroy_each_thing_once(office, monkeypatch):
    monkeypatch.setattr(floor, "BATCH", 3)
    gone = [never_activated(office, number) for number in range(10)]
    run(office, times=3)
    run(office)
    assert there(office, "identity", Account) == set()
    assert len(destructions(office, "identity")) == len(gone) == count(office, contracts.events.AccountDestroyed)


def test_a_hold_waits_for_the_batch_under_way_so_that_nothing_goes_after_it(office):
    account_id = never_activated(office)
    registrar = office.caller("registrar")
    with office.session("identity") as session:
        assert floor.alone(session)
        placing = eventlet.spawn(
            office.call, contracts.administration.PlaceLegalHold, registrar, account_id=account_id, reason="a case"
        )
        until(lambda: waiting_for_locks(office) == 1)
        assert office.call(contracts.administration.ListLegalHolds, registrar)["holds"] == []
        run(office)  # another replica has its turn
        assert there(office, "identity", Account) == {account_id}
    placing.wait()
    run(office)
    assert there(office, "identity", Account) == {account_id}


def waiting_for_locks(system):
    with system.session("identity") as session:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'")
        return session.scalar(waiting)


def test_what_fails_for_one_type_keeps_none_of_the_others(office, monkeypatch):
    account_id = never_activated(office, 1)
    request = asked_for_access(office, "refused", years_ago(3))
    broken = floor.Records(
        identity.RECORDS["unactivated_accounts"].due, lambda work, ids: work.session.execute(text("SELECT nowhere"))
    )
    monkeypatch.setitem(identity.RECORDS, "unactivated_accounts", broken)
    run(office)
    assert there(office, "identity", Account) == {account_id}
    assert request not in there(office, "identity", AccessRequest)
    assert {one.subject for one in destructions(office, "identity")} == {f"access_requests/{request}"}


def test_the_preview_counts_what_the_next_run_destroys_and_destroys_nothing(office):
    never_activated(office, 1)
    never_activated(office, 2, opened_at=years_ago(4))
    asked_for_access(office, "refused", years_ago(1))
    reply = office.call(contracts.retention.PreviewRetention, office.caller("registrar"))
    due = {one["type"]: (one["due"], one["kept_for"], one["counted_from"]) for one in reply["records"]}
    assert due == {
        "unactivated_accounts": (2, "1 years", "opened"),
        "access_requests": (0, "2 years", "decided"),
        "delegations": (0, "2 years", "ended"),
    }
    assert years_ago(4, days=1) < reply["records"][0]["oldest"] < years_ago(4, days=-1)
    assert len(there(office, "identity", Account)) == 2


def test_the_timer_does_it_by_itself(system):
    system.start("identity", RETENTION_INTERVAL_S="0.2")
    never_activated(system)
    until(lambda: there(system, "identity", Account) == set())


# ---- correspondence ------------------------------------------------------------------------------------------------------


@pytest.fixture
def post(system):
    system.start("correspondence", **SMTP)
    return system


def tidy(system):
    with works_of(system, "correspondence") as units:
        correspondence.destroy_due(units, college())


def written_to(system, delivery="given_up", years=10, days=1):
    """Somebody who was written to so long ago, and the message's id."""
    account_id, message_id, address = new_id(), new_id(), f"{new_id()}@example.org"
    contact = {"account_id": account_id, "email": address, "language": "en", "email_as_of": clock.now()}
    message = {"id": message_id, "account_id": account_id, "kind": "payment_receipt", "key": str(message_id), "language": "en"}
    message |= {"in_both": False, "sender": "college@example.org", "recipient": address, "subject": "Receipt", "body": "Thanks."}
    message |= {"had_link": False, "correlation_id": "c", "written_at": years_ago(years, days), "delivery": delivery}
    with system.session("correspondence") as session:
        session.execute(insert(Contact).values(**contact))
        session.execute(insert(Message).values(**message, due_at=clock.now() + timedelta(days=1)))
    return SimpleNamespace(account_id=account_id, email=address), message_id


def test_messages_go_when_their_time_is_over_but_not_while_they_are_on_their_way(post):
    (_, gone), (_, young), (_, under_way) = written_to(post), written_to(post, days=-2), written_to(post, "retrying")
    tidy(post)
    assert there(post, "correspondence", Message) == {young, under_way}
    assert [one.subject for one in destructions(post, "correspondence")] == [f"messages/{gone}"]


def test_messages_of_somebody_under_a_hold_stay_until_it_is_lifted(post):
    person, message = written_to(post)
    placed = hold(post, person.account_id)
    until(lambda: holds_in_force(post) == 1)
    tidy(post)
    assert there(post, "correspondence", Message) == {message}
    placed.lift()
    until(lambda: holds_in_force(post) == 0)
    tidy(post)
    assert there(post, "correspondence", Message) == set()


def holds_in_force(system):
    with system.session("correspondence") as session:
        return session.scalar(select(func.count()).select_from(legal_holds).where(~legal_holds.c.lifted))


def test_a_lifted_hold_does_not_come_back_when_it_is_heard_of_late_or_twice(post):
    person, _ = written_to(post)
    fact = {"hold_id": new_id(), "account_id": person.account_id}
    lifted = post.publish(contracts.events.LegalHoldLifted, **fact)
    until(lambda: lifts_heard(post) == 1)
    placed = post.publish(contracts.events.LegalHoldPlaced, **fact)
    for envelope in (placed, lifted, placed):
        post.publish_again(envelope)
    post.settle()
    with post.session("correspondence") as session:
        assert session.scalars(select(Contact.account_id).where(held(legal_holds, Contact.account_id))).all() == []
    tidy(post)
    assert there(post, "correspondence", Message) == set()


def lifts_heard(system):
    with system.session("correspondence") as session:
        return session.scalar(select(func.count()).select_from(legal_holds).where(legal_holds.c.lifted))


def test_a_message_to_somebody_without_an_account_goes_too(post):
    _, message = written_to(post)
    age(post, "correspondence", Message, message, account_id=None, for_address=True)
    tidy(post)
    assert there(post, "correspondence", Message) == set()


def test_an_account_that_was_destroyed_is_forgotten_and_nobody_else(post):
    (person, _), (other, kept) = written_to(post), written_to(post)
    told = post.publish(contracts.events.AccountDestroyed, account_id=person.account_id)
    until(lambda: there(post, "correspondence", Message) == {kept})
    post.publish_again(told)
    post.settle()
    with post.session("correspondence") as session:
        assert session.scalars(select(Contact.account_id)).all() == [other.account_id]
        assert session.scalars(select(KnownApplication.id)).all() == []
        assert person.email not in str(session.execute(select(audit)).all())
    [entry] = destructions(post, "correspondence")
    assert entry.after == {"rule": "with its account", "messages": 1, "known_applications": 0, "contacts": 1}
    assert post.dead_letters("correspondence") == []


def test_the_preview_of_messages(post):
    written_to(post)
    reply = post.call(letters.retention.PreviewRetention, post.caller("administrator"))
    due = {one["type"]: one["due"] for one in reply["records"]}
    assert due == {"messages": 1, "subscription_requests": 0, "subscriptions": 0}


# ---- from one service to the others --------------------------------------------------------------------------------------


def test_an_account_that_was_opened_and_never_confirmed_is_forgotten_everywhere(system):
    system.start("identity", "applications")
    system.start("correspondence", **SMTP)
    how = {"email": EMAIL, "password": "les érables rougissent en octobre", "language": "fr"}
    system.call(contracts.accounts.OpenAccount, system.anonymous, **how)
    tables = {"identity": Account, "applications": Application, "correspondence": Message}

    def rows():
        found = {}
        for service, table in tables.items():
            with system.session(service) as session:
                found[service] = session.scalar(select(func.count()).select_from(table))
        return found

    until(lambda: rows() == dict.fromkeys(tables, 1))
    with system.session("identity") as session:
        session.execute(text("UPDATE accounts SET opened_at = now() - interval '13 months'"))
        session.execute(text("UPDATE mailed_links SET expires_at = now() - interval '12 months'"))
    run(system)
    until(lambda: rows() == dict.fromkeys(tables, 0))
    with system.session("applications") as session:
        assert session.scalar(text("SELECT count(*) FROM timeline_entries")) == 0
    system.call(contracts.accounts.OpenAccount, system.anonymous, **how)  # the address is free again
    until(lambda: rows() == dict.fromkeys(tables, 1))
