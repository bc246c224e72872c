"""What each service holds of a person is shown to that person, to auditors with a trace, and to nobody else (R15)."""

import json
from datetime import date

import pytest
import requests
from sqlalchemy import insert, select

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, NotFound, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.common.security.tokens import Delegation as Acting
from services.contracts import applications, billing, correspondence, identity, qa, registry
from services.contracts.applications import review
from services.contracts.identity.events import AccountOpeningRepeated
from services.contracts.pages import PAGES
from services.contracts.roles import STAFF_ROLES
from services.identity.models import AccessRequest, Delegation, Factor, LegalHold
from tests.support.actors.applications_journey import Applicant, Staff, submitted
from tests.support.actors.billing_journey import Journey
from tests.support.actors.correspondence_desk import LINK, Person, until
from tests.support.actors.identity_people import PASSWORD, add_person, fail, sign_in
from tests.support.actors.registry_journey import finalise, register_someone, start_registry
from tests.support.gateway_rig import start_gateway
from tests.support.waiting import PATIENCE_S

SMTP = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9"}


def held(system, owner, whose, language="en", **asked):
    """What a service says it holds of a person, to that person: rows by section."""
    caller = system.caller("applicant", account_id=whose, language=language)
    reply = system.call(owner.personal_data.GetPersonalData, caller, **asked)
    assert json.loads(json.dumps(reply)) == reply  # plain JSON
    return {section["code"]: section["rows"] for section in reply["sections"]}


def looks(system, service):
    with system.session(service) as session:
        query = select(audit.c.actor, audit.c.subject).where(audit.c.action == "personal-data:read")
        return session.execute(query).all()


