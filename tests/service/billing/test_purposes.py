"""Money with a purpose: what each invoice is for and about, what facts cause to be charged, and who handles what of it."""

from alembic import command
from sqlalchemy import create_engine, select, text

from services.billing.models import Invoice, LedgerPosting
from services.common.kernel import clock
from services.common.persistence.migrate import alembic_config, migrate
from services.contracts import billing as contracts
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.billing.events import InvoiceIssued, PaymentReceived
from services.contracts.registry import RegistrationFinalised
from tests.support.actors.billing_journey import Journey
from tests.support.actors.registry_journey import PAID_AT, approve, pay, start_registry

REGISTRATION, APPLICATION = {"en": "Registration", "fr": "Inscription"}, {"en": "Application", "fr": "Demande"}


def submit(journey, charge="application"):
    return journey.system.publish(
        ApplicationSubmitted,
        application_id=journey.application_id,
        account_id=journey.account_id,
        reference="APP-000001-X",
        category="rp_qualifying",
        applicant_name="Zoë Nguyễn-Tremblay",
        submitted_at=clock.now(),
        charge=charge,
    )


def test_a_submission_that_costs_something_is_invoiced_once_beside_the_registration(system):
    journey = Journey(system)
    submit(journey)
    system.announced(InvoiceIssued)
    submit(journey)
    journey.approve()
    first, second = system.announced(InvoiceIssued, count=2)
    subject = {"type": "application", "id": str(journey.application_id)}
    told = [
        (one.data["purpose"], one.data["subject"], one.data["effect"], one.data["total"]["amount"]) for one in (first, second)
    ]
    assert told == [
        ("application", subject, "completes_submission", "180.80"),  # 160.00 and 13 %
        ("registration", subject, "finalises_registration", "362.73"),
    ]
    system.settle()
    assert len(system.announced(InvoiceIssued)) == 2
    mine = system.call(contracts.invoices.ListInvoices, journey.payer)["invoices"]
    assert [(one["purpose_words"], one["subject"]["id"], one["application_id"]) for one in mine] == [
        (REGISTRATION, journey.application_id, journey.application_id),
        (APPLICATION, journey.application_id, journey.application_id),
    ]
    assert [one["due_on"] is None for one in mine] == [True, False]


def test_a_submission_that_costs_nothing_is_not_invoiced(system):
    journey = Journey(system)
    submit(journey, charge=None)
    system.settle()
    assert [fact for fact in system.heard if fact.type == InvoiceIssued.type] == []


def test_a_charge_that_the_profile_does_not_have_is_parked(system):
    journey = Journey(system)
    submit(journey, charge="no_such_charge")
    system.settle(quiet_s=2.0)
    (parked,) = system.dead_letters("billing")
    assert "no_such_charge" in str(parked.headers)


def test_staff_find_invoices_by_purpose(system):
    journey = Journey(system)
    submit(journey)
    journey.approve()
    system.announced(InvoiceIssued, count=2)
    for purpose, words in (("registration", REGISTRATION), ("application", APPLICATION)):
        found = system.call(contracts.issued.ListIssuedInvoices, journey.staff, purpose=purpose)["invoices"]
        assert [(one["purpose"], one["purpose_words"]) for one in found] == [(purpose, words)]
    assert system.call(contracts.issued.ListIssuedInvoices, journey.staff, purpose="exam")["invoices"] == []


def test_a_payment_without_an_effect_is_done_at_once(system):
    journey = Journey(system)
    number = journey.invoiced()
    with system.session("billing") as session:
        session.execute(text("UPDATE invoices SET purpose = 'letter', effect = NULL, application_id = NULL"))
    journey.notify(journey.payment(number))
    invoice = journey.invoice()
    assert (invoice["state"], invoice["purpose_words"]) == ("finalised", {"en": "letter", "fr": "letter"})
    (received,) = system.announced(PaymentReceived)
    assert (received.data["purpose"], received.data["effect"]) == ("letter", None)
    assert system.call(contracts.issued.ListUnfinished, journey.staff)["invoices"] == []


def test_invoices_of_before_are_carried_over_and_back(system):
    journey = Journey(system)
    number = journey.invoiced()
    before = journey.invoice()
    system.stop("billing")
    url = system.engines.admin_database_url(system.database("billing"))
    _down_to(url, "0006")
    with system.session("billing") as session:
        columns = session.execute(text("SELECT * FROM invoices")).mappings().one()
        assert "purpose" not in columns and columns["application_id"] == journey.application_id
    assert migrate("services.billing", url, system._templates.role("billing")) >= "0007"
    with system.session("billing") as session:
        invoice = session.scalars(select(Invoice)).one()
        assert (invoice.number, invoice.purpose, invoice.subject_type) == (number, "registration", "application")
        assert (invoice.subject_id, invoice.effect) == (journey.application_id, "finalises_registration")
    again = Journey(system)
    assert system.call(contracts.invoices.GetInvoice, journey.payer, number=number) == before
    assert again.invoiced() != number


def test_an_invoice_that_the_release_before_writes_meanwhile_is_the_one_of_its_application(system):
    journey = Journey(system)
    number = journey.invoiced()
    with system.session("billing") as session:
        session.execute(
            text("UPDATE invoices SET subject_id = NULL, purpose = DEFAULT, subject_type = DEFAULT, effect = DEFAULT")
        )
    journey.approve()
    system.settle()
    assert len(system.announced(InvoiceIssued)) == 1
    assert journey.invoice()["subject"] == {"type": "application", "id": journey.application_id}
    journey.notify(journey.payment(number))
    (received,) = system.announced(PaymentReceived)
    assert received.data["subject"]["id"] == received.data["application_id"] == str(journey.application_id)


def test_the_books_know_each_purpose_by_its_fee(system):
    journey = Journey(system)
    submit(journey)
    system.announced(InvoiceIssued)
    with system.session("billing") as session:
        earned = select(LedgerPosting.detail, LedgerPosting.amount_cents).where(LedgerPosting.account == "fee_revenue")
        assert session.execute(earned).all() == [("application", -16000)]


def test_registry_registers_nobody_for_a_payment_of_another_purpose(system):
    start_registry(system)
    application = approve(system)
    about = {"type": "application", "id": application["application_id"]}
    pay(system, application, purpose="application", subject=about, effect="completes_submission")
    pay(system, application, purpose="letter", effect=None)
    system.settle()
    assert [fact for fact in system.heard if fact.type == RegistrationFinalised.type] == []
    assert system.dead_letters("registry") == []


def test_a_payment_told_by_a_release_without_purposes_is_of_a_registration(system):
    start_registry(system)
    application = approve(system)
    envelope = pay(system, application, purpose="letter", effect=None, paid_at=PAID_AT)
    system.settle()
    old = {name: value for name, value in envelope["data"].items() if name not in ("purpose", "subject", "effect")}
    system.publish_again({**envelope, "id": str(application["account_id"]), "data": old})
    (finalised,) = system.announced(RegistrationFinalised)
    assert finalised.data["application_id"] == str(application["application_id"])


def _down_to(url, revision):
    config = alembic_config("services.billing")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        config.attributes.update(connection=connection, metadata=None)
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()
