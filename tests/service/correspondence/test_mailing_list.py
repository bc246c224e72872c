"""The mailing list (F65): nobody is on it who did not confirm, everybody leaves at once, and a mailing reaches each once."""

import re
from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import func, select, text, update

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.common.security.encryption import SealedBox
from services.common.security.token_hashing import digest
from services.contracts.correspondence import personal_data
from services.contracts.correspondence.mailing_list import (
    ConfirmSubscription,
    GetMailing,
    ListMailings,
    SendMailing,
    Subscribe,
    Unsubscribe,
)
from services.contracts.correspondence.messages import CannotResend, ListMessageLog, ResendMessage
from services.contracts.identity.errors import LinkNotValid
from services.correspondence import mailings, retention, subscriptions
from services.correspondence.compose import LetterContext, Pages
from services.correspondence.models import ListMail, Mailing, Message, Subscription, SubscriptionRequest
from services.correspondence.subscriptions import MAILS_A_DAY
from tests.support.actors.correspondence_desk import Person, contact_of, until
from tests.support.actors.retention_desk import college, destructions, hold, there, works_of

CONSENT = college().at(clock.now()).mailing_list
TEXTS = {
    "subject_en": "Consultation: supervision",
    "subject_fr": "Consultation : supervision",
    "body_en": "We ask for your comments.\n\n- first\n- second",
    "body_fr": "Nous sollicitons vos commentaires.",
}


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


def new_address():
    return f"reader.{new_id().hex[-10:]}@example.org"


def ask(post, address, language="en", **changed):
    request = {"email": address, "language": language, "consent": True, "wording": CONSENT.wording}
    return post.call(Subscribe, Caller(language="fr"), **request | changed)


def token_in(mail, page):
    return re.search(rf"http://college.test/mailing-list/{page}\?token=(\S+)", mail["text"])[1]


def subscribed(post, sink, language="en", address=None):
    """An address that is on the list now."""
    address = address or new_address()
    ask(post, address, language)
    post.call(ConfirmSubscription, post.anonymous, token=token_in(sink.mails_to(address)[-1], "confirm"))
    return address


def sent(post, **changed):
    """A mailing that the registrar has sent."""
    return post.call(SendMailing, post.caller("registrar"), **TEXTS | changed)


def finished(post, mailing):
    registrar = post.caller("registrar")
    until(lambda: post.call(GetMailing, registrar, mailing_id=mailing["id"])["finished_at"] is not None)
    return post.call(GetMailing, registrar, mailing_id=mailing["id"])


def rows(post, model, **by):
    with post.session("correspondence") as session:
        found = session.scalars(select(model).filter_by(**by)).all()
        session.expunge_all()
        return found


def counts(post):
    return post.call(ListMailings, post.caller("administrator"))["counts"]


# ---- signing up ------------------------------------------------------------------------------------------------------


def test_who_confirms_is_on_the_list_and_the_proof_of_consent_is_kept(post, sink):
    address = new_address()
    ask(post, address, "fr")
    [mail] = sink.mails_to(address)
    assert mail["subject"] == "OPAO\u00a0: confirmez que vous voulez recevoir nos courriels"
    assert "375 University Avenue" in mail["text"] and "pendant 2 jours" in mail["text"]
    assert "list-unsubscribe" not in mail["headers"]
    assert counts(post) == {"subscribed_en": 0, "subscribed_fr": 0, "pending": 1, "unsubscribed": 0}
    post.call(ConfirmSubscription, post.anonymous, token=token_in(mail, "confirm"))
    assert counts(post) == {"subscribed_en": 0, "subscribed_fr": 1, "pending": 0, "unsubscribed": 0}
    [kept] = rows(post, Subscription)
    assert (kept.email, kept.language, kept.wording, kept.consent) == (address, "fr", CONSENT.wording, CONSENT.consent.fr)
    assert kept.asked_at < kept.confirmed_at
    with post.session("correspondence") as session:
        trail = session.scalars(select(audit.c.action).where(audit.c.action.startswith("subscription:"))).all()
    assert trail == ["subscription:ask", "subscription:confirm"]


