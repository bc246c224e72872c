"""Messages about accounts and getting in: each fact's message in each language, to the address it is for and no other."""

import json

import pytest
from sqlalchemy import select, text

from services.common.kernel.ids import new_id
from services.common.security.encryption import SealedBox
from services.contracts.correspondence.messages import ListMessageLog, ListMessages, ReadMessage, ResendMessage
from services.contracts.identity.events import (
    AccountInvited,
    AccountMigrated,
    AccountOpeningRepeated,
    ApplicationIdRequested,
    ContactChanged,
    EmailChanged,
    EmailChangeRequested,
    PasswordChanged,
    PasswordResetRequested,
    SecondFactorChanged,
    UnlockRequested,
)
from services.correspondence.models import Message
from tests.support.actors.correspondence_desk import Person, contact_of, until

LANGUAGES = ("en", "fr")
RESET_PAGE = "http://college.test/forgotten-password"


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


def link_to(post, page, hours):
    """A link of its own for a page, and the fields of a fact that brings it."""
    link = f"http://college.test/{page}?token=only-in-the-mail-{new_id().hex[-8:]}"
    return link, {"sealed_link": SealedBox(post.keys.sealing_key).seal(link), "expires_hours": hours}


def known(post, language="en"):
    """Somebody whose account has been taken over, and to whom nothing has been mailed."""
    person = Person(language)
    whose = {"account_id": person.account_id, "email": person.email, "language": language}
    post.publish(AccountMigrated, application_id="A-0000017-L", **whose)
    until(lambda: contact_of(post, person) is not None)
    return person


# ---- invitations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_migrated_person_is_mailed_nothing_until_invited_and_then_id_and_link_in_both_languages(post, sink, language):
    person = known(post, language)
    post.settle()
    assert sink.mails_to(person.email, 0) == []
    link, sealed = link_to(post, "reset-password", 14 * 24)
    whose = {"account_id": person.account_id, "email": person.email, "language": language}
    post.publish(AccountInvited, application_id="A-0000017-L", **whose, **sealed)
    [mail] = sink.mails_to(person.email)
    assert mail["subject"] == "CRPO – Your account in our new system | OPAO – Votre compte dans notre nouveau système"
    assert mail["headers"]["content-language"] == "en, fr"
    assert mail["text"].count(link) == mail["text"].count("A-0000017-L") == mail["text"].count(RESET_PAGE) == 2
    assert "for 14 days" in mail["text"] and "pendant 14 jours" in mail["text"]
    assert (mail["text"].index("Hello,") < mail["text"].index("Bonjour,")) == (language == "en")


def test_an_invitation_that_is_heard_before_the_account_waits_for_nothing(post, sink):
    person = Person("fr")
    link, sealed = link_to(post, "reset-password", 48)
    whose = {"account_id": person.account_id, "email": person.email, "language": "fr", "application_id": "A-0000017-L"}
    post.publish(AccountInvited, **whose, **sealed)
    assert link in sink.mails_to(person.email)[0]["text"]
    post.publish(AccountMigrated, **whose)
    post.settle()
    assert contact_of(post, person).application_id == "A-0000017-L"
    assert len(sink.mails_to(person.email)) == 1


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Your staff account with CRPO", ("for 14 days", "two-step verification")),
        ("fr", "Votre compte de membre du personnel de l’OPAO", ("pendant 14 jours", "validation en deux étapes")),
    ],
)
def test_a_new_member_of_staff_is_invited_with_words_of_their_own(post, sink, language, subject, words):
    person = Person(language)
    link, sealed = link_to(post, "reset-password", 14 * 24)
    whose = {"account_id": person.account_id, "email": person.email, "language": language}
    post.publish(AccountInvited, application_id=None, **whose, **sealed)
    [mail] = sink.mails_to(person.email)
    _assert_says(mail, subject, (*words, link))
    assert mail["headers"]["from"] == "CRPO | OPAO <info@crpo.ca>"
    assert contact_of(post, person).application_id is None


