"""Messages to people who may have no account, and what the one acted for is told: in nobody else's inbox, seen by staff."""

import pytest

from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.security.encryption import SealedBox
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.correspondence.messages import CannotResend, ListMessageLog, ListMessages, ReadMessage, ResendMessage
from services.contracts.identity.events import (
    AccessRequestReceived,
    AccessRequestRefused,
    DelegateInvited,
    DelegationAccepted,
    DelegationEnded,
)
from tests.support.actors.correspondence_desk import AT, Person, contact_of, until

LINK = "http://college.test/delegation?token=only-in-the-mail-7Q"
PORTAL = "http://college.test/portal"
INBOX_NOTES = ("portal inbox", "boîte de réception de votre portail")


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


def request_from(address, language="en"):
    return {"request_id": new_id(), "reference": "HELP-000001-K", "contact_email": address, "language": language}


def invite(post, person, address, language="en", **more):
    """Announces that the person invites somebody at the address."""
    invitation = {
        "account_id": person.account_id,
        "delegation_id": new_id(),
        "delegate_email": address,
        "delegate_name": "Max",
        "language": language,
        "pages": ["fees", "quality_assurance", "a_page_of_next_year"],
        "sealed_link": SealedBox(post.keys.sealing_key).seal(LINK),
        "expires_hours": 14 * 24,
        **more,
    }
    return post.publish(DelegateInvited, **invitation)


def new_address():
    return f"somebody.{new_id().hex[-10:]}@example.org"


def named(post, name, language="en"):
    """Somebody with an account, whose name is known by now."""
    person = Person.opened(post, language)
    data = {"category": "rp_qualifying", "applicant_name": name, "submitted_at": AT}
    post.publish(ApplicationSubmitted, **person.of_application, **data)
    until(lambda: (contact := contact_of(post, person)) is not None and contact.name == name)
    return person


# ---- requests to support ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "language", "subject", "words"),
    [
        (AccessRequestReceived, "en", "CRPO: we received your request HELP-000001-K", "If you did not ask"),
        (
            AccessRequestReceived,
            "fr",
            "OPAO\u00a0: nous avons reçu votre demande d’aide HELP-000001-K",
            "Si vous n’avez rien demandé",
        ),
        (AccessRequestRefused, "en", "CRPO: about your request HELP-000001-K", "http://college.test/lost-access"),
        (AccessRequestRefused, "fr", "OPAO\u00a0: au sujet de votre demande d’aide HELP-000001-K", "416-479-4330"),
    ],
)
def test_who_asked_support_is_told_at_the_address_they_gave(post, sink, event, language, subject, words):
    address = new_address()
    post.publish(event, **request_from(address, language))
    [mail] = sink.mails_to(address)
    assert mail["subject"] == subject and words in mail["text"]
    assert mail["headers"]["from"] == "CRPO | OPAO <info@crpo.ca>"
    assert not any(note in mail["text"] for note in INBOX_NOTES)


def test_a_request_that_is_announced_again_brings_no_second_mail(post, sink):
    address = new_address()
    request = request_from(address)
    envelope = post.publish(AccessRequestReceived, **request)
    post.publish_again(envelope, times=2)
    post.publish(AccessRequestReceived, **request)
    sink.mails_to(address)
    post.settle()
    assert len(sink.mails_to(address)) == 1


def test_a_message_without_an_account_is_in_no_inbox_and_in_the_log_of_staff_who_can_send_it_again(post, sink):
    person = Person.opened(post)
    sink.mails_to(person.email)
    address = new_address()
    post.publish(AccessRequestReceived, **request_from(address))
    sink.mails_to(address)
    staff = post.caller("support")
    [logged] = [one for one in post.call(ListMessageLog, staff)["messages"] if one["recipient"] == address]
    assert logged["account_id"] is None
    me = post.caller("applicant", account_id=person.account_id)
    assert [one["kind"] for one in post.call(ListMessages, me)["messages"]] == ["account_activation"]
    with pytest.raises(NotFound):
        post.call(ReadMessage, me, message_id=logged["id"])
    until(lambda: _logged(post, staff, address)["delivery"] == "sent")
    assert post.call(ResendMessage, staff, message_id=logged["id"])["recipient"] == address
    assert len(sink.mails_to(address, 2)) == 2


