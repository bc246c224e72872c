"""Delegates: somebody lets an assistant into chosen pages, with the assistant's own credentials (B11)."""

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.validation import Schema, fields, validate
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


class Delegation(Schema):
    """Who was let into which pages by whom. `person` is the other side's address: the delegate's, or the one acted for."""

    id = fields.UUID(required=True)
    person = fields.String(required=True)
    name = fields.String(required=True)
    pages = fields.List(fields.String(validate=validate.OneOf(PAGES)), required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    invited_at = shapes.instant(required=True)
    accepted_at = shapes.instant(required=True, allow_none=True)
    ended_at = shapes.instant(required=True, allow_none=True)


class InviteDelegate(Call):
    """Mails an invitation to become the caller's delegate for some pages; the invited one accepts with an account of their own."""

    access = PAYERS.recently_authenticated()
    errors = (TooManyDelegates, TooManyMails)

    class Request(Schema):
        """Whom, called what, and for which pages."""

        email = shapes.email(required=True)
        name = shapes.name(100, required=True)
        pages = fields.List(fields.String(validate=validate.OneOf(PAGES)), required=True, validate=validate.Length(1, 20))

    Reply = Delegation


class ListDelegations(Call):
    """Lists whom the caller let in, and who lets the caller in."""

    access = SIGNED_IN
    read_only = True

    class Reply(Schema):
        """Both lists."""

        given = fields.List(fields.Nested(Delegation), required=True)
        held = fields.List(fields.Nested(Delegation), required=True)


class ShowInvitation(Call):
    """Shows the person signed in what a mailed invitation is about; looking uses nothing up.

    The link of an invitation that the caller accepted shows it for as long as it lasts; to anybody else it is over.
    """

    access = SIGNED_IN
    read_only = True
    errors = (LinkNotValid, StaffAreNoDelegates)

    class Request(Schema):
        """The secret part of the link."""

        token = shapes.secret(required=True)

    class Reply(Schema):
        """Who invites (`person`, an address), to which pages, until when; `own` where the caller is the one who invites."""

        person = fields.String(required=True)
        pages = fields.List(fields.String(validate=validate.OneOf(PAGES)), required=True)
        state = fields.String(required=True, validate=validate.OneOf(("invited", "active")))
        own = fields.Boolean(required=True)
        expires_at = shapes.instant(required=True, allow_none=True)


class AcceptDelegation(Call):
    """Accepts an invitation with the mailed link, as the person signed in; the link works once."""

    access = SIGNED_IN
    errors = (LinkNotValid, StaffAreNoDelegates)

    class Request(Schema):
        """The secret part of the link."""

        token = shapes.secret(required=True)

    Reply = Delegation


class EndDelegation(Call):
    """Ends a delegation; either side may. Access tokens given out for it are refused within seconds."""

    access = SIGNED_IN
    errors = (WrongState,)

    class Request(Schema):
        """Which."""

        delegation_id = fields.UUID(required=True)

    Reply = Delegation


class ActFor(Call):
    """Gives a delegate an access token for the pages of the one who let them in; every act is shown as by the one for the other."""

    access = SIGNED_IN
    errors = (WrongState, StaffAreNoDelegates, SessionEnded)

    class Request(Schema):
        """Which delegation."""

        delegation_id = fields.UUID(required=True)

    class Reply(AccessToken):
        """The token, and what it opens."""

        pages = fields.List(fields.String(), required=True)