def test_the_answer_is_the_same_and_a_mail_comes_whoever_is_on_the_list_already(post, sink):
    address = subscribed(post, sink, "en")
    assert ask(post, address.upper(), "fr") == {}
    second = sink.mails_to(address, 2)[1]
    post.call(ConfirmSubscription, post.anonymous, token=token_in(second, "confirm"))
    assert counts(post) == {"subscribed_en": 0, "subscribed_fr": 1, "pending": 0, "unsubscribed": 0}


def test_a_link_works_once_and_only_the_newest_and_not_when_it_has_run_out(post, sink):
    address = new_address()
    ask(post, address)
    old = token_in(sink.mails_to(address)[0], "confirm")
    ask(post, address)
    new = token_in(sink.mails_to(address, 2)[1], "confirm")
    with post.session("correspondence") as session:
        assert session.scalar(select(SubscriptionRequest.token_digest)) == digest(new)
    _not_valid(post, ConfirmSubscription, old)
    _change(post, SubscriptionRequest, expires_at=clock.now())
    _not_valid(post, ConfirmSubscription, new)
    _change(post, SubscriptionRequest, expires_at=clock.now() + timedelta(hours=1))
    post.call(ConfirmSubscription, post.anonymous, token=new)
    _not_valid(post, ConfirmSubscription, new)


def test_nobodys_mailbox_is_flooded(post, sink):
    address = new_address()
    asking = [eventlet.spawn(ask, post, address) for _ in range(MAILS_A_DAY + 2)]
    assert [one.wait() for one in asking] == [{}] * len(asking)
    assert len(rows(post, Message)) == MAILS_A_DAY
    _change(post, SubscriptionRequest, mails_since=clock.now() - timedelta(days=1))
    ask(post, address)
    assert len(sink.mails_to(address, MAILS_A_DAY + 1)) == MAILS_A_DAY + 1


@pytest.mark.parametrize(
    ("changed", "field"), [({"consent": False}, "consent"), ({"wording": 0}, "consent"), ({"email": "nobody"}, "email")]
)
def test_without_consent_to_the_words_in_force_nothing_is_kept(post, changed, field):
    with pytest.raises(Invalid) as refused:
        ask(post, new_address(), **changed)
    assert [one["field"] for one in refused.value.params["errors"]] == [field]
    assert rows(post, SubscriptionRequest) == [] and rows(post, Message) == []


# ---- mailings --------------------------------------------------------------------------------------------------------


def test_a_mailing_reaches_each_subscriber_once_in_their_language_and_nobody_else(post, sink):
    english, french, waiting = subscribed(post, sink, "en"), subscribed(post, sink, "fr"), new_address()
    ask(post, waiting)
    registrar, key = post.caller("registrar"), str(new_id())
    first = post.call(SendMailing, registrar, key, **TEXTS)
    assert post.call(SendMailing, registrar, key, **TEXTS) == first
    assert finished(post, first)["written"] == 2
    mail = sink.mails_to(english, 2)[1]
    assert mail["subject"] == TEXTS["subject_en"] and "We ask for your comments." in mail["text"]
    assert mail["html"].count("<li>") == 2
    link = f"http://college.test/mailing-list/unsubscribe?token={token_in(mail, 'unsubscribe')}"
    assert mail["headers"]["list-unsubscribe"] == f"<{link}>"
    assert mail["headers"]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert "College of Registered Psychotherapists of Ontario\n375 University Avenue" in mail["text"].replace("\r", "")
    assert "Nous sollicitons" in sink.mails_to(french, 2)[1]["text"]
    later = subscribed(post, sink)
    assert finished(post, first)["deliveries"] == {"waiting": 0, "sent": 2, "retrying": 0, "bounced": 0, "given_up": 0}
    assert [len(sink.mails_to(address)) for address in (english, french, waiting, later)] == [2, 2, 1, 1]
    [listed] = post.call(ListMailings, registrar)["mailings"]
    assert listed["id"] == first["id"] and listed["written"] == 2


def test_two_replicas_and_one_that_dies_write_each_mail_once(system, monkeypatch):
    monkeypatch.setattr(mailings, "BATCH", 2)
    tools = LetterContext(college(), Pages("http://college.test")), SealedBox(system.keys.sealing_key)
    _add(system, 5)
    with works_of(system, "correspondence") as units:
        _write_and_die(units, tools, monkeypatch)
        assert rows(system, ListMail) == [] and rows(system, Message) == []
        both = [eventlet.spawn(mailings.write_some, units, *tools) for _ in range(2)]
        assert sum(one.wait() for one in both) == 5
        assert mailings.write_some(units, *tools) == 0
    assert [one.finished_at is None for one in rows(system, Mailing)] == [False]
    assert sorted(one.address_key for one in rows(system, ListMail)) == [f"reader{number}@example.org" for number in range(5)]
    assert len(rows(system, Message)) == 5


