"""The letter that is looked at before a decision is the mail that then arrives: the same subject, word for word the same body."""

import pytest

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.contracts.applications.events import ApplicationApproved, ApplicationRefused
from services.contracts.billing.events import InvoiceIssued
from services.contracts.correspondence.previews import PreviewDecision
from services.correspondence.models import Message
from services.correspondence.previews import INVOICE_NUMBER, TOTAL
from tests.support.actors.correspondence_desk import Person, invoice_of
from tests.support.samples.sample_approval import APPROVAL, CONDITIONS, TERMS

REASONS = "The hours are not documented.\n\nThe transcript\nis not of a recognized program."


@pytest.fixture
def post(system, sink):
    """Correspondence at work, its mails going to the sink."""
    system.start("correspondence", **sink.environment)
    return system


def preview(post, person, **decided):
    about = {"account_id": person.account_id, "reference": "APP-000042-X", "legal_name": "Ann Ōta", "category": "rp_qualifying"}
    return post.call(PreviewDecision, post.caller("registrar"), **about | decided)


def same(letter, mail):
    return letter["subject"] == mail["subject"] and letter["body"].strip() == mail["text"].replace("\r\n", "\n").strip()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letter_of_a_refusal_is_the_mail_that_arrives(post, sink, language):
    person = Person.opened(post, language)
    sink.mails_to(person.email)
    shown = preview(post, person, decision="refused", reasons=REASONS)
    [letter] = shown["letters"]
    assert shown["language"] == language and "is not of a recognized program." in letter["body"]
    post.publish(ApplicationRefused, **person.of_application, reasons=REASONS, decided_at=clock.now())
    assert same(letter, sink.mail_after_activation(person.email))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letters_of_a_conditional_approval_are_the_mails_but_for_what_the_invoice_tells(post, sink, language):
    person = Person.opened(post, language)
    sink.mails_to(person.email)
    asked = [{"code": "clinical_supervision"}, {"en": TERMS[1]["en"], "fr": TERMS[1]["fr"]}]
    conditions, invoice = preview(post, person, decision="approved_with_conditions", reasons=REASONS, terms=asked)["letters"]
    assert TERMS[1][language] in conditions["body"]
    decided = {"reasons": REASONS, **CONDITIONS}
    post.publish(ApplicationApproved, **person.of_application, **APPROVAL | {"approved_at": clock.now()}, **decided)
    sink.mails_to(person.email, 2)
    post.publish(InvoiceIssued, **invoice_of(person) | CONDITIONS)
    mails = {mail["subject"]: mail for mail in sink.mails_to(person.email, 3)}
    assert same(conditions, mails[conditions["subject"]])
    number, total = INVOICE_NUMBER.in_(language), TOTAL.in_(language)
    assert number in invoice["subject"] and total in invoice["body"]
    said = {"en": "$310.75", "fr": "310,75\xa0$"}[language]
    filled = {name: text.replace(number, "INV-0000001-A").replace(total, said) for name, text in invoice.items()}
    assert same(filled, mails[filled["subject"]])


@pytest.mark.parametrize(
    ("decided", "field"),
    [
        ({"decision": "refused"}, "reasons"),
        ({"decision": "refused", "reasons": " \n"}, "reasons"),
        ({"decision": "approved", "category": "no_such_category"}, "category"),
        ({"decision": "approved_with_conditions", "terms": [{"code": "juggling"}]}, "terms.0.code"),
        ({"decision": "approved_with_conditions", "terms": [{"en": "Only in Sudbury"}]}, "terms.0.fr"),
    ],
)
def test_what_no_decision_can_say_is_refused_by_its_field(post, decided, field):
    with pytest.raises(Invalid) as refused:
        preview(post, Person.opened(post), **decided)
    assert [fault["field"] for fault in refused.value.params["errors"]] == [field]


def test_an_approval_without_conditions_is_told_by_the_invoice_alone_and_a_look_sends_nothing(post, sink):
    person = Person.opened(post)
    sink.mails_to(person.email)
    assert [one["kind"] for one in preview(post, person, decision="approved")["letters"]] == ["registration_invoice"]
    with post.session("correspondence") as session:
        assert [one.kind for one in session.query(Message)] == ["account_activation"]
    with pytest.raises(NotFound):
        preview(post, Person(), decision="approved")
    for role in ("registration_officer", "applicant"):
        with pytest.raises(Forbidden):
            asked = {"account_id": new_id(), "reference": "A", "legal_name": "B", "category": "rp", "decision": "approved"}
            post.call(PreviewDecision, post.caller(role), **asked)