# ---- who may -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(system):
    """Identity with one applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id="A0000017")
    return system


GET = identity.personal_data.GetPersonalData


def test_a_person_sees_their_own_and_leaves_no_trace(office):
    assert held(office, identity, office.ana)["account"][0]["email"] == "ana.tremblay@example.org"
    assert held(office, identity, office.ana, account_id=office.ana)["account"][0]["application_id"] == "A0000017"
    assert looks(office, "identity") == []


@pytest.mark.parametrize("role", ["registrar", "administrator"])
def test_an_auditor_sees_somebody_elses_and_the_trail_says_so(office, role):
    auditor = office.caller(role)
    reply = office.call(GET, auditor, account_id=office.ana)
    assert (reply["service"], reply["sections"][0]["rows"][0]["id"]) == ("identity", str(office.ana))
    assert looks(office, "identity") == [(auditor.name, f"account/{office.ana}")]


@pytest.mark.parametrize("role", ["applicant", "registrant", *(set(STAFF_ROLES) - {"registrar", "administrator"})])
def test_nobody_else_sees_another_persons_and_no_trace_is_left(office, role):
    with pytest.raises(Forbidden):
        office.call(GET, office.caller(role), account_id=office.ana)
    assert looks(office, "identity") == []


def test_neither_nobody_nor_a_delegate_nor_a_program_sees_any(office):
    delegation = Acting(new_id(), frozenset(PAGES))
    acting = office.keys.signer.sign(office.ana, ["applicant", "registrar"], new_id(), "en", None, delegation)
    program = office.keys.signer.sign_for_program("hospital", ["register:read"])
    for token, refusal in ((None, Unauthenticated), (acting, Forbidden), (program, Forbidden)):
        caller = office.keys.verifier.caller(token, None, None, None)
        with pytest.raises(refusal):
            office.call(GET, caller)


def test_an_account_that_there_is_not_is_not_found(office):
    with pytest.raises(NotFound):
        office.call(GET, office.caller("registrar"), account_id=new_id())


def test_names_come_in_the_language_of_the_one_who_asks(office):
    reply = office.call(GET, office.caller("applicant", account_id=office.ana, language="fr"))
    account = reply["sections"][0]
    assert (account["name"], account["columns"]["email"], account["rows"][0]["language"]) == ("Compte", "Courriel", "fr")


def test_over_http_one_asks_each_service_for_ones_own(office):
    base = start_gateway(office) + "/api/v1/me/data"
    headers = {"Authorization": f"Bearer {office.caller('applicant', account_id=office.ana).token}"}
    answer = requests.get(f"{base}/identity", headers=headers, timeout=PATIENCE_S)
    assert answer.json()["sections"][0]["rows"][0]["id"] == str(office.ana)
    other = requests.get(f"{base}/identity", params={"account_id": str(new_id())}, headers=headers, timeout=PATIENCE_S)
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    assert requests.get(f"{base}/identity", timeout=PATIENCE_S).status_code == 401


# ---- what: identity ------------------------------------------------------------------------------------------------------


def test_identity_tells_sign_ins_and_factors_without_any_secret(office):
    sign_in(office, address="192.0.2.7")
    fail(office, 2)
    with office.session("identity") as session:
        factor = {"id": new_id(), "account_id": office.ana, "kind": "totp", "name": "My phone", "added_at": clock.now()}
        session.execute(insert(Factor).values(**factor, sealed_secret="sealed-secret-of-the-app"))
    office.call(identity.recovery.RequestPasswordReset, office.anonymous, email="ana.tremblay@example.org")
    found = held(office, identity, office.ana)
    assert [one["address"] for one in found["sessions"]] == ["192.0.2.7"]
    assert len(found["failed_tries"]) == 2
    assert [(one["kind"], one["name"]) for one in found["factors"]] == [("totp", "My phone")]
    assert [one["purpose"] for one in found["mailed_links"]] == ["password"]
    assert [one["role"] for one in found["roles"]] == ["applicant"]
    for secret in ("argon2", "digest", "sealed-secret-of-the-app", PASSWORD):
        assert secret not in json.dumps(found)


def test_a_request_to_support_is_shown_with_what_was_stated_only_if_it_was_the_persons(office):
    for state, name in (("approved", "Ana Tremblay"), ("refused", "An impostor")):
        row = {"id": new_id(), "reference": f"R-{state}", "kind": "lost_email", "state": state, "asked_at": clock.now()}
        row |= {"contact_email": f"{state}@example.org", "language": "en", "stated": {"legal_name": name}}
        with office.session("identity") as session:
            session.execute(insert(AccessRequest).values(**row, account_id=office.ana, note="She sounded nervous."))
    told = json.dumps(found := held(office, identity, office.ana)["access_requests"])
    assert {one["reference"] for one in found} == {"R-approved", "R-refused"}
    assert "Ana Tremblay" in told and "approved@example.org" in told
    for confidence in ("An impostor", "refused@example.org", "nervous"):
        assert confidence not in told


def test_neither_holds_nor_the_address_of_somebody_one_acts_for_are_shown(office):
    other = add_person(office, "max@example.org", application_id="A0000025")
    given = {"id": new_id(), "account_id": office.ana, "delegate_email": "helper@example.org", "delegate_name": "Helper"}
    acting = {"id": new_id(), "account_id": other, "delegate_id": office.ana, "delegate_email": "a@b.org", "delegate_name": "A"}
    with office.session("identity") as session:
        for row in (given, acting):
            session.execute(insert(Delegation).values(**row, pages=["fees"], state="ended", invited_at=clock.now()))
        reason = {"reason": "Smith v. College", "placed_at": clock.now(), "placed_by": "account/x"}
        session.execute(insert(LegalHold).values(id=new_id(), account_id=office.ana, **reason))
    found = held(office, identity, office.ana)
    assert [one["delegate_email"] for one in found["delegates"]] == ["helper@example.org"]
    assert [one["pages"] for one in found["delegations_held"]] == [["fees"]]
    assert "max@example.org" not in json.dumps(found)
    assert "Smith v. College" not in json.dumps(found)


# ---- what: the others ----------------------------------------------------------------------------------------------------


def test_applications_tells_answers_documents_and_steps_but_of_notes_only_their_date(system):
    system.start("applications")
    person, other = submitted(system), Applicant(system, "A0000025")
    system.call(review.AddNote, Staff(system).officer, application_id=person.id, text="Her supervisor told me in confidence.")
    found = held(system, applications, person.account_id, language="fr")
    [application] = found["application"]
    assert (application["reference"], application["state_words"]) == ("A0000017", "Soumise")
    assert application["applicant_name"] == "Amélie Tremblay-Ōta"
    answers = {row["page"]: row["values"] for row in found["answers"]}
    assert answers["personal_information"]["date_of_birth"] == "1990-02-28"
    assert {row["file_name"] for row in found["documents"]} >= {"government_id.pdf", "transcript.pdf"}
    assert [row["by"] for row in found["history"]] == ["vous"]
    assert found["timeline"][0]["words"] == "Vous avez ouvert votre compte."
    assert [set(row) for row in found["review_notes"]] == [{"at"}]
    for left_out in ("in confidence", "cd" * 32, other.reference):
        assert left_out not in json.dumps(found, ensure_ascii=False)
    assert held(system, applications, new_id()) == {code: [] for code in found}


def test_billing_tells_invoices_fees_and_payments_of_this_person_alone(system):
    journey = Journey(system)
    number = journey.invoiced()
    assert journey.notify(journey.payment(number)) == "recorded"
    other = Journey(system)
    other.invoiced()
    found = held(system, billing, journey.account_id)
    assert [(one["number"], one["state"], one["total"]) for one in found["invoices"]] == [(number, "being_finalised", "362.73")]
    assert {one["invoice"] for one in found["invoice_lines"]} == {number}
    [payment] = found["payments"]
    assert (payment["amount"], payment["method_last4"]) == ("362.73", "4242")
    assert held(system, billing, other.account_id)["payments"] == []


def test_registry_tells_what_was_approved_the_register_and_certificates(system):
    start_registry(system)
    application, fact = register_someone(system)
    register_someone(system, count=2, legal_name="Somebody Else")
    found = held(system, registry, application["account_id"])
    assert [one["registration_number"] for one in found["registration"]] == [fact.data["registration_number"]]
    assert [(one["legal_name"], one["until"]) for one in found["register"]] == [("Élise Marie Côté-D’Amour", None)]
    assert len(found["certificates"]) == len(found["approved"]) == 1
    assert "Somebody Else" not in json.dumps(found)


def test_qa_tells_pd_cycles(system):
    system.start("qa")
    account_id = new_id()
    finalise(system, account_id, registered_on=date(2026, 11, 23))
    finalise(system, new_id())
    until(lambda: held(system, qa, account_id)["pd_cycles"])
    assert len(held(system, qa, account_id)["pd_cycles"]) == 1


def test_correspondence_tells_every_message_but_no_link(system):
    system.start("correspondence", **SMTP)
    person, other = Person.opened(system), Person.opened(system)
    system.publish(AccountOpeningRepeated, account_id=person.account_id)
    until(lambda: len(held(system, correspondence, person.account_id)["messages"]) == 2)
    found = held(system, correspondence, person.account_id)
    assert [one["email"] for one in found["contact"]] == [person.email]
    assert {one["recipient"] for one in found["messages"]} == {person.email}
    assert "This link was in the email only" in " ".join(one["body"] for one in found["messages"])
    assert LINK not in json.dumps(found) and other.email not in json.dumps(found)