def test_who_leaves_while_a_mailing_is_being_written_gets_no_mail_of_it(system, monkeypatch):
    tools = LetterContext(college(), Pages("http://college.test")), SealedBox(system.keys.sealing_key)
    _add(system, 1)
    _earlier_mail(system, "reader0@example.org", "old")
    write, leaving = mailings._write_one, []

    def meanwhile(*given):
        leaving.append(eventlet.spawn(_leave, units, "old"))
        until(lambda: _somebody_waits(system))
        write(*given)

    monkeypatch.setattr(mailings, "_write_one", meanwhile)
    with works_of(system, "correspondence") as units:
        assert mailings.write_some(units, *tools) == 1
        leaving[0].wait()
    assert [(one.delivery, one.sealed_link) for one in rows(system, Message)] == [("given_up", None)]
    assert [one.ended_at is None for one in rows(system, Subscription)] == [False]


def test_who_leaves_gets_nothing_more_not_even_what_is_on_its_way(post, sink):
    address, stays = subscribed(post, sink), subscribed(post, sink)
    finished(post, sent(post))
    token = token_in(sink.mails_to(address, 2)[1], "unsubscribe")
    sink.mails_to(stays, 2)
    sink.stop()
    try:
        under_way = sent(post, subject_en="The second one")
        finished(post, under_way)
        assert post.call(Unsubscribe, post.anonymous, token=token) == {}
        assert post.call(Unsubscribe, post.anonymous, token=token) == {}  # done again, it changes nothing
        finished(post, sent(post, subject_en="The third one"))
    finally:
        sink.start()
    arrived = {mail["subject"] for mail in sink.mails_to(stays, 4)[2:]}
    assert arrived == {"The second one", "The third one"}
    assert len(sink.mails_to(address)) == 2
    assert counts(post) == {"subscribed_en": 1, "subscribed_fr": 0, "pending": 0, "unsubscribed": 1}
    registrar = post.caller("registrar")
    assert post.call(GetMailing, registrar, mailing_id=under_way["id"])["deliveries"]["given_up"] == 1
    [stopped] = [one for one in post.call(ListMessageLog, registrar)["messages"] if one["delivery"] == "given_up"]
    with pytest.raises(CannotResend):
        post.call(ResendMessage, registrar, message_id=stopped["id"])


def test_an_old_link_leaves_also_after_the_address_was_confirmed_anew(post, sink):
    address = subscribed(post, sink)
    finished(post, sent(post))
    token = token_in(sink.mails_to(address, 2)[1], "unsubscribe")
    post.call(Unsubscribe, post.anonymous, token=token)
    ask(post, address)
    post.call(ConfirmSubscription, post.anonymous, token=token_in(sink.mails_to(address, 3)[2], "confirm"))
    assert counts(post)["subscribed_en"] == 1
    post.call(Unsubscribe, post.anonymous, token=token)
    assert counts(post)["subscribed_en"] == 0
    _not_valid(post, Unsubscribe, "never-was")


def test_only_registrar_and_administrator_may_write_to_the_list_and_freshly(post):
    for role in ("support", "registration_officer", "billing_officer", "qa_officer", "registrant"):
        for contract, request in ((SendMailing, TEXTS), (ListMailings, {}), (GetMailing, {"mailing_id": new_id()})):
            with pytest.raises((Forbidden, StepUpRequired)):
                post.call(contract, post.caller(role), **request)
    assert post.call(ListMailings, post.caller("administrator"))["mailings"] == []
    with pytest.raises(NotFound):
        post.call(GetMailing, post.caller("administrator"), mailing_id=new_id())


# ---- retention, and one's own data -------------------------------------------------------------------------------------


