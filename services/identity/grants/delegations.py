"""Delegates: somebody lets an assistant into some pages, who acts there with an account of their own (B11).

The assistant never gets the other's password, roles on the staff or account: only a short-lived token for the pages that were given.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from services.common.kernel.email_addresses import email_key
from services.common.kernel.errors import Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.token_hashing import digest, new_secret
from services.common.security.tokens import Delegation as Acting
from services.contracts.identity import delegates
from services.contracts.identity.delegates import ActFor, InviteDelegate, ListDelegations, ShowInvitation
from services.contracts.identity.errors import LinkNotValid, SessionEnded, StaffAreNoDelegates, TooManyDelegates, WrongState
from services.contracts.identity.events import DelegateInvited, DelegationAccepted, DelegationEnded
from services.contracts.roles import APPLICANT, REGISTRANT, STAFF_ROLES
from services.identity.accounts import lookup, recipient_limits
from services.identity.accounts.recipient_limits import Kind
from services.identity.models import Account, Delegation, SignInSession
from services.identity.sessions.signing import BEARER
from services.identity.settings import IdentitySettings

MOST = 10  # that are active or may yet be accepted
DAYS = 14
INVITED, ACTIVE, ENDED = "invited", "active", "ended"
OWN_ADDRESS = Text("This is your own address.", "C’est votre propre adresse.")
Fact = TypeVar("Fact", bound=DelegationAccepted.Data)


def seen_by_one_side(delegation: Delegation, person: str, now: datetime) -> delegates.Delegation:
    """A delegation as one side sees it; `person` is the other's address. An invitation that has run out has ended."""
    run_out = _has_run_out(delegation, now)
    return delegates.Delegation(
        id=delegation.id,
        person=person,
        name=delegation.delegate_name,
        pages=delegation.pages,
        state=ENDED if run_out else delegation.state,
        invited_at=delegation.invited_at,
        accepted_at=delegation.accepted_at,
        ended_at=delegation.token_expires_at if run_out else delegation.ended_at,
    )


def _has_run_out(delegation: Delegation, now: datetime) -> bool:
    expires_at = delegation.token_expires_at
    return delegation.state == INVITED and expires_at is not None and expires_at <= now


def _person(work: UnitOfWork, delegation: Delegation, mine: Account) -> str:
    """The address of the other side: of the account that accepted, which may have another one than was invited."""
    if delegation.account_id != mine.id:
        return work.session.get_one(Account, delegation.account_id).email
    return work.session.get_one(Account, delegation.delegate_id).email if delegation.delegate_id else delegation.delegate_email


def invite(work: UnitOfWork, settings: IdentitySettings, request: InviteDelegate.Request) -> delegates.Delegation:
    """Has an invitation mailed, whether or not the address has an account; one that waits at this address already is void.

    Raises NotFound, Invalid for one's own address, TooManyDelegates, TooManyMails.
    """
    account = lookup.own(work, lock=True)  # invitations of one person take turns, or there could be more than MOST
    if email_key(request.email) == account.email_key:
        raise Invalid(errors=[{"field": "email", "code": "own_address", "message": {"en": OWN_ADDRESS.en, "fr": OWN_ADDRESS.fr}}])
    present = [
        delegation for delegation in _given(work, account) if delegation.state != ENDED and not _has_run_out(delegation, work.now)
    ]
    invitations = [delegation for delegation in present if delegation.state == INVITED]
    for invitation in invitations:
        if email_key(invitation.delegate_email) == email_key(request.email):
            _close(work, invitation)
            present.remove(invitation)
    if len(present) >= MOST:
        raise TooManyDelegates(most=MOST)
    recipient_limits.require(work, settings, Kind.DELEGATE, request.email, account.id)
    token = new_secret()
    delegation = Delegation(
        id=new_id(),
        account_id=account.id,
        delegate_email=request.email,
        delegate_name=request.name,
        pages=sorted(set(request.pages)),
        state=INVITED,
        invited_at=work.now,
        token_digest=digest(token),
        token_expires_at=work.now + timedelta(days=DAYS),
    )
    work.session.add(delegation)
    work.audit("delegation:invite", f"delegation/{delegation.id}", after={"email": request.email, "pages": delegation.pages})
    work.announce(
        DelegateInvited,
        DelegateInvited.Data(
            account_id=account.id,
            delegation_id=delegation.id,
            delegate_email=request.email,
            delegate_name=request.name,
            language=account.language,
            pages=delegation.pages,
            sealed_link=settings.sealed_box.seal(f"{settings.public_url}/delegation?token={token}"),
            expires_hours=DAYS * 24,
        ),
    )
    return seen_by_one_side(delegation, request.email, work.now)


def _given(work: UnitOfWork, account: Account) -> list[Delegation]:
    return list(work.session.scalars(select(Delegation).filter_by(account_id=account.id).order_by(Delegation.id.desc())))


def list_mine(work: UnitOfWork) -> ListDelegations.Reply:
    """Lists whom the caller let in, and who lets the caller in, newest first; ended ones too. Raises NotFound."""
    account = lookup.own(work)
    held = select(Delegation).filter_by(delegate_id=account.id).order_by(Delegation.id.desc())
    return ListDelegations.Reply(
        given=_seen_by(work, account, _given(work, account)),
        held=_seen_by(work, account, work.session.scalars(held).all()),
    )


def _seen_by(work: UnitOfWork, mine: Account, found: Sequence[Delegation]) -> list[delegates.Delegation]:
    return [seen_by_one_side(delegation, _person(work, delegation, mine), work.now) for delegation in found]