# ---- links and notices -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "CRPO: choose a new password", ("works once, for 2 hours", "If it was not you")),
        ("fr", "OPAO\u00a0: choisissez un nouveau mot de passe", ("une seule fois, pendant 2 heures", "Si ce n’était pas vous")),
    ],
)
def test_a_link_for_a_new_password_is_mailed(post, sink, language, subject, words):
    person = known(post, language)
    link, sealed = link_to(post, "reset-password", 2)
    post.publish(PasswordResetRequested, account_id=person.account_id, email=person.email, **sealed)
    [mail] = sink.mails_to(person.email)
    _assert_says(mail, subject, (*words, link, "http://college.test/sign-in-help"))
    assert mail["headers"]["content-language"] == language


def test_a_link_for_a_new_password_goes_to_the_address_of_the_fact_whatever_is_on_file_by_then(post, sink):
    person = known(post)
    set_by_support, newest = f"support.{person.email}", f"newest.{person.email}"
    post.publish(ContactChanged, account_id=person.account_id, email=newest, language="en")
    until(lambda: contact_of(post, person).email == newest)
    link, sealed = link_to(post, "reset-password", 2)
    post.publish(PasswordResetRequested, account_id=person.account_id, email=set_by_support, **sealed)
    assert link in sink.mails_to(set_by_support)[0]["text"]
    assert sink.mails_to(newest, 0) == sink.mails_to(person.email, 0) == []


def test_a_fact_that_comes_before_its_account_waits_for_it_and_keeps_its_address(post, sink):
    person = Person("fr")
    link, sealed = link_to(post, "reset-password", 2)
    post.publish(PasswordResetRequested, account_id=person.account_id, email=f"other.{person.email}", **sealed)
    post.publish(PasswordChanged, account_id=person.account_id)
    whose = {"account_id": person.account_id, "email": person.email, "language": "fr"}
    post.publish(AccountMigrated, application_id="A-0000017-L", **whose)
    assert link in sink.mails_to(f"other.{person.email}")[0]["text"]
    assert sink.mails_to(person.email)[0]["subject"] == "OPAO\u00a0: votre mot de passe a été modifié"
    assert post.dead_letters("correspondence") == []


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "CRPO: your password was changed", ("If it was not you", RESET_PAGE, "info@crpo.ca")),
        ("fr", "OPAO\u00a0: votre mot de passe a été modifié", ("Si ce n’était pas vous", RESET_PAGE, "info@crpo.ca")),
    ],
)
def test_a_changed_password_is_told_to_its_owner(post, sink, language, subject, words):
    person = known(post, language)
    post.publish(PasswordChanged, account_id=person.account_id)
    _assert_says(sink.mails_to(person.email)[0], subject, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forgotten_id_is_mailed_in_both_languages(post, sink, language):
    person = known(post, language)
    post.publish(ApplicationIdRequested, account_id=person.account_id, application_id="A-0000017-L")
    [mail] = sink.mails_to(person.email)
    subject = "CRPO – Your application ID | OPAO – Votre identifiant de demande"
    _assert_says(mail, subject, ("here is your application ID: A-0000017-L", "voici votre identifiant de demande"))
    assert mail["text"].count(RESET_PAGE) == 2


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "CRPO: sign in again without waiting", ("for 2 hours", "If you did not ask for this")),
        ("fr", "OPAO\u00a0: reconnectez-vous sans attendre", ("pendant 2 heures", "Si vous n’avez rien demandé")),
    ],
)
def test_a_link_that_ends_the_waiting_is_mailed(post, sink, language, subject, words):
    person = known(post, language)
    link, sealed = link_to(post, "unlock", 2)
    post.publish(UnlockRequested, account_id=person.account_id, **sealed)
    _assert_says(sink.mails_to(person.email)[0], subject, (*words, link))


