"""Delivery through the real mail sink: soon after the commit, through trouble of all kinds, once; and what people and staff see of it."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.fernet import Fernet
from sqlalchemy import func, select, text, update

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence import wakeups
from services.common.persistence.tables import audit, floor
from services.contracts.applications.events import ApplicationWithdrawn
from services.contracts.correspondence.messages import (
    CannotResend,
    GetLoggedMessage,
    ListMessageLog,
    ListMessages,
    ReadMessage,
    ResendMessage,
)
from services.contracts.identity.events import AccountOpeningRepeated, ContactChanged
from services.correspondence.delivery import Outcome, claim, record
from services.correspondence.models import Base, Message
from tests.support.actors.correspondence_desk import LINK, Person, detached
from tests.support.waiting import NEVER_S, until

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink, its first retry soon."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


# ---- delivery --------------------------------------------------------------------------------------------------------


def test_a_mail_leaves_without_waiting_for_the_next_look(system, sink, monkeypatch):
    monkeypatch.setattr(wakeups, "LOOK_S", NEVER_S)
    system.start("correspondence", **sink.environment)
    for _ in range(3):
        sink.mails_to(Person.opened(system).email)


def test_fifty_messages_at_once_are_mailed_once_each_by_two_replicas(post, sink):
    first = post.containers.pop("correspondence")
    post.start("correspondence", **sink.environment)
    people = [Person.opened(post) for _ in range(50)]
    for person in people:
        sink.mails_to(person.email)
    post.settle()
    assert [len(sink.mails_to(person.email)) for person in people] == [1] * 50
    first.stop()


def test_a_refused_address_is_recorded_as_bounced_with_the_servers_words(post, sink):
    person = Person.opened(post, mailbox="bounce")
    message = _until_delivery(post, person, "bounced")
    assert message.last_error == "550 5.1.1 No such mailbox here"
    assert message.attempts == 1
    assert message.sealed_link is None
    assert sink.mails_to(person.email, 0) == []


def test_an_address_beyond_ascii_gets_its_mail_where_the_server_takes_such(post, sink):
    person = Person.opened(post, mailbox="zoé")
    assert len(sink.mails_to(person.email)) == 1


def test_a_busy_mailbox_is_tried_again_until_it_takes_the_mail(post, sink):
    person = Person.opened(post, mailbox="busy")
    message = _until_delivery(post, person, "sent")
    assert message.attempts == 3
    assert message.last_error is None
    assert len(sink.mails_to(person.email)) == 1


def test_what_is_written_while_the_mail_server_is_away_is_delivered_when_it_is_back(post, sink):
    sink.stop()
    try:
        person = Person.opened(post)
        message = _until_delivery(post, person, "retrying")
        assert "Refused" in message.last_error
        assert message.sealed_link is not None
    finally:
        sink.start()
    assert LINK in sink.mails_to(person.email)[0]["text"]
    assert _until_delivery(post, person, "sent").sealed_link is None


def test_a_mail_is_given_up_after_three_days_and_its_link_erased(post, sink):
    sink.stop()
    try:
        person = Person.opened(post)
        _until_delivery(post, person, "retrying")
        _change(post, asked_at=func.now() - timedelta(days=3), due_at=func.now())
        assert _until_delivery(post, person, "given_up").sealed_link is None
    finally:
        sink.start()


def test_what_a_killed_process_had_claimed_is_taken_up_once_its_claim_runs_out(post, sink):
    post.stop("correspondence")
    person = Person.opened(post)
    post.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")  # nobody listens there
    _until_delivery(post, person, "retrying")
    post.kill("correspondence")
    claimed_until = clock.now() + timedelta(seconds=2)
    _change(post, due_at=func.now(), claimed_until=claimed_until)
    post.start("correspondence", **sink.environment)
    sink.mails_to(person.email)
    assert _until_delivery(post, person, "sent").delivered_at > claimed_until
    assert len(sink.mails_to(person.email)) == 1


def test_one_whose_claim_has_run_out_records_nothing_over_the_one_who_has_it_now(post, sink):
    post.stop("correspondence")
    person = Person()
    post.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    person.open(post)
    _until_delivery(post, person, "retrying")
    post.stop("correspondence")
    _change(post, due_at=func.now(), claimed_until=None)
    with post.session("correspondence") as session:
        mine = claim(session)
        assert claim(session) is None
    _change(post, claimed_until=func.now() - timedelta(seconds=1))
    with post.session("correspondence") as session:
        theirs = claim(session)
    with post.session("correspondence") as session:
        assert not record(session, mine, Outcome("bounced", "too late"))
        assert record(session, theirs, Outcome("sent"))
    assert _message(post, person).delivery == "sent"


def test_a_mail_sent_twice_by_a_kill_before_the_commit_is_recognised_by_its_message_id(post, sink):
    person = Person.opened(post)
    post.publish(ApplicationWithdrawn, **person.of_application, withdrawn_at=AT)
    sink.mails_to(person.email, 2)
    message = _until_delivery(post, person, "sent", "application_withdrawn")
    with post.session("correspondence") as session:  # as the row is left by a process that is killed once the server has the mail
        claimed = {"delivery": "waiting", "delivered_at": None, "claimed_until": func.now() - timedelta(seconds=1)}
        session.execute(update(Message).where(Message.id == message.id).values(**claimed))
    mails = [mail for mail in sink.mails_to(person.email, 3) if "withdrawn" in mail["subject"]]
    assert [mail["message_id"] for mail in mails] == [f"<{message.id}@crpo.ca>"] * 2


def test_a_message_that_cannot_be_handled_does_not_end_the_delivery_of_others(post, sink):
    post.stop("correspondence")
    post.start("correspondence", **{**sink.environment, "SEALING_KEY": Fernet.generate_key().decode()})
    stuck = [Person.opened(post) for _ in range(5)]
    for person in stuck:
        assert _until_delivery(post, person, "retrying").last_error == "the link was sealed with another key"
    post.publish(AccountOpeningRepeated, account_id=stuck[0].account_id)
    assert [mail["subject"] for mail in sink.mails_to(stuck[0].email)] == ["You already have an account with CRPO"]


def test_delivery_goes_on_after_every_database_connection_was_cut(post, sink):
    sink.mails_to(Person.opened(post).email)
    with post.session("correspondence") as session:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert len(session.execute(text(cut)).all()) >= 2
    for _ in range(8):
        sink.mails_to(Person.opened(post).email)
    assert "the delivery of mails has stopped" not in _faults(post)


def test_the_tables_are_as_the_models_say(system):
    with system.session("correspondence") as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_server_default": False})
        found = compare_metadata(context, Base.metadata)
    assert [difference for difference in found if not _of_the_floor(difference)] == []


# ---- the inbox -------------------------------------------------------------------------------------------------------


def test_the_inbox_has_every_message_with_a_sentence_in_place_of_the_link(post, sink):
    person = Person.opened(post, "fr")
    sink.mails_to(person.email)
    me = post.caller("applicant", account_id=person.account_id)
    reply = post.call(ListMessages, me)
    [listed] = reply["messages"]
    assert (reply["unread"], listed["read_at"]) == (1, None)
    message = post.call(ReadMessage, me, message_id=listed["id"])
    assert message["subject"] == "CRPO – Account Activation | OPAO – Activation du compte"
    assert "A-0000017-L" in message["body"]
    assert "activate?" not in message["body"]
    assert "[[" not in message["body"]
    french, english = message["body"].split("-" * 60)
    assert "Ce lien ne figurait que dans le courriel" in french
    assert "This link was in the email only" in english
    # The mail ends with where else it is, which whoever reads it there sees.
    assert "votre mot de passe par courriel." in french and "boîte de réception" not in french
    assert english.endswith("password by email.\n")
    again = post.call(ReadMessage, me, message_id=listed["id"])
    assert again["read_at"] == message["read_at"]
    assert post.call(ListMessages, me)["unread"] == 0


def test_the_inbox_comes_in_pages_newest_first(post, sink):
    person = Person.opened(post)
    for _ in range(4):
        post.publish(AccountOpeningRepeated, account_id=person.account_id)
    sink.mails_to(person.email, 5)
    me = post.caller("applicant", account_id=person.account_id)
    first = post.call(ListMessages, me, limit=3)
    second = post.call(ListMessages, me, limit=3, cursor=first["next_cursor"])
    ids = [message["id"] for message in first["messages"] + second["messages"]]
    assert len(set(ids)) == 5
    assert ids == sorted(ids, reverse=True)
    assert second["next_cursor"] is None
    assert first["unread"] == 5


def test_other_peoples_messages_are_not_found(post, sink):
    person = Person.opened(post)
    sink.mails_to(person.email)
    stranger = post.caller("applicant")
    message = _message(post, person)
    assert post.call(ListMessages, stranger) == {"messages": [], "unread": 0, "next_cursor": None}
    with pytest.raises(NotFound):
        post.call(ReadMessage, stranger, message_id=message.id)
    with pytest.raises(NotFound):
        post.call(ReadMessage, post.caller("registrar"), message_id=message.id)  # staff have the log, not the inbox
    assert _message(post, person).read_at is None
    with pytest.raises(Unauthenticated):
        post.call(ListMessages, post.anonymous)


def test_a_made_up_cursor_is_refused(post):
    me = post.caller("applicant")
    for cursor in ("x", "WzFd", "WyJ4Il0"):
        with pytest.raises(Invalid):
            post.call(ListMessages, me, cursor=cursor)


# ---- staff -----------------------------------------------------------------------------------------------------------


def test_staff_see_where_each_message_went_and_what_became_of_it(post, sink):
    well, badly = Person.opened(post), Person.opened(post, mailbox="bounce")
    _until_delivery(post, well, "sent")
    _until_delivery(post, badly, "bounced")
    staff = post.caller("support")
    assert len(post.call(ListMessageLog, staff)["messages"]) == 2
    [bounced] = post.call(ListMessageLog, staff, delivery="bounced")["messages"]
    assert (bounced["recipient"], bounced["attempts"]) == (badly.email, 1)
    assert bounced["last_error"] == "550 5.1.1 No such mailbox here"
    [sent] = post.call(ListMessageLog, staff, account_id=well.account_id)["messages"]
    assert (sent["delivery"], sent["last_error"]) == ("sent", None)
    assert sent["delivered_at"] is not None
    assert "body" not in sent
    for nobody in (post.caller("applicant", account_id=well.account_id), post.caller("billing_officer")):
        with pytest.raises(Forbidden):
            post.call(ListMessageLog, nobody)


def test_staff_send_a_message_again_to_the_address_now_on_file(post, sink):
    person = Person.opened(post)
    post.publish(ApplicationWithdrawn, **person.of_application, withdrawn_at=AT)
    first = sink.mail_after_activation(person.email)
    message = _until_delivery(post, person, "sent", "application_withdrawn")
    newer = f"new.{person.email}"
    post.publish(ContactChanged, account_id=person.account_id, email=newer, language="en")
    post.settle()
    staff = post.caller("support")
    reply = post.call(ResendMessage, staff, message_id=message.id)
    assert (reply["delivery"], reply["recipient"], reply["delivered_at"]) == ("waiting", newer, None)
    [mail] = sink.mails_to(newer)
    assert mail["text"] == first["text"]
    assert mail["message_id"] != first["message_id"]  # or the mailbox would hide it
    with post.session("correspondence") as session:
        entry = session.execute(select(audit).where(audit.c.action == "message:resend")).one()
    assert entry.actor == f"account/{staff.account_id}"
    assert (entry.before["recipient"], entry.after["recipient"]) == (person.email, newer)


def test_staff_read_a_message_as_its_person_reads_it_and_are_in_the_trail(post, sink):
    person, staff = Person.opened(post), post.caller("support")
    message = _until_delivery(post, person, "sent")
    shown = post.call(GetLoggedMessage, staff, message_id=message.id)
    own = post.call(ReadMessage, post.caller("applicant", account_id=person.account_id), message_id=message.id)
    body = shown["body"]
    for note in (
        " This message is also in your portal inbox.",
        " Ce message se trouve aussi dans la boîte de réception de votre portail.",
    ):
        assert note in body  # as in the mail; in the inbox it need not be said
        body = body.replace(note, "")
    assert body == own["body"] and LINK not in body and "[[" not in body and shown["had_link"]
    assert (shown["recipient"], shown["delivery"], shown["attempts"]) == (person.email, "sent", 1)
    assert (shown["sent_again"], shown["next_try_at"], shown["account_id"]) == (0, None, person.account_id)
    with post.session("correspondence") as session:
        [look] = session.execute(select(audit).where(audit.c.action == "message:view")).all()
    assert (look.actor, look.subject) == (f"account/{staff.account_id}", f"message/{message.id}")
    assert look.after == {"kind": "account_activation", "account_id": str(person.account_id)}


def test_a_message_is_read_only_by_those_who_answer_people(post):
    person = Person.opened(post)
    message = _until_delivery(post, person, "sent")
    for role in ("registration_officer", "registrar"):
        assert post.call(GetLoggedMessage, post.caller(role), message_id=message.id)["subject"]
    for role in ("administrator", "billing_officer", "qa_officer", "applicant"):
        with pytest.raises(Forbidden):
            post.call(GetLoggedMessage, post.caller(role, account_id=person.account_id), message_id=message.id)
    with pytest.raises(NotFound):
        post.call(GetLoggedMessage, post.caller("support"), message_id=new_id())


def test_a_bounced_message_without_a_link_reaches_the_corrected_address(post, sink):
    person = Person.opened(post, mailbox="bounce")
    post.publish(ApplicationWithdrawn, **person.of_application, withdrawn_at=AT)
    message = _until_delivery(post, person, "bounced", "application_withdrawn")
    post.publish(ContactChanged, account_id=person.account_id, email=f"ok.{person.email}", language="en")
    post.settle()
    post.call(ResendMessage, post.caller("registrar"), message_id=message.id)
    assert len(sink.mails_to(f"ok.{person.email}")) == 1
    assert _until_delivery(post, person, "sent", "application_withdrawn").last_error is None


def test_a_message_whose_link_is_gone_cannot_be_sent_again(post, sink):
    person = Person.opened(post)
    message = _until_delivery(post, person, "sent")
    with pytest.raises(CannotResend):
        post.call(ResendMessage, post.caller("support"), message_id=message.id)
    post.settle()
    assert len(sink.mails_to(person.email)) == 1


def test_only_staff_who_help_people_may_send_again_and_only_what_there_is(post):
    for role in ("applicant", "registrant", "billing_officer", "qa_officer"):
        with pytest.raises(Forbidden):
            post.call(ResendMessage, post.caller(role), message_id=new_id())
    with pytest.raises(NotFound):
        post.call(ResendMessage, post.caller("support"), message_id=new_id())


def _faults(post):
    checks = [getattr(extension, "not_ready", None) for extension in post.containers["correspondence"].extensions]
    return [fault for check in checks if check and (fault := check())]


def _of_the_floor(difference):
    names = {*floor.tables, "alembic_version"}
    return difference[0].startswith("remove_") and getattr(difference[1], "table", difference[1]).name in names


def _message(post, person, kind="account_activation"):
    with post.session("correspondence") as session:
        query = select(Message).where(Message.account_id == person.account_id, Message.kind == kind)
        return detached(session, session.scalar(query))


def _until_delivery(post, person, delivery, kind="account_activation"):
    def look():
        message = _message(post, person, kind)
        return message if message is not None and message.delivery == delivery else None

    return until(look, f"the message, {delivery}")


def _change(post, **values):
    with post.session("correspondence") as session:
        session.execute(update(Message).values(**values))
