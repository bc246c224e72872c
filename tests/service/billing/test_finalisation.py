"""Paid, registration in progress: ends with the registration, repairs itself when that is late (B1)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from services.billing import finalisation
from services.billing.models import Invoice
from services.billing.settings import BillingSettings
from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Conflict, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.tables import audit
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import billing as contracts
from services.contracts.billing.events import FinalisationReplayed, PaymentReceived
from services.contracts.registry import RegistrationFinalised
from tests.support.actors.billing_journey import Journey
from tests.support.waiting import until


def _registered(system, journey, number):
    return system.publish(
        RegistrationFinalised,
        registrant_id=new_id(),
        account_id=journey.account_id,
        application_id=journey.application_id,
        invoice_number=number,
        registration_number="10007",
        category="rp_qualifying",
        name="Zoë Nguyễn-Tremblay",
        registered_on=clock.now().date(),
        certificate_number="CERT-0000001-X",
    )


def test_a_registration_finalises_its_invoice_and_a_second_delivery_changes_nothing(system):
    journey = Journey(system)
    number = journey.invoiced()
    journey.notify(journey.payment(number))
    envelope = _registered(system, journey, number)
    until(lambda: journey.invoice()["state"] == "finalised")
    system.publish_again(envelope)
    _registered(system, journey, number)
    system.settle()
    assert journey.invoice()["state"] == "finalised"
    assert system.call(contracts.issued.ListUnfinished, journey.staff)["invoices"] == []
    with pytest.raises(Conflict):
        system.call(contracts.issued.ReplayFinalisation, journey.staff, number=number)
    with system.session("billing") as session:
        assert session.scalars(select(audit.c.action)).all().count("invoice:finalise") == 1


def test_a_registration_heard_before_its_payment_waits_for_it(system):
    journey = Journey(system)
    number = journey.invoiced()
    _registered(system, journey, number)
    system.tried_in_vain(RegistrationFinalised)
    assert journey.invoice()["state"] == "open"
    journey.notify(journey.payment(number))
    until(lambda: journey.invoice()["state"] == "finalised")
    assert system.dead_letters("billing") == []


def test_the_sweep_announces_a_late_payment_again_with_growing_distance(system):
    journey = Journey(system, SWEEP_INTERVAL_S="0.1", FINALISATION_WAIT_S="0.3")
    number = journey.invoiced()
    journey.notify(journey.payment(number))
    (received,) = system.announced(PaymentReceived)
    (replayed,) = system.announced(FinalisationReplayed)
    assert replayed.data == received.data
    assert replayed.id != received.id
    with system.session("billing") as session:
        invoice = session.scalars(select(Invoice)).one()
        assert invoice.replays == 1
        assert invoice.replay_due_at - datetime.fromisoformat(replayed.occurred_at) == timedelta(minutes=1)
        assert "finalisation:replay" in session.scalars(select(audit.c.action)).all()
        session.execute(text("UPDATE invoices SET replay_due_at = now()"))
    system.announced(FinalisationReplayed, count=2)


def test_an_invoice_that_another_replica_is_replaying_is_passed_over(system):
    journey = Journey(system, FINALISATION_WAIT_S="0")  # late at once; the sweeps here are made by hand, so that no clock decides
    journey.notify(journey.payment(journey.invoiced()))
    database = Database(system.service_url("billing"), pool=1)
    settings = BillingSettings(public_url="http://college.test", webhook_secret="", finalisation_wait_s=0)
    with system.session("billing") as session:
        session.execute(text("SELECT 1 FROM invoices FOR UPDATE"))  # as the other replica's sweep would
        assert finalisation.sweep(UnitOfWorkFactory(database, Caller), settings) == 0
    assert finalisation.sweep(UnitOfWorkFactory(database, Caller), settings) == 1
    database.close()
    system.announced(FinalisationReplayed)


def test_staff_replay_at_once_and_see_what_is_unfinished(system):
    journey = Journey(system)
    number = journey.invoiced()
    with pytest.raises(Conflict):
        system.call(contracts.issued.ReplayFinalisation, journey.staff, number=number)
    with pytest.raises(NotFound):
        system.call(contracts.issued.ReplayFinalisation, journey.staff, number="INV-9999999-X")
    journey.notify(journey.payment(number))
    (unfinished,) = system.call(contracts.issued.ListUnfinished, journey.staff)["invoices"]
    assert (unfinished["number"], unfinished["state"]) == (number, "being_finalised")
    system.call(contracts.issued.ReplayFinalisation, journey.staff, number=number)
    (replayed,) = system.announced(FinalisationReplayed)
    assert replayed.actor == f"account/{journey.staff.account_id}"
