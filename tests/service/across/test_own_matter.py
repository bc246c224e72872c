"""Staff who also are applicants decide nothing about themselves: each such call is refused, said in words, and left in the trail."""

import amqp
import orjson
import pytest
from sqlalchemy import select

from services.common.bus.publisher import Outgoing
from services.common.bus.topology import DEAD_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER
from services.common.kernel import clock
from services.common.kernel.clock import local_date
from services.common.kernel.contract import Call
from services.common.kernel.errors import OwnMatter
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import applications, billing, registry
from services.contracts import correspondence as letters
from services.contracts.applications import review
from services.contracts.registry import standing
from services.contracts.roles import STAFF_ROLES
from tests.support.actors.applications_journey import Applicant
from tests.support.actors.billing_journey import Journey
from tests.support.actors.correspondence_desk import Person
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.actors.retention_desk import college

ALL_STAFF = (*STAFF_ROLES, "applicant", "registrant")
DEAD_LETTERS = {"replay_dead_letter", "replay_dead_letters", "discard_dead_letter"}


def for_others_only(owner):
    return {method for (of, method), call in Call.all.items() if of == owner and call.others_only}


def refused_to_oneself(system, account_id, owner, requests):
    """Makes each call about oneself with every role that there is, and sees it refused and left in the trail; gives a colleague."""
    oneself, colleague = (system.caller(*ALL_STAFF, account_id=account) for account in (account_id, new_id()))
    for contract, request in requests.items():
        with pytest.raises(OwnMatter) as refused:
            system.call(contract, oneself, **request)
        assert refused.value.say("fr") == "Une ou un collègue doit s’en charger."
    with system.session(owner) as session:
        noted = select(audit.c.subject).filter_by(action="access:refuse-oneself", actor=oneself.name)
        assert set(session.scalars(noted)) == {f"call/{owner}.{contract.method}" for contract in requests}
    return colleague


def park(system, owner, handler, data):
    envelope = {
        "id": str(new_id()),
        "type": handler.rpartition(".")[2],
        "owner": handler.split(".")[2],
        "actor": "test",
        "correlation_id": str(new_id()),
        "occurred_at": clock.now().isoformat(),
        "data": data,
    }
    headers = {HISTORY_HEADER: [{"at": clock.now().isoformat(), "error": "ValueError: no"}], HANDLER_HEADER: handler}
    message = amqp.Message(orjson.dumps(envelope), delivery_mode=2, application_headers=headers)
    system._publisher.publish([Outgoing(message, DEAD_EXCHANGE, owner)], 5)
    return envelope["id"]


def test_no_step_on_ones_own_application_is_taken_by_oneself(system):
    system.start("applications")
    person = Applicant(system)
    document = person.upload("government_id")
    one, step = {"application_id": person.id}, {"application_id": person.id, "version": person.mine()["version"]}
    file = {
        "requirement": "transcript",
        "file_name": "t.pdf",
        "media_type": "application/pdf",
        "size": 5_000,
        "sha256": "cd" * 32,
    }
    item = {"field": None, "requirement": "transcript", "reason": "Please."}
    whose, clock = {"subject_id": person.id}, {"rule": "application_lapse", "reason": "Mine."}
    requests = {
        review.GetApplication: one,
        review.RecordReceivedDocument: one | file,
        review.DecideDocument: {"document_id": document["id"], "accepted": True},
        review.AssignApplication: one | {"mine": True},
        review.AddNote: one | {"text": "Fine."},
        review.MarkComplete: step,
        review.RequestMore: step | {"items": [item]},
        review.BeginReview: step,
        review.ReferToCommittee: step | {"reasons": "Why not."},
        review.Decide: step | {"decision": "approved"},
        review.CompareFacts: {"account_id": person.account_id, "phone": "416 555-0123"},
        applications.deadlines.GetDeadlines: whose,
        applications.deadlines.ExtendDeadline: whose | clock | {"days": 3},
        applications.deadlines.PauseDeadline: whose | clock,
        applications.deadlines.ResumeDeadline: whose | {"rule": "application_lapse"},
        applications.deadlines.TakeBackAdjustment: whose | {"adjustment_id": new_id(), "reason": "Mine."},
    }
    assert {contract.method for contract in requests} | DEAD_LETTERS == for_others_only("applications")
    colleague = refused_to_oneself(system, person.account_id, "applications", requests)
    seen = system.call(review.GetApplication, colleague, **one)
    assert (seen["assigned_to"], seen["notes"], seen["version"]) == (None, [], step["version"])
    assert [document["state"] for document in seen["documents"]] == ["received"]
    assert system.call(review.AssignApplication, colleague, **one, mine=True)["assigned_to"] == colleague.account_id


