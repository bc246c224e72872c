"""Registrations: kept pending when an application is approved, finalised once when it is paid (F23)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.common.bus.events import NotYet
from services.common.kernel.clock import local_date
from services.common.kernel.ids import new_id
from services.common.kernel.present import present
from services.common.persistence.sequences import next_number
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import terms
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import PaymentReceived
from services.contracts.college import College
from services.contracts.college.charges import FINALISES_REGISTRATION
from services.contracts.registry import RegistrationFinalised
from services.registry import descriptions
from services.registry.certificates import new_verification_code
from services.registry.facts.record_keeping import Source
from services.registry.facts.shape import APPLICATION
from services.registry.models import (
    CERTIFICATE_NUMBERS,
    REGISTRATION_NUMBERS,
    Certificate,
    PendingRegistration,
    Registrant,
)
from services.registry.public_record import compose
from services.registry.register_entries import first_entry
from services.registry.seeding import first_facts


class RegisteredUnderAnotherApplication(Exception):
    """The account has a registration from an earlier application: a person must look, as money was taken for a second one."""


def remember_approval(work: UnitOfWork, college: College, event: ApplicationApproved.Data) -> None:
    """Keeps what was approved until it is paid; an application is kept once."""
    columns = [column.name for column in PendingRegistration.__table__.columns]
    values = {name: getattr(event, name) for name in columns} | {"terms": terms.of(college, event.terms, event.conditions)}
    keep = insert(PendingRegistration).values(values).on_conflict_do_nothing(index_elements=["application_id"])
    if rows_changed(work.session, keep):
        work.audit(
            "registration:await",
            f"application/{event.application_id}",
            after={"reference": event.reference, "category": event.category},
        )


def finalise(work: UnitOfWork, college: College, event: PaymentReceived.Data, announce_again: bool = False) -> None:
    """Registers the person whose fee was paid: number, register entry, certificate; announces RegistrationFinalised (F23).

    An application is registered once, however many payments are told, in whatever order and to however many replicas. One that is
    registered already changes nothing; with `announce_again` (B1) its facts are announced once more, as somebody did not hear them.
    A payment for anything else than a registration is not registry's. Raises NotYet when the approval has not been heard,
    RegisteredUnderAnotherApplication.
    """
    if event.effect != FINALISES_REGISTRATION:
        return
    session = work.session
    descriptions.wait(work, event.application_id)
    pending = session.get(PendingRegistration, event.application_id, with_for_update=True)  # others wait here for the first
    if pending is None:
        raise NotYet(f"the approval of application {event.application_id} has not been heard")
    registrant = session.scalar(select(Registrant).where(Registrant.account_id == pending.account_id))
    if registrant is None:
        _register(work, college, pending, event)
        return
    if registrant.application_id != pending.application_id:
        raise RegisteredUnderAnotherApplication(f"application {pending.application_id}, registrant {registrant.id}")
    if announce_again:
        certificate = session.scalars(select(Certificate).where(Certificate.registrant_id == registrant.id)).one()
        work.announce(RegistrationFinalised, _facts(pending, registrant, certificate))
        work.audit("registration:announce_again", f"registrant/{registrant.id}", after={"invoice_number": event.invoice_number})


def _register(work: UnitOfWork, college: College, pending: PendingRegistration, event: PaymentReceived.Data) -> None:
    registered_on = local_date(event.paid_at, college.time_zone.key)
    registrant = Registrant(
        id=new_id(),
        account_id=pending.account_id,
        application_id=pending.application_id,
        invoice_number=event.invoice_number,
        registration_number=next_number(work.session, REGISTRATION_NUMBERS, college.numbering.registration),
        first_registered_on=registered_on,
        recorded_at=work.now,
    )
    certificate = _certificate(work, college, registrant, registered_on)
    decided = terms.of(college, pending.terms, pending.conditions)
    facts_known = first_facts(work, registrant.id, registered_on, Source(APPLICATION, pending.application_id), pending, decided)
    entry = first_entry(work, registrant, present(compose(facts_known, registered_on)), event.paid_at, pending.conditions)
    # Each waits for the row it refers to; the tables have no relationships for the session to sort them by.
    for rows in ([registrant], [*facts_known, entry, certificate]):
        work.session.add_all(rows)
        work.session.flush()
    descriptions.make_facts(work, registrant)
    facts = _facts(pending, registrant, certificate)
    work.announce(RegistrationFinalised, facts)
    work.audit("registration:finalise", f"registrant/{registrant.id}", after=vars(facts) | {"payment_id": event.payment_id})


def _certificate(work: UnitOfWork, college: College, registrant: Registrant, issued_on: date) -> Certificate:
    return Certificate(
        id=new_id(),
        registrant_id=registrant.id,
        number=next_number(work.session, CERTIFICATE_NUMBERS, college.numbering.certificate),
        verification_code=new_verification_code(),
        issued_on=issued_on,
        recorded_at=work.now,
    )


def _facts(pending: PendingRegistration, registrant: Registrant, certificate: Certificate) -> RegistrationFinalised.Data:
    return RegistrationFinalised.Data(
        registrant_id=registrant.id,
        account_id=registrant.account_id,
        application_id=registrant.application_id,
        invoice_number=registrant.invoice_number,
        registration_number=registrant.registration_number,
        category=pending.category,
        name=pending.legal_name,
        registered_on=registrant.first_registered_on,
        certificate_number=certificate.number,
    )
