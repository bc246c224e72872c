"""Messages over the real bus, through the real mail sink: each fact's message in each language, once, to its person only."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.common.kernel.dates import written_date
from services.common.kernel.money import Money
from services.common.security.encryption import SealedBox
from services.contracts.applications.events import (
    ApplicationApproved,
    ApplicationFoundComplete,
    ApplicationLapsed,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DocumentNotAccepted,
    DocumentReceived,
    InformationReceived,
    MoreInformationRequested,
)
from services.contracts.billing.events import InvoiceIssued, PartPaymentReceived, PaymentFlagged, PaymentReceived
from services.contracts.identity.events import AccountOpeningRepeated, ActivationLinkRenewed
from services.contracts.registry import RegistrationFinalised
from tests.support.actors.correspondence_desk import AT, LINK, Person, invoice_of, mail_about, payment_of, registration_of
from tests.support.samples.sample_approval import APPROVAL, CONDITIONS, TERMS
from tests.support.waiting import until

ASKED_FOR = [
    {"name": {"en": "Transcript", "fr": "Relevé de notes"}, "reason": "Page 2\nis missing."},
    {"name": {"en": "Telephone", "fr": "Téléphone"}, "reason": ""},
]
BEFORE = {"conditions": [TERMS[0]["en"], "Only in Sudbury"]}  # as an earlier release told of them
LANGUAGES = ("en", "fr")


@pytest.fixture
def post(system, sink):
    """The service at work, its mails going to the sink."""
    system.start("correspondence", MAIL_FIRST_RETRY_S="0.2", **sink.environment)
    return system


# ---- each kind, in each language -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_applicant_is_mailed_id_and_link_in_both_languages(post, sink, language):
    person = Person.opened(post, language)
    [mail] = sink.mails_to(person.email)
    assert mail["subject"] == "CRPO – Account Activation | OPAO – Activation du compte"
    assert mail["headers"]["from"] == "CRPO | OPAO <registration@crpo.ca>"
    assert mail["headers"]["content-language"] == "en, fr"
    assert "Your application ID is: A-0000017-L" in mail["text"]
    assert "Votre identifiant de demande" in mail["text"]
    assert (mail["text"].index("Hello,") < mail["text"].index("Bonjour,")) == (language == "en")
    assert mail["text"].count(LINK) == 2
    assert f'<html lang="{language}">' in mail["html"]
    assert '<div lang="en">' in mail["html"]
    assert '<div lang="fr">' in mail["html"]
    assert f'href="{LINK}"' in mail["html"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_renewed_link_and_a_reminder_of_the_id_are_mailed(post, sink, language):
    person = Person.opened(post, language)
    sink.mails_to(person.email)
    renewed = {"account_id": person.account_id, "application_id": "A-0000017-L", "expires_hours": 48}
    newer = f"{LINK}-newer"
    post.publish(ActivationLinkRenewed, sealed_link=SealedBox(post.keys.sealing_key).seal(newer), **renewed)
    assert [mail["text"].count(newer) for mail in sink.mails_to(person.email, 2)] == [0, 2]
    post.publish(ActivationLinkRenewed, sealed_link=None, **renewed)
    reminder = sink.mails_to(person.email, 3)[2]
    assert reminder["subject"] == "CRPO – Your application ID | OPAO – Votre identifiant de demande"
    assert "here is your application ID: A-0000017-L" in reminder["text"]
    assert "voici votre identifiant de demande" in reminder["text"]
    assert "http://college.test/portal" in reminder["text"]
    assert "activate?" not in reminder["text"]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "You already have an account with CRPO", "tried to open a new account"),
        ("fr", "Vous avez déjà un compte auprès de l’OPAO", "a tenté d’ouvrir un nouveau compte"),
    ],
)
def test_the_owner_of_an_address_is_told_that_it_has_an_account(post, sink, language, subject, words):
    mail = mail_about(post, sink, language, AccountOpeningRepeated, account_id=None)
    assert mail["subject"] == subject
    assert words in mail["text"]
    assert "http://college.test/portal" in mail["text"]
    assert mail["headers"]["content-language"] == language


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "We received your application APP-000042-X", ("Hello Ann Ōta", "November 23, 2026", "December 8, 2026")),
        ("fr", "Nous avons reçu votre demande APP-000042-X", ("Bonjour Ann Ōta", "23 novembre 2026", "8 décembre 2026")),
    ],
)
def test_a_submission_is_confirmed(post, sink, language, subject, words):
    data = {"category": "rp_qualifying", "applicant_name": "Ann Ōta", "submitted_at": AT}
    mail = mail_about(post, sink, language, ApplicationSubmitted, **data)
    category = {"en": "Registered Psychotherapist (Qualifying)", "fr": "Psychothérapeute autorisé (stagiaire)"}[language]
    _assert_says(mail, subject, (*words, category, "http://college.test/portal"))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "en",
            "We need more information for your application APP-000042-X",
            ("- Transcript: Page 2 is missing.", "- Telephone", "December 31, 2026"),
        ),
        (
            "fr",
            "Il nous faut d’autres renseignements pour votre demande APP-000042-X",
            ("- Relevé de notes\u00a0: Page 2 is missing.", "- Téléphone", "31 décembre 2026"),
        ),
    ],
)
def test_a_request_for_more_names_each_thing_its_reason_and_the_date(post, sink, language, subject, words):
    mail = mail_about(post, sink, language, MoreInformationRequested, items=ASKED_FOR, due_on=date(2026, 12, 31))
    _assert_says(mail, subject, words)
    assert mail["html"].count("<ul>") == 1
    assert mail["html"].count("<li>") == 2


TRANSCRIPT = {"document_id": uuid4(), "name": {"en": "Official transcript", "fr": "Relevé de notes officiel"}}


@pytest.mark.parametrize(
    ("language", "subject", "day"),
    [
        ("en", "Your application APP-000042-X is complete", "On November 23, 2026"),
        ("fr", "Votre demande APP-000042-X est complète", "Le 23 novembre 2026"),
    ],
)
def test_a_complete_application_is_acknowledged_in_writing(post, sink, language, subject, day):
    _assert_says(mail_about(post, sink, language, ApplicationFoundComplete, found_at=AT), subject, (day,))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "We received a document for your application APP-000042-X", ("- Official transcript", "On November 23, 2026")),
        (
            "fr",
            "Nous avons reçu un document pour votre demande APP-000042-X",
            ("- Relevé de notes officiel", "Le 23 novembre 2026"),
        ),
    ],
)
def test_a_document_that_others_sent_is_told_when_it_has_arrived(post, sink, language, subject, words):
    _assert_says(mail_about(post, sink, language, DocumentReceived, **TRANSCRIPT, received_at=AT), subject, words)


@pytest.mark.parametrize(
    ("language", "provided_by", "words"),
    [
        ("en", "applicant", ("- Official transcript", "The stamp\nis missing.", "you can upload another one")),
        ("en", "institution", ("ask the institution or person",)),
        ("fr", "institution", ("- Relevé de notes officiel", "demander à l’établissement")),
        ("fr", "staff", ("Vous n’avez rien à faire\u00a0: nous le remplacerons.",)),
    ],
)
def test_a_document_that_is_not_accepted_is_told_with_the_reason_and_who_does_what(post, sink, language, provided_by, words):
    told = {**TRANSCRIPT, "provided_by": provided_by, "reason": "The stamp\nis missing."}
    mail = mail_about(post, sink, language, DocumentNotAccepted, **told)
    for one in words:
        assert " ".join(one.split()) in " ".join(mail["text"].split())


def test_a_request_without_a_date_is_due_by_the_profiles_clock(post, sink):
    mail = mail_about(post, sink, "en", MoreInformationRequested, items=ASKED_FOR, due_on=None)
    due = datetime.now(ZoneInfo("America/Toronto")).date() + timedelta(days=30)
    assert f"Please answer by {written_date(due, 'en')}" in mail["text"]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "We received your answer for application APP-000042-X", ("On November 23, 2026", "By December 8, 2026")),
        ("fr", "Nous avons reçu votre réponse pour la demande APP-000042-X", ("Le 23 novembre 2026", "D’ici le 8 décembre 2026")),
    ],
)
def test_an_answer_is_confirmed(post, sink, language, subject, words):
    _assert_says(mail_about(post, sink, language, InformationReceived, received_at=AT), subject, words)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "en",
            "Your application APP-000042-X: approved with conditions",
            (
                "Hello Ann Ōta",
                "- The registrant must practise with clinical supervision",
                "- Only in Sudbury",
                "- Too few hours.",
            ),
        ),
        (
            "fr",
            "Votre demande APP-000042-X\u00a0: approuvée avec conditions",
            (
                "Bonjour Ann Ōta",
                "- La personne inscrite doit exercer sous supervision clinique",
                "- À Sudbury seulement",
                "- Too few hours.",
            ),
        ),
    ],
)
def test_an_approval_with_conditions_is_a_letter_with_the_ways_to_respond(post, sink, language, subject, words):
    mail = mail_about(post, sink, language, ApplicationApproved, **APPROVAL, **CONDITIONS, reasons="Too few hours.")
    due = {"en": "December 23, 2026", "fr": "23 décembre 2026"}[language]
    _assert_says(mail, subject, (*words, due, "https://www.hparb.on.ca"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("- The registrant must practise with clinical supervision", "- Only in Sudbury")),
        (
            "fr",
            (
                "- La personne inscrite doit exercer sous supervision clinique",
                "- Only in Sudbury (Texte en anglais seulement; demandez la traduction à l’Ordre.)",
            ),
        ),
    ],
)
def test_a_condition_told_by_an_earlier_release_is_in_the_letter_with_the_language_it_is_in(post, sink, language, words):
    mail = mail_about(post, sink, language, ApplicationApproved, **APPROVAL, **BEFORE)
    assert [one for one in words if one not in mail["text"]] == []


def test_a_conditional_approval_without_reasons_does_not_announce_any(post, sink):
    mail = mail_about(post, sink, "en", ApplicationApproved, **APPROVAL, **CONDITIONS)
    assert "The reasons for them" not in mail["text"]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "en",
            "Decision on your application APP-000042-X",
            ("decided to refuse", "- Not current.", "- No proof.", "December 23, 2026"),
        ),
        (
            "fr",
            "Décision concernant votre demande APP-000042-X",
            ("a décidé de refuser", "- Not current.", "- No proof.", "23 décembre 2026"),
        ),
    ],
)
def test_a_refusal_gives_each_reason_and_the_ways_to_respond(post, sink, language, subject, words):
    mail = mail_about(post, sink, language, ApplicationRefused, reasons="Not current.\n\nNo proof.", decided_at=AT)
    _assert_says(mail, subject, (*words, "https://www.hparb.on.ca"))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Your application APP-000042-X was withdrawn", "on November 23, 2026"),
        ("fr", "Votre demande APP-000042-X a été retirée", "le 23 novembre 2026"),
    ],
)
def test_a_withdrawal_is_confirmed(post, sink, language, subject, words):
    _assert_says(mail_about(post, sink, language, ApplicationWithdrawn, withdrawn_at=AT), subject, (words,))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Your application APP-000042-X was closed", "since November 23, 2026"),
        ("fr", "Votre demande APP-000042-X a été fermée", "depuis le 23 novembre 2026"),
    ],
)
def test_a_lapse_is_told(post, sink, language, subject, words):
    _assert_says(mail_about(post, sink, language, ApplicationLapsed, last_action_at=AT), subject, (words,))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Your application is approved: invoice INV-0000001-A is ready", ("APP-000042-X", "$310.75 including HST")),
        (
            "fr",
            "Votre demande est approuvée\u00a0: la facture INV-0000001-A est prête",
            ("APP-000042-X", "310,75\u00a0$, TVH comprise"),
        ),
    ],
)
def test_an_invoice_is_told_with_a_link_that_leads_to_it(post, sink, language, subject, words):
    person = Person.opened(post, language)
    post.publish(ApplicationApproved, **person.of_application, **APPROVAL, conditions=[])
    post.settle()  # the name comes with the approval, on a queue of its own
    post.publish(InvoiceIssued, **invoice_of(person))
    mail = sink.mail_after_activation(person.email)
    _assert_says(mail, subject, (*words, "Ann Ōta", "http://college.test/fees/INV-0000001-A"))
    assert 'href="http://college.test/fees/INV-0000001-A"' in mail["html"]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Your application is submitted: please pay invoice INV-0000001-A", ("APP-000042-X", "$310.75 including HST")),
        ("fr", "Votre demande est soumise\u00a0: veuillez payer la facture INV-0000001-A", ("310,75\u00a0$, TVH comprise",)),
    ],
)
def test_an_invoice_for_another_purpose_comes_with_the_letter_of_that_purpose(post, sink, language, subject, words):
    person = Person.opened(post, language)
    submission = {"category": "rp_qualifying", "applicant_name": "Ann Ōta", "submitted_at": AT, "charge": "application"}
    post.publish(ApplicationSubmitted, **person.of_application, **submission)
    post.settle()
    for mail in sink.mails_to(person.email):
        assert "INV-0000001-A" not in mail["text"]
    post.publish(InvoiceIssued, **invoice_of(person), purpose="application", effect="completes_submission")
    mail = until(lambda: next((one for one in sink.mails_to(person.email) if "INV-0000001-A" in one["text"]), None))
    _assert_says(mail, subject, (*words, "http://college.test/fees/INV-0000001-A"))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Receipt REC-0000001-B for your payment", ("$310.75", "INV-0000001-A", "November 23, 2026")),
        ("fr", "Reçu REC-0000001-B de votre paiement", ("310,75\u00a0$", "INV-0000001-A", "23 novembre 2026")),
    ],
)
def test_a_payment_is_confirmed_with_its_receipt(post, sink, language, subject, words):
    person = Person.opened(post, language)
    post.publish(PaymentReceived, **payment_of(person))
    _assert_says(sink.mail_after_activation(person.email), subject, (*words, "http://college.test/fees/INV-0000001-A"))


def test_a_part_is_confirmed_with_its_own_receipt(post, sink):
    person = Person.opened(post, "en")
    post.publish(PartPaymentReceived, **payment_of(person), left_to_pay=Money(100))
    mail = sink.mail_after_activation(person.email)
    _assert_says(mail, "Receipt REC-0000001-B for your payment", ("$310.75", "http://college.test/fees/INV-0000001-A"))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "en",
            "We are looking into your payment for invoice INV-0000001-A",
            ("$310.75", "November 23, 2026", "do not pay again"),
        ),
        ("fr", "Nous examinons votre paiement pour la facture INV-0000001-A", ("310,75\u00a0$", "23 novembre 2026")),
    ],
)
def test_who_paid_what_does_not_fit_is_told_once_and_where_it_is_nobodys_nobody_is(post, sink, language, subject, words):
    person, receipt = Person.opened(post, language), payment_of(Person())
    flagged = {"reference": "INV-0000001-A", "flag": "amount_mismatch", "amount": receipt["amount"], "paid_at": AT}
    post.publish(PaymentFlagged, payment_id=receipt["payment_id"], **flagged)  # of a release that did not say whose it is
    theirs = {"account_id": person.account_id, "invoice_number": "INV-0000001-A", "payment_id": receipt["payment_id"]}
    for _ in range(2):
        post.publish(PaymentFlagged, **flagged, **theirs)
    post.settle()
    _assert_says(sink.mail_after_activation(person.email), subject, words)
    assert len(sink.mails_to(person.email, 2)) == 2


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Welcome to the register: your registrant portal is open", ("Hello Ann Ōta", "10003", "by January 22, 2027")),
        (
            "fr",
            "Bienvenue au registre\u00a0: votre portail des inscrits est ouvert",
            ("Bonjour Ann Ōta", "10003", "22 janvier 2027"),
        ),
    ],
)
def test_a_new_registrant_is_told_that_the_portal_is_open(post, sink, language, subject, words):
    person = Person.opened(post, language)
    post.publish(RegistrationFinalised, **registration_of(person))
    _assert_says(sink.mail_after_activation(person.email), subject, (*words, "http://college.test/portal"))


def _assert_says(mail, subject, words):
    assert mail["subject"] == subject
    for each in words:
        assert each in mail["text"]