def test_no_parked_message_about_oneself_is_replayed_or_discarded_by_oneself(system):
    system.start("applications")
    account_id = new_id()
    letter = park(system, "applications", "events.applications.billing.InvoiceIssued", {"account_id": str(account_id)})
    calls, one = applications.dead_letters, {"letter_id": letter, "note": "Mended."}
    requests = {
        calls.ReplayDeadLetter: one,
        calls.ReplayDeadLetters: {"type": "InvoiceIssued", "note": "Mended."},
        calls.DiscardDeadLetter: one,
    }
    assert {contract.method for contract in requests} == DEAD_LETTERS
    colleague = refused_to_oneself(system, account_id, "applications", requests)
    assert system.call(calls.ListDeadLetters, colleague)["parked"] == 1
    system.call(calls.DiscardDeadLetter, colleague, **one)
    assert system.call(calls.ListDeadLetters, colleague)["parked"] == 0


def test_ones_own_payment_is_settled_by_nobody_but_a_colleague(system):
    journey = Journey(system)
    number = journey.invoiced()
    journey.notify(journey.payment(number))
    journey.notify(journey.payment(number))
    (flagged,) = system.call(billing.payments.ListPayments, journey.staff, flagged=True)["payments"]
    journey.notify({"reference": number}, kind="dispute.created")
    (notice,) = system.call(billing.notices.ListPaymentNotices, journey.staff, unresolved=True)["notices"]
    requests = {
        billing.notices.ResolvePaymentNotice: {"notice_id": notice["id"], "note": "Answered."},
        billing.payments.ResolvePayment: {"payment_id": flagged["id"], "note": "Refunded."},
        billing.issued.ReplayFinalisation: {"number": number},
    }
    assert {contract.method for contract in requests} | DEAD_LETTERS == for_others_only("billing")
    colleague = refused_to_oneself(system, journey.account_id, "billing", requests)
    for contract, request in requests.items():
        system.call(contract, colleague, **request)


def test_ones_own_letters_are_neither_written_nor_sent_again_by_oneself(system, sink):
    system.start("correspondence", **sink.environment)
    person = Person.opened(system)
    sink.mails_to(person.email)
    (message,) = system.call(letters.messages.ListMessageLog, system.caller("support"), account_id=person.account_id)["messages"]
    decision = {"reference": "APP-000042-X", "legal_name": "Ann", "category": "rp_qualifying", "decision": "approved"}
    requests = {
        letters.messages.GetLoggedMessage: {"message_id": message["id"]},
        letters.messages.ResendMessage: {"message_id": message["id"]},
        letters.previews.PreviewDecision: decision | {"account_id": person.account_id},
    }
    assert {contract.method for contract in requests} | DEAD_LETTERS == for_others_only("correspondence")
    colleague = refused_to_oneself(system, person.account_id, "correspondence", requests)
    assert system.call(letters.previews.PreviewDecision, colleague, **requests[letters.previews.PreviewDecision])["letters"]


def test_what_the_register_says_of_oneself_is_changed_by_nobody_but_a_colleague(system):
    start_registry(system)
    person, registered = register_someone(system)
    one, day = {"number": registered.data["registration_number"]}, local_date(clock.now(), college().time_zone.key)
    change = one | {"status": "suspended", "effective_from": day}
    requests = {
        standing.GetRegistrantFile: one,
        standing.PreviewStatus: change,
        standing.ChangeStatus: change,
        standing.TakeBackFact: one | {"fact_id": new_id(), "note": "A mistake."},
    }
    assert {contract.method for contract in requests} | DEAD_LETTERS == for_others_only("registry")
    colleague = refused_to_oneself(system, person["account_id"], "registry", requests)
    assert system.call(registry.LookUpRegistrant, system.anonymous, **one)["status"] == "active"
    assert system.call(standing.ChangeStatus, colleague, **change)["registrant"]["status"] == "suspended"
