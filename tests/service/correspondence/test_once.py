"""Messages are written once whatever the bus delivers, to the address and in the language on file, and keep no secret."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from services.common.kernel import clock
from services.common.persistence.tables import audit
from services.contracts.applications.events import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from services.contracts.billing.events import InvoiceIssued, PaymentReceived
from services.contracts.correspondence.messages import ListMessages
from services.contracts.identity.events import ContactChanged
from services.contracts.registry import RegistrationFinalised
from services.correspondence.models import Contact, Message
from tests.support.actors.correspondence_desk import (
    AT,
    Person,
    contact_of,
    invoice_of,
    mail_about,
    only_message,
    payment_of,
    registration_of,
    until,
)


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


def test_an_event_delivered_again_and_a_registration_announced_again_bring_no_second_mail(post, sink):
    person = Person("en")
    envelope = person.open(post)
    post.publish_again(envelope, times=5)
    registration = registration_of(person)
    for _ in range(3):
        post.publish(RegistrationFinalised, **registration)  # a replay is another event
    post.publish(PaymentReceived, **payment_of(person))
    post.publish(PaymentReceived, **payment_of(person))
    sink.mails_to(person.email, 3)
    post.settle()
    assert len(sink.mails_to(person.email, 3)) == 3
    with post.session("correspondence") as session:
        assert sorted(session.scalars(select(Message.kind))) == [
            "account_activation",
            "payment_receipt",
            "registrant_portal_open",
        ]


def test_an_inbox_is_in_the_order_in_which_things_happened_however_late_they_are_heard_of(post, sink):
    opened_at = clock.now() - timedelta(hours=1)
    person = Person()
    person.open(post, _at=opened_at)
    sink.mails_to(person.email)
    for minutes, event, data in (
        (30, RegistrationFinalised, registration_of(person)),
        (20, PaymentReceived, payment_of(person)),
        (10, ApplicationSubmitted, submission_of(person)),
    ):
        written = len(inbox(post, person))
        post.publish(event, _at=opened_at + timedelta(minutes=minutes), **data)
        until(lambda written=written: len(inbox(post, person)) > written)
    assert inbox(post, person) == ["registrant_portal_open", "payment_receipt", "application_submitted", "account_activation"]


def submission_of(person):
    return {**person.of_application, "category": "rp_qualifying", "applicant_name": "Ann Ōta", "submitted_at": AT}


def inbox(post, person):
    caller = post.caller("applicant", account_id=person.account_id)
    return [message["kind"] for message in post.call(ListMessages, caller)["messages"]]


def test_a_fact_about_an_account_that_is_not_known_yet_waits_for_it(post, sink):
    person = Person("fr")
    post.publish(InvoiceIssued, **invoice_of(person))
    post.publish(ApplicationSubmitted, **submission_of(person))
    post.tried_in_vain(InvoiceIssued)
    post.tried_in_vain(ApplicationSubmitted)
    person.open(post)
    kinds = {mail["subject"].split()[0] for mail in sink.mails_to(person.email, 3)}
    assert kinds == {"CRPO", "Nous", "Votre"}
    assert post.dead_letters("correspondence") == []


def test_the_next_message_is_in_the_language_and_at_the_address_now_on_file(post, sink):
    person = Person.opened(post, "en")
    sink.mails_to(person.email)
    post.publish(ContactChanged, account_id=person.account_id, email=f"new.{person.email}", language="fr")
    until(lambda: contact_of(post, person).language == "fr")
    post.publish(ApplicationWithdrawn, **person.of_application, withdrawn_at=AT)
    [mail] = sink.mails_to(f"new.{person.email}")
    assert mail["subject"] == "Votre demande APP-000042-X a été retirée"
    assert mail["headers"]["content-language"] == "fr"


def test_an_older_change_that_arrives_late_does_not_undo_a_newer_one(post, sink):
    person = Person("fr")
    post.publish(ContactChanged, account_id=person.account_id, email=f"new.{person.email}", language="fr")
    until(lambda: contact_of(post, person) is not None)
    with post.session("correspondence") as session:
        session.execute(update(Contact).values(email_as_of=datetime(2027, 1, 1, tzinfo=UTC)))
    person.open(post)
    sink.mails_to(f"new.{person.email}")  # the account's message goes to the newer address
    assert contact_of(post, person).application_id == "A-0000017-L"


def test_a_message_holds_what_people_wrote_as_text_and_never_as_markup(post, sink):
    name = 'Ann <script>alert("x")</script> {{ 7 * 7 }}'
    data = {"category": "rp_qualifying", "applicant_name": name, "submitted_at": AT}
    mail = mail_about(post, sink, "en", ApplicationSubmitted, **data)
    assert name in mail["text"]
    assert "<script>" not in mail["html"]
    assert "&lt;script&gt;" in mail["html"]


def test_the_correlation_id_of_the_request_is_in_the_mail_and_in_the_row(post, sink):
    person = Person()
    person.open(post, _correlation_id="request-4711")
    [mail] = sink.mails_to(person.email)
    assert mail["headers"]["x-correlation-id"] == "request-4711"
    assert mail["headers"]["auto-submitted"] == "auto-generated"
    with post.session("correspondence") as session:
        message = session.scalars(select(Message)).one()
        assert message.correlation_id == "request-4711"
        assert mail["message_id"] == f"<{message.id}@crpo.ca>"
        assert session.scalars(select(audit.c.correlation_id).where(audit.c.action == "message:write")).all() == ["request-4711"]


def test_a_single_use_link_is_in_the_mail_and_nowhere_in_the_database_once_it_was_sent(post, sink):
    person = Person.opened(post)
    sink.mails_to(person.email)
    until(lambda: only_message(post).delivery == "sent")
    with post.session("correspondence") as session:
        for table in session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all():
            rows = session.execute(text(f"SELECT row_to_json(t) FROM {table} t")).scalars().all()  # noqa: S608
            assert "only-in-the-mail" not in json.dumps(rows, default=str)
            assert "gAAAA" not in json.dumps(rows, default=str)  # nor sealed