def test_a_request_that_nobody_confirmed_goes_with_its_mail_and_an_ended_subscription_when_its_time_is_over(post, sink):
    pending, gone, stays = new_address(), subscribed(post, sink), subscribed(post, sink)
    ask(post, pending)
    finished(post, sent(post))
    token = token_in(sink.mails_to(gone, 2)[1], "unsubscribe")
    sink.mails_to(pending)
    post.call(Unsubscribe, post.anonymous, token=token)
    until(lambda: all(one.delivery == "sent" for one in rows(post, Message)))
    long_ago = clock.now() - timedelta(days=4 * 366)
    _change(post, SubscriptionRequest, asked_at=long_ago, expires_at=long_ago)
    with post.session("correspondence") as session:
        session.execute(update(Subscription).where(Subscription.ended_at.is_not(None)).values(ended_at=long_ago))
    _tidy(post)
    assert rows(post, SubscriptionRequest) == [] and rows(post, Message, recipient=pending) == []
    assert [one.email for one in rows(post, Subscription)] == [stays]
    assert [one.address_key for one in rows(post, ListMail)] == [stays]
    assert sorted(one.subject.split("/")[0] for one in destructions(post, "correspondence")) == [
        "subscription_requests",
        "subscriptions",
    ]
    _not_valid(post, Unsubscribe, token)


def test_what_the_list_has_of_somebodys_address_is_in_their_data_and_stays_under_a_hold(post, sink):
    person = Person.opened(post)
    until(lambda: contact_of(post, person) is not None)
    sink.mails_to(person.email)
    ask(post, person.email)
    mail = sink.mail_after_activation(person.email)
    me = post.caller("applicant", account_id=person.account_id)
    sections = _sections(post, me)
    assert len(sections["mailing_list_requests"]) == 1 and sections["mailing_list"] == []
    post.call(ConfirmSubscription, post.anonymous, token=token_in(mail, "confirm"))
    finished(post, sent(post))
    sections = _sections(post, me)
    assert [one["consent"] for one in sections["mailing_list"]] == [CONSENT.consent.fr]
    assert [one["subject_en"] for one in sections["mailings"]] == [TEXTS["subject_en"]]
    hold(post, person.account_id)
    _change(post, Subscription, ended_at=clock.now() - timedelta(days=4 * 366))
    until(lambda: _held(post))
    _tidy(post)
    assert len(there(post, "correspondence", Subscription)) == 1


# ---- helpers ---------------------------------------------------------------------------------------------------------


def _not_valid(post, contract, token):
    with pytest.raises(LinkNotValid):
        post.call(contract, post.anonymous, token=token)


def _change(post, model, **columns):
    with post.session("correspondence") as session:
        session.execute(update(model).values(**columns))


def _sections(post, me):
    found = post.call(personal_data.GetPersonalData, me, account_id=None)
    return {section["code"]: section["rows"] for section in found["sections"]}


def _tidy(post):
    with works_of(post, "correspondence") as units:
        retention.destroy_due(units, college())


def _held(post):
    with post.session("correspondence") as session:
        return session.scalar(select(func.count()).select_from(retention.legal_holds)) == 1


def _add(system, number):
    """Puts people on the list, and a mailing to them."""
    at = clock.now()
    with system.session("correspondence") as session:
        for one in range(number):
            proof = {"wording": 1, "consent": "I agree", "asked_at": at, "confirmed_at": at}
            address = f"reader{one}@example.org"
            session.add(Subscription(id=new_id(), address_key=address, email=address, language="en", **proof))
        session.add(Mailing(id=new_id(), asked_at=at, **TEXTS))


def _earlier_mail(system, address, token):
    """A mailing of long ago, whose mail to the address has a link with the token."""
    with system.session("correspondence") as session:
        mailing = Mailing(id=new_id(), asked_at=clock.now(), finished_at=clock.now(), **TEXTS)
        session.add(mailing)
        session.flush()
        session.add(ListMail(id=new_id(), mailing_id=mailing.id, address_key=address, unsubscribe_digest=digest(token)))


def _leave(units, token):
    with units.transaction() as work:
        subscriptions.leave(work, token)


def _somebody_waits(system):
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with system.session("correspondence") as session:
        return session.scalar(text(waiting)) == 1


def _write_and_die(units, tools, monkeypatch):
    """Writes as a process does that dies in the middle of its first batch."""
    write, written = mailings._write_one, []

    def dies(*given):
        written.append(write(*given))
        if len(written) == 2:
            raise KeyError

    with monkeypatch.context() as patched, pytest.raises(KeyError):
        patched.setattr(mailings, "_write_one", dies)
        mailings.write_some(units, *tools)