@pytest.mark.parametrize(
    ("language", "subjects"),
    [
        ("en", ("CRPO: confirm this email address", "CRPO: a new email address was asked for")),
        ("fr", ("OPAO\u00a0: confirmez cette adresse courriel", "OPAO\u00a0: une nouvelle adresse courriel a été demandée")),
    ],
)
def test_a_new_address_gets_the_link_that_confirms_it_and_the_present_one_a_notice_without(post, sink, language, subjects):
    person = known(post, language)
    new_email = f"new.{person.email}"
    link, sealed = link_to(post, "confirm-email", 24)
    post.publish(EmailChangeRequested, account_id=person.account_id, new_email=new_email, **sealed)
    [confirmation], [notice] = sink.mails_to(new_email), sink.mails_to(person.email)
    assert (confirmation["subject"], notice["subject"]) == subjects
    assert link in confirmation["text"]
    assert "token" not in notice["text"] and new_email not in notice["text"]
    assert person.email not in confirmation["text"]


def test_the_present_address_is_not_told_a_second_time_when_the_change_was_confirmed_before_it_was_heard_of(post, sink):
    person = known(post)
    new_email = f"new.{person.email}"
    post.publish(ContactChanged, account_id=person.account_id, email=new_email, language="en")
    until(lambda: contact_of(post, person).email == new_email)
    _, sealed = link_to(post, "confirm-email", 24)
    post.publish(EmailChangeRequested, account_id=person.account_id, new_email=new_email.upper(), **sealed)
    whose = {"account_id": person.account_id, "old_email": person.email, "new_email": new_email}
    post.publish(EmailChanged, by_support=False, **whose)
    [told] = sink.mails_to(person.email)
    assert told["subject"] == "CRPO: this email address no longer belongs to an account"
    post.settle()
    with post.session("correspondence") as session:
        assert sorted(session.scalars(select(Message.kind))) == ["email_changed", "email_confirmation"]


@pytest.mark.parametrize(
    ("language", "by_support", "words"),
    [
        ("en", False, "has replaced it with another one and confirmed that one"),
        ("en", True, "our support has replaced it"),
        ("fr", False, "qu’elle a confirmée"),
        ("fr", True, "notre service de soutien l’a remplacée"),
    ],
)
def test_the_old_address_is_told_of_a_change_and_neither_the_new_one_nor_a_name(post, sink, language, by_support, words):
    person = known(post, language)
    new_email = f"new.{person.email}"
    post.publish(ContactChanged, account_id=person.account_id, email=new_email, language=language)
    until(lambda: contact_of(post, person).email == new_email)
    whose = {"account_id": person.account_id, "old_email": person.email, "new_email": new_email}
    post.publish(EmailChanged, by_support=by_support, **whose)
    [mail] = sink.mails_to(person.email)
    assert words in mail["text"] and new_email not in mail["text"]
    assert sink.mails_to(new_email, 0) == []


@pytest.mark.parametrize(
    ("change", "kind", "english", "french"),
    [
        ("added", "totp", "An authenticator app was added", "Une application d’authentification a été ajoutée"),
        ("added", "passkey", "A passkey was added", "Une clé d’accès a été ajoutée"),
        ("removed", "passkey", "A passkey was removed", "Une clé d’accès a été retirée"),
        ("all_removed", None, "have turned off two-step verification", "avons désactivé la validation en deux étapes"),
        ("recovery_code_used", None, "with one of your recovery codes", "à l’aide d’un de vos codes de récupération"),
        ("recovery_codes_renewed", None, "New recovery codes were made", "De nouveaux codes de récupération"),
    ],
)
def test_what_happened_to_a_second_factor_is_told_in_words(post, sink, change, kind, english, french):
    for language, words in (("en", english), ("fr", french)):
        person = known(post, language)
        post.publish(SecondFactorChanged, account_id=person.account_id, change=change, kind=kind)
        [mail] = sink.mails_to(person.email)
        assert words in mail["text"] and RESET_PAGE in mail["text"]


def test_who_forgot_the_password_of_an_account_that_exists_is_led_to_a_new_one(post, sink):
    person = known(post)
    post.publish(AccountOpeningRepeated, account_id=person.account_id)
    assert RESET_PAGE in sink.mails_to(person.email)[0]["text"]


# ---- once, to one address, without secrets ---------------------------------------------------------------------------


