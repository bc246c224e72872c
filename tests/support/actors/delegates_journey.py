"""Ana, an applicant, and Sam, who is to be her assistant: the steps of a delegation as the tests of identity take them."""

from datetime import timedelta

from sqlalchemy import update

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from services.contracts.pages import APPLICATION_FORM
from services.identity.models import Account, Delegation, SignInSession
from tests.support.actors.identity_people import EMAIL, add_person, count, token_in

ASSISTANT = "sam@office.example"


def two_people(house):
    """A running identity service with Ana and Sam, both signed in."""
    house.start("identity")
    house.ana = add_person(house, EMAIL, "applicant", "registrar")
    house.sam = add_person(house, ASSISTANT, "registrant", language="en")
    house.as_ana, house.as_sam = signed_in(house, house.ana, "applicant"), signed_in(house, house.sam, "registrant")
    return house


def signed_in(house, account_id, *roles):
    """The caller of a session that runs."""
    session_id, now = new_id(), clock.now()
    at = {"begun_at": now, "rotated_at": now, "proved_at": now, "expires_at": now + timedelta(days=30)}
    with house.session("identity") as session:
        session.add(SignInSession(id=session_id, account_id=account_id, generation=1, **at))
    return Caller(account_id, frozenset(roles), session_id, token=house.keys.signer.sign(account_id, roles, session_id, "en"))


def invite(house, email=ASSISTANT, pages=(APPLICATION_FORM,), caller=None):
    return house.call(contracts.InviteDelegate, caller or house.as_ana, email=email, name="Sam", pages=list(pages))


def link(house, which=0):
    return token_in(house, house.announced(contracts.DelegateInvited, count=which + 1)[which], "delegation")


def accept(house, token, caller=None):
    return house.call(contracts.AcceptDelegation, caller or house.as_sam, token=token)


def let_in(house, pages=(APPLICATION_FORM,)):
    """Sam is Ana's delegate from here on; gives the delegation's id."""
    which = count(house, contracts.DelegateInvited)
    invite(house, pages=pages)
    return accept(house, link(house, which))["id"]


def end(house, delegation_id, caller=None):
    return house.call(contracts.EndDelegation, caller or house.as_ana, delegation_id=delegation_id)


def act(house, delegation_id, caller=None):
    return house.call(contracts.ActFor, caller or house.as_sam, delegation_id=delegation_id)


def acting(house, delegation_id):
    """Sam as whom the services see with the token for Ana's pages."""
    return house.keys.verifier.caller(act(house, delegation_id)["access_token"], None, None, None)


def show(house, token, caller=None):
    return house.call(contracts.ShowInvitation, caller or house.as_sam, token=token)


def listed(house, caller):
    return house.call(contracts.ListDelegations, caller)


def change(house, delegation_id, **columns):
    with house.session("identity") as session:
        session.execute(update(Delegation).where(Delegation.id == delegation_id).values(**columns))


def suspend(house, account_id, at):
    with house.session("identity") as session:
        session.execute(update(Account).where(Account.id == account_id).values(suspended_at=at))