def show(work: UnitOfWork, token: str) -> ShowInvitation.Reply:
    """Gives what an invitation is about: to whoever may accept it, to the inviter, and to the one who did accept it.

    Raises StaffAreNoDelegates, and LinkNotValid for any other link.
    """
    account = lookup.own(work)
    delegation = work.session.scalars(select(Delegation).filter_by(token_digest=digest(token))).one_or_none()
    if delegation is None or _has_run_out(delegation, work.now):
        raise LinkNotValid()
    principal = work.session.get_one(Account, delegation.account_id)
    if principal.suspended_at is not None or account.suspended_at is not None:
        raise LinkNotValid()
    if delegation.state == ACTIVE and delegation.delegate_id != account.id:
        raise LinkNotValid()
    own = principal.id == account.id
    if not own:
        _refuse_staff(account)
    return ShowInvitation.Reply(
        person=principal.email,
        pages=delegation.pages,
        state=delegation.state,
        own=own,
        expires_at=delegation.token_expires_at,
    )


def accept(work: UnitOfWork, token: str) -> delegates.Delegation:
    """Makes the caller the delegate whom the link invites, once.

    Raises StaffAreNoDelegates, and LinkNotValid, also to the inviter, for whom the link stays good.

    Who holds the link is who was meant: it was mailed, and the account that accepts may have another address. What the same two
    people had agreed on before ends: the newest word counts.
    """
    account = lookup.own(work)
    delegation = work.session.scalars(select(Delegation).filter_by(token_digest=digest(token)).with_for_update()).one_or_none()
    if (
        delegation is None
        or delegation.state != INVITED
        or _has_run_out(delegation, work.now)
        or delegation.account_id == account.id
    ):
        raise LinkNotValid()
    _refuse_staff(account)
    principal = work.session.get_one(Account, delegation.account_id)
    if principal.suspended_at is not None or account.suspended_at is not None:
        raise LinkNotValid()
    between = select(Delegation).filter_by(account_id=principal.id, delegate_id=account.id, state=ACTIVE).with_for_update()
    for earlier in work.session.scalars(between).all():
        _close(work, earlier)
        work.announce(DelegationEnded, _fact(DelegationEnded.Data, earlier))
    delegation.delegate_id, delegation.state, delegation.accepted_at = account.id, ACTIVE, work.now
    delegation.token_expires_at = None  # the digest stays: who follows the link again is told what it was (`show`)
    work.audit(
        "delegation:accept", f"delegation/{delegation.id}", {"state": INVITED}, {"state": ACTIVE, "delegate_id": account.id}
    )
    work.announce(DelegationAccepted, _fact(DelegationAccepted.Data, delegation))
    return seen_by_one_side(delegation, principal.email, work.now)


def _refuse_staff(account: Account) -> None:
    # Also somebody who was a delegate before, and no administrator thought of it.
    if not set(STAFF_ROLES).isdisjoint(account.roles):
        raise StaffAreNoDelegates()


def end(work: UnitOfWork, delegation_id: UUID) -> delegates.Delegation:
    """Ends a delegation of the caller's, from either side; an invitation is taken back so. Raises NotFound, WrongState."""
    account = lookup.own(work)
    ours = or_(Delegation.account_id == account.id, Delegation.delegate_id == account.id)
    delegation = work.session.scalars(
        select(Delegation).where(Delegation.id == delegation_id, ours).with_for_update()
    ).one_or_none()
    if delegation is None:
        raise NotFound()
    if delegation.state == ENDED or _has_run_out(delegation, work.now):
        raise WrongState()
    _close(work, delegation)
    work.announce(DelegationEnded, _fact(DelegationEnded.Data, delegation))
    return seen_by_one_side(delegation, _person(work, delegation, account), work.now)


def _close(work: UnitOfWork, delegation: Delegation) -> None:
    before = delegation.state
    delegation.state, delegation.ended_at, delegation.token_digest = ENDED, work.now, None
    work.session.flush()
    work.audit("delegation:end", f"delegation/{delegation.id}", {"state": before}, {"state": ENDED})


def _fact(data: type[Fact], delegation: Delegation) -> Fact:
    return data(
        account_id=delegation.account_id,
        delegation_id=delegation.id,
        delegate_name=delegation.delegate_name,
        pages=delegation.pages,
    )


def act_for(work: UnitOfWork, settings: IdentitySettings, delegation_id: UUID) -> ActFor.Reply:
    """Gives the delegate a token for the pages of the one acted for, as applicant or registrant and nothing else.

    Raises NotFound, StaffAreNoDelegates, WrongState if the delegation is not active or one of the two is suspended, SessionEnded:
    nothing new is given out for a session that has ended.
    """
    delegate = lookup.own(work)
    delegation = work.session.scalars(select(Delegation).filter_by(id=delegation_id, delegate_id=delegate.id)).one_or_none()
    if delegation is None:
        raise NotFound()
    _refuse_staff(delegate)
    principal = work.session.get_one(Account, delegation.account_id)
    if delegation.state != ACTIVE or principal.suspended_at is not None or delegate.suspended_at is not None:
        raise WrongState()
    session = work.session.scalars(
        select(SignInSession).filter_by(id=work.caller.session_id, account_id=delegate.id)
    ).one_or_none()
    if session is None or session.ended_at is not None or session.expires_at <= work.real_now:
        raise SessionEnded()
    work.audit("delegation:act", f"delegation/{delegation.id}", after={"account_id": principal.id, "pages": delegation.pages})
    token = settings.signer.sign(
        principal.id,
        {APPLICANT, REGISTRANT} & set(principal.roles),
        session.id,
        delegate.language,
        proved_at=0,  # no sensitive act is a delegate's
        delegation=Acting(delegate.id, frozenset(delegation.pages), delegation.id),
    )
    return ActFor.Reply(
        access_token=token,
        token_type=BEARER,
        expires_in=settings.signer.lifetime_s,
        pages=delegation.pages,
    )
