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


def staffed(house, **environment):
    house.start("identity", **environment)
    house.ana = add_person(house, application_id="A-0000007-G", email_frozen_at=clock.now())
    house.one, house.other = (house.caller("support", account_id=new_id()) for _ in range(2))
    return house


def ask(house, kind="lost_email", contact_email=NEW, key=None, **stated):
    about = {"kind": kind, "contact_email": contact_email, "language": "fr", "stated": STATED | stated}
    return house.call(contracts.RequestAccess, house.anonymous, _key=key, message="I moved.", **about)


def asked(house, kind="lost_email", **more):
    """A request that has come; gives its id."""
    reference = ask(house, kind, **more)["reference"]
    with house.session("identity") as session:
        return session.scalars(select(AccessRequest.id).filter_by(reference=reference)).one()


def decide(house, request_id, caller=None, account_id="ana", outcome="approved", checks=CHECKS):
    account_id = house.ana if account_id == "ana" else account_id
    about = {"request_id": request_id, "account_id": account_id, "outcome": outcome, "checks": checks}
    return house.call(contracts.DecideAccessRequest, caller or house.one, **about, note="called her on the number on file")


def confirm(house, request_id, caller=None, agree=True):
    about = {"request_id": request_id, "agree": agree, "note": "looked at it too"}
    return house.call(contracts.ConfirmAccessDecision, caller or house.other, **about)


def view(house, request_id):
    return house.call(contracts.GetAccessRequest, house.one, request_id=request_id)


def approved(house, kind="lost_email", **more):
    """An approval that took effect."""
    request_id = asked(house, kind, **more)
    decide(house, request_id)
    return confirm(house, request_id)
