"""Delegates: somebody lets an assistant into chosen pages, with the assistant's own credentials (B11)."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import (
    LinkNotValid,
    SessionEnded,
    StaffAreNoDelegates,
    TooManyDelegates,
    TooManyMails,
    WrongState,
)
from services.contracts.identity.shapes import AccessToken
from services.contracts.pages import PAGES
from services.contracts.roles import PAYERS

STATES = ("invited", "active", "ended")


class Delegation(Record):
    """Who was let into which pages by whom. `person` is the other side's address: the delegate's, or the one acted for."""

    id: UUID
    person: str
    name: str
    pages: list[str] = of(fields.List(fields.String(validate=validate.OneOf(PAGES))))
    state: str = of(fields.String(validate=validate.OneOf(STATES)))
    invited_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None


class InviteDelegate(Call):
    """Mails an invitation to become the caller's delegate for some pages; the invited one accepts with an account of their own."""

    access = PAYERS.recently_authenticated()
    errors = (TooManyDelegates, TooManyMails)

    class Request(Record):
        """Whom, called what, and for which pages."""

        email: str = of(shapes.email())
        name: str = of(shapes.name(100))
        pages: list[str] = of(fields.List(fields.String(validate=validate.OneOf(PAGES)), validate=validate.Length(1, 20)))

    Reply = Delegation


class ListDelegations(Call):
    """Lists whom the caller let in, and who lets the caller in."""

    access = SIGNED_IN
    read_only = True

    class Reply(Record):
        """Both lists."""

        given: list[Delegation]
        held: list[Delegation]


class ShowInvitation(Call):
    """Shows the person signed in what a mailed invitation is about; looking uses nothing up.

    The link of an invitation that the caller accepted shows it for as long as it lasts; to anybody else it is over.
    """

    access = SIGNED_IN
    read_only = True
    errors = (LinkNotValid, StaffAreNoDelegates)

    class Request(Record):
        """The secret part of the link."""

        token: str = of(shapes.secret())

    class Reply(Record):
        """Who invites (`person`, an address), to which pages, until when; `own` where the caller is the one who invites."""

        person: str
        pages: list[str] = of(fields.List(fields.String(validate=validate.OneOf(PAGES))))
        state: str = of(fields.String(validate=validate.OneOf(("invited", "active"))))
        own: bool
        expires_at: datetime | None


class AcceptDelegation(Call):
    """Accepts an invitation with the mailed link, as the person signed in; the link works once."""

    access = SIGNED_IN
    errors = (LinkNotValid, StaffAreNoDelegates)

    class Request(Record):
        """The secret part of the link."""

        token: str = of(shapes.secret())

    Reply = Delegation


class EndDelegation(Call):
    """Ends a delegation; either side may. Access tokens given out for it are refused within seconds."""

    access = SIGNED_IN
    errors = (WrongState,)

    class Request(Record):
        """Which."""

        delegation_id: UUID

    Reply = Delegation


class ActFor(Call):
    """Gives a delegate an access token for the pages of the one who let them in; every act is shown as by the one for the other."""

    access = SIGNED_IN
    errors = (WrongState, StaffAreNoDelegates, SessionEnded)

    class Request(Record):
        """Which delegation."""

        delegation_id: UUID

    class Reply(AccessToken):
        """The token, and what it opens."""

        pages: list[str]
