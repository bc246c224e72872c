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


def two_people(system):
    """A running identity service with Ana and Sam, both signed in."""
    system.start("identity")
    system.ana = add_person(system, EMAIL, "applicant", "registrar")
    system.sam = add_person(system, ASSISTANT, "registrant", language="en")
    system.as_ana, system.as_sam = signed_in(system, system.ana, "applicant"), signed_in(system, system.sam, "registrant")
    return system


def signed_in(system, account_id, *roles):
    """The caller of a session that runs."""
    session_id, now = new_id(), clock.now()
    at = {"begun_at": now, "rotated_at": now, "proved_at": now, "expires_at": now + timedelta(days=30)}
    with system.session("identity") as session:
        session.add(SignInSession(id=session_id, account_id=account_id, generation=1, **at))
    return Caller(account_id, frozenset(roles), session_id, token=system.keys.signer.sign(account_id, roles, session_id, "en"))


def invite(system, email=ASSISTANT, pages=(APPLICATION_FORM,), caller=None):
    return system.call(contracts.delegates.InviteDelegate, caller or system.as_ana, email=email, name="Sam", pages=list(pages))


def link(system, which=0):
    return token_in(system, system.announced(contracts.events.DelegateInvited, count=which + 1)[which], "delegation")


def accept(system, token, caller=None):
    return system.call(contracts.delegates.AcceptDelegation, caller or system.as_sam, token=token)


def let_in(system, pages=(APPLICATION_FORM,)):
    """Sam is Ana's delegate from here on; gives the delegation's id."""
    which = count(system, contracts.events.DelegateInvited)
    invite(system, pages=pages)
    return accept(system, link(system, which))["id"]


def end(system, delegation_id, caller=None):
    return system.call(contracts.delegates.EndDelegation, caller or system.as_ana, delegation_id=delegation_id)


def act(system, delegation_id, caller=None):
    return system.call(contracts.delegates.ActFor, caller or system.as_sam, delegation_id=delegation_id)


def acting(system, delegation_id):
    """Sam as whom the services see with the token for Ana's pages."""
    return system.keys.verifier.caller(act(system, delegation_id)["access_token"], None, None, None)


def show(system, token, caller=None):
    return system.call(contracts.delegates.ShowInvitation, caller or system.as_sam, token=token)


def listed(system, caller):
    return system.call(contracts.delegates.ListDelegations, caller)


def change(system, delegation_id, **columns):
    with system.session("identity") as session:
        session.execute(update(Delegation).where(Delegation.id == delegation_id).values(**columns))


def suspend(system, account_id, at):
    with system.session("identity") as session:
        session.execute(update(Account).where(Account.id == account_id).values(suspended_at=at))
