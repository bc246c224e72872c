"""A registrant is told when what the register says of their standing changes (R1)."""

from datetime import date

import pytest

from services.contracts.registry.standing import StandingChanged
from tests.support.actors.correspondence_desk import AT, Person, registration_of


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


@pytest.mark.parametrize(
    ("language", "status", "subject", "words"),
    [
        (
            "en",
            "suspended",
            "Your registration: the Public Register has changed",
            ("Status: Suspended, since November 30, 2026", "Reason: Fees not paid.", "- Practise with supervision.", "as well:"),
        ),
        (
            "fr",
            "resigned",
            "Votre inscription\u00a0: le registre public a changé",
            ("Statut\u00a0: Démission, depuis le 30 novembre 2026", "- Exerce sous supervision.", "vous n’êtes plus inscrit(e)"),
        ),
    ],
)
def test_a_registrant_is_told_what_the_register_says_of_them_from_now_on(post, sink, language, status, subject, words):
    person = Person.opened(post, language)
    fact = {
        **{
            name: registration_of(person)[name]
            for name in ("registrant_id", "account_id", "registration_number", "name", "category")
        },
        "status": status,
        "status_reason": {"en": "Fees not paid.", "fr": "Droits impayés."},
        "status_since": date(2026, 11, 30),
        "terms": [{"code": None, "en": "Practise with supervision.", "fr": "Exerce sous supervision."}],
        "previous_category": "rp_qualifying",
        "previous_status": "active",
        "changed_at": AT,
    }
    post.publish_again(post.publish(StandingChanged, **fact))
    post.publish(StandingChanged, **fact)  # the same fact, told under another id
    mail = sink.mail_after_activation(person.email)
    assert mail["subject"] == subject
    assert [each for each in words if each not in mail["text"]] == []
    post.settle()
    assert len(sink.mails_to(person.email, 2)) == 2
