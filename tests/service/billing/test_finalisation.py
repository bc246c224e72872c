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
from services.common.persistence.unit_of_work import Works
from services.contracts import billing as contracts
from services.contracts.billing import FinalisationReplayed, PaymentReceived
from services.contracts.registry import RegistrationFinalised
from tests.support.actors.billing_journey import Walk
from tests.support.waiting import until


def _registered(house, walk, number):
    return house.publish(
        RegistrationFinalised,
        registrant_id=new_id(),
        account_id=walk.account_id,
        application_id=walk.application_id,
        invoice_number=number,
        registration_number="10007",
        category="rp_qualifying",
        name="Zoë Nguyễn-Tremblay",
        registered_on=clock.now().date(),
        certificate_number="CERT-0000001-X",
    )


def test_a_registration_finalises_its_invoice_and_a_second_delivery_changes_nothing(house):
    walk = Walk(house)
    number = walk.invoiced()
    walk.notify(walk.payment(number))
    envelope = _registered(house, walk, number)
    until(lambda: walk.invoice()["state"] == "finalised")
    house.publish_again(envelope)
    _registered(house, walk, number)
    house.settle()
    assert walk.invoice()["state"] == "finalised"
    assert house.call(contracts.ListUnfinished, walk.staff)["invoices"] == []
    with pytest.raises(Conflict):
        house.call(contracts.ReplayFinalisation, walk.staff, number=number)
    with house.session("billing") as session:
        assert session.scalars(select(audit.c.action)).all().count("invoice:finalise") == 1


def test_a_registration_heard_before_its_payment_waits_for_it(house):
    walk = Walk(house)
    number = walk.invoiced()
    _registered(house, walk, number)
    house.tried_in_vain(RegistrationFinalised)
    assert walk.invoice()["state"] == "open"
    walk.notify(walk.payment(number))
    until(lambda: walk.invoice()["state"] == "finalised")
    assert house.dead_letters("billing") == []


def test_the_sweep_announces_a_late_payment_again_with_growing_distance(house):
    walk = Walk(house, SWEEP_INTERVAL_S="0.1", FINALISATION_WAIT_S="0.3")
    number = walk.invoiced()
    walk.notify(walk.payment(number))
    (received,) = house.announced(PaymentReceived)
    (replayed,) = house.announced(FinalisationReplayed)
    assert replayed.data == received.data
    assert replayed.id != received.id
    with house.session("billing") as session:
        invoice = session.scalars(select(Invoice)).one()
        assert invoice.replays == 1
        assert invoice.replay_due_at - datetime.fromisoformat(replayed.occurred_at) == timedelta(minutes=1)
        assert "finalisation:replay" in session.scalars(select(audit.c.action)).all()
        session.execute(text("UPDATE invoices SET replay_due_at = now()"))
    house.announced(FinalisationReplayed, count=2)


def test_an_invoice_that_another_replica_is_replaying_is_passed_over(house):
    walk = Walk(house, FINALISATION_WAIT_S="0")  # late at once; the sweeps here are made by hand, so that no clock decides
    walk.notify(walk.payment(walk.invoiced()))
    database = Database(house.service_url("billing"), pool=1)
    settings = BillingSettings(public_url="http://college.test", webhook_secret="", finalisation_wait_s=0)
    with house.session("billing") as session:
        session.execute(text("SELECT 1 FROM invoices FOR UPDATE"))  # as the other replica's sweep would
        assert finalisation.sweep(Works(database, Caller), settings) == 0
    assert finalisation.sweep(Works(database, Caller), settings) == 1
    database.close()
    house.announced(FinalisationReplayed)


def test_staff_replay_at_once_and_see_what_is_unfinished(house):
    walk = Walk(house)
    number = walk.invoiced()
    with pytest.raises(Conflict):
        house.call(contracts.ReplayFinalisation, walk.staff, number=number)
    with pytest.raises(NotFound):
        house.call(contracts.ReplayFinalisation, walk.staff, number="INV-9999999-X")
    walk.notify(walk.payment(number))
    (unfinished,) = house.call(contracts.ListUnfinished, walk.staff)["invoices"]
    assert (unfinished["number"], unfinished["state"]) == (number, "being_finalised")
    house.call(contracts.ReplayFinalisation, walk.staff, number=number)
    (replayed,) = house.announced(FinalisationReplayed)
    assert replayed.actor == f"account/{walk.staff.account_id}"