def test_facts_delivered_again_bring_no_second_mail(post, sink):
    person = known(post)
    _, sealed = link_to(post, "confirm-email", 24)
    new_email = f"new.{person.email}"
    of = {"account_id": person.account_id}
    for envelope in (
        post.publish(EmailChangeRequested, new_email=new_email, **of, **sealed),
        post.publish(PasswordChanged, **of),
        post.publish(AccountInvited, email=person.email, language="en", application_id="A-0000017-L", **of, **sealed),
    ):
        post.publish_again(envelope, times=3)
    sink.mails_to(person.email, 3)
    post.settle()
    assert len(sink.mails_to(person.email, 3)) == 3
    assert len(sink.mails_to(new_email)) == 1


def test_a_message_for_one_address_is_sent_again_to_that_address_and_never_to_the_one_on_file(post, sink):
    person = known(post)
    old_email = f"bounce@{person.email.replace('@', '.')}"
    post.publish(EmailChanged, account_id=person.account_id, old_email=old_email, new_email=person.email, by_support=True)
    until(lambda: getattr(_message(post, "email_changed"), "delivery", None) == "bounced")
    reply = post.call(ResendMessage, post.caller("support"), message_id=_message(post, "email_changed").id)
    assert reply["recipient"] == old_email
    post.settle()
    assert sink.mails_to(person.email, 0) == []


def test_a_link_that_confirms_a_new_address_is_not_diverted_while_it_is_on_its_way(post, sink):
    sink.stop()
    try:
        person = known(post)
        new_email = f"new.{person.email}"
        link, sealed = link_to(post, "confirm-email", 24)
        post.publish(EmailChangeRequested, account_id=person.account_id, new_email=new_email, **sealed)
        until(lambda: getattr(_message(post, "email_confirmation"), "delivery", None) == "retrying")
        post.call(ResendMessage, post.caller("support"), message_id=_message(post, "email_confirmation").id)
    finally:
        sink.start()
    assert link in sink.mails_to(new_email)[0]["text"]
    assert all(link not in mail["text"] for mail in sink.mails_to(person.email, 1))


def test_links_are_in_the_mail_only_and_the_inbox_has_a_sentence_in_their_place(post, sink):
    person = known(post)
    links = []
    for event, page, more in (
        (PasswordResetRequested, "reset-password", {"email": person.email}),
        (UnlockRequested, "unlock", {}),
        (EmailChangeRequested, "confirm-email", {"new_email": f"new.{person.email}"}),
    ):
        link, sealed = link_to(post, page, 2)
        links.append(link)
        post.publish(event, account_id=person.account_id, **sealed, **more)
    until(lambda: _deliveries(post) == ["sent"] * 4)
    with post.session("correspondence") as session:
        for table in session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all():
            rows = json.dumps(session.execute(text(f"SELECT row_to_json(t) FROM {table} t")).scalars().all(), default=str)  # noqa: S608
            assert "only-in-the-mail" not in rows and "gAAAA" not in rows  # nor sealed
    me = post.caller("applicant", account_id=person.account_id)
    bodies = [post.call(ReadMessage, me, message_id=one["id"])["body"] for one in post.call(ListMessages, me)["messages"]]
    for body in bodies:
        assert "token" not in body and "[[" not in body
        assert "This message is also in your portal inbox." not in body  # there it need not be said
    assert sum("This link was in the email only." in body for body in bodies) >= 2
    recipients = {one["recipient"] for one in post.call(ListMessageLog, post.caller("support"))["messages"]}
    assert recipients == {person.email, f"new.{person.email}"}


def _assert_says(mail, subject, words):
    assert mail["subject"] == subject
    for each in words:
        assert each in mail["text"]


def _message(post, kind):
    with post.session("correspondence") as session:
        message = session.scalars(select(Message).where(Message.kind == kind)).one_or_none()
        if message is not None:
            session.expunge(message)
        return message


def _deliveries(post):
    with post.session("correspondence") as session:
        return session.scalars(select(Message.delivery)).all()
