"""Requests to support for a way back in, as tests ask and decide them (F10)."""

from datetime import date

from sqlalchemy import select

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from services.identity.models import AccessRequest
from tests.support.actors.identity_people import add_person

NEW = "Ana@personal.example"
STATED = {"legal_name": "Ana Tremblay", "date_of_birth": date(1990, 2, 28), "phone": "416 555-0123", "postal_code": "P3E 5J1"}
CHECKS = [{"fact": "legal_name", "result": "matches"}, {"fact": "call_back", "result": "matches"}]


def staffed(system, **environment):
    system.start("identity", **environment)
    system.ana = add_person(system, application_id="A-0000007-G", email_frozen_at=clock.now())
    system.one, system.other = (system.caller("support", account_id=new_id()) for _ in range(2))
    return system


def ask(system, kind="lost_email", contact_email=NEW, key=None, **stated):
    about = {"kind": kind, "contact_email": contact_email, "language": "fr", "stated": STATED | stated}
    return system.call(contracts.support.RequestAccess, system.anonymous, _key=key, message="I moved.", **about)


def asked(system, kind="lost_email", **more):
    """A request that has come; gives its id."""
    reference = ask(system, kind, **more)["reference"]
    with system.session("identity") as session:
        return session.scalars(select(AccessRequest.id).filter_by(reference=reference)).one()


def decide(system, request_id, caller=None, account_id="ana", outcome="approved", checks=CHECKS):
    account_id = system.ana if account_id == "ana" else account_id
    about = {"request_id": request_id, "account_id": account_id, "outcome": outcome, "checks": checks}
    return system.call(
        contracts.support.DecideAccessRequest, caller or system.one, **about, note="called her on the number on file"
    )


def confirm(system, request_id, caller=None, agree=True):
    about = {"request_id": request_id, "agree": agree, "note": "looked at it too"}
    return system.call(contracts.support.ConfirmAccessDecision, caller or system.other, **about)


def view(system, request_id):
    return system.call(contracts.support.GetAccessRequest, system.one, request_id=request_id)


def approved(system, kind="lost_email", **more):
    """An approval that took effect."""
    request_id = asked(system, kind, **more)
    decide(system, request_id)
    return confirm(system, request_id)