# ---- delegates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "en",
            "CRPO: an invitation to help someone with their account",
            ("Ann Ōta invites you", "- Fees and receipts", "- Quality assurance", "for 14 days"),
        ),
        (
            "fr",
            "OPAO\u00a0: une invitation à aider quelqu’un avec son compte",
            ("Ann Ōta vous invite", "- Droits et reçus", "- Assurance de la qualité", "pendant 14 jours"),
        ),
    ],
)
def test_a_delegate_is_invited_in_the_name_of_the_one_acted_for(post, sink, language, subject, words):
    person, address = named(post, "Ann Ōta"), new_address()
    invite(post, person, address, language)
    [mail] = sink.mails_to(address)
    assert mail["subject"] == subject
    assert all(each in mail["text"] for each in (*words, LINK))
    assert person.email not in mail["text"] and "Max" not in mail["text"]
    assert mail["html"].count("<li>") == 2  # a page of a newer version is left out
    assert not any(note in mail["text"] for note in INBOX_NOTES)
    me = post.caller("applicant", account_id=person.account_id)
    assert "delegate_invitation" not in [one["kind"] for one in post.call(ListMessages, me)["messages"]]


def test_an_invitation_waits_for_the_account_acted_for_and_names_nobody_while_no_name_is_known(post, sink):
    person, address = Person("en"), new_address()
    invite(post, person, address)
    person.open(post)
    assert "Someone who has an account with CRPO invites you" in sink.mails_to(address)[0]["text"]


def test_a_name_that_looks_like_an_address_is_not_carried_to_a_stranger(post, sink):
    person, address = named(post, "Win at prizes.example/now"), new_address()
    invite(post, person, address, delegate_name="Click https://prizes.example")
    [mail] = sink.mails_to(address)
    assert "prizes" not in mail["text"] + mail["html"] + mail["subject"]


def test_an_invitation_whose_link_is_gone_cannot_be_sent_again(post, sink):
    person, address = Person.opened(post), new_address()
    invite(post, person, address)
    staff = post.caller("support")
    until(lambda: (_logged(post, staff, address) or {}).get("delivery") == "sent")
    with pytest.raises(CannotResend):
        post.call(ResendMessage, staff, message_id=_logged(post, staff, address)["id"])


@pytest.mark.parametrize(
    ("event", "language", "subject", "words"),
    [
        (DelegationAccepted, "en", "CRPO: Max can now work on pages of your account", "Only you can submit"),
        (
            DelegationAccepted,
            "fr",
            "OPAO\u00a0: Max peut maintenant remplir des pages de votre compte",
            "Si vous n’avez invité personne",
        ),
        (DelegationEnded, "en", "CRPO: Max no longer works on your account", "within ten minutes"),
        (DelegationEnded, "fr", "OPAO\u00a0: Max n’a plus accès à votre compte", "dix minutes"),
    ],
)
def test_the_one_acted_for_is_told_once_who_acts_and_who_no_longer_does(post, sink, event, language, subject, words):
    person = Person.opened(post, language)
    sink.mails_to(person.email)
    delegation = {"account_id": person.account_id, "delegation_id": new_id(), "delegate_name": "Max", "pages": ["fees"]}
    post.publish(event, **delegation)
    post.publish(event, **delegation)
    mail = sink.mail_after_activation(person.email)
    assert mail["subject"] == subject
    assert all(each in mail["text"] for each in (words, PORTAL, "Droits et reçus" if language == "fr" else "Fees and receipts"))
    post.settle()
    assert len(sink.mails_to(person.email, 2)) == 2


def _logged(post, staff, address):
    return next((one for one in post.call(ListMessageLog, staff)["messages"] if one["recipient"] == address), None)
