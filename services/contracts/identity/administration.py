"""What staff do with accounts: finding them, staff accounts and their roles, accounts of an earlier system, legal holds."""

from services.common.kernel.contract import Call
from services.common.kernel.typed_text.fields import Search
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import AddressTaken, LastAdministrator, OwnAccount, TooManyMails, WrongState
from services.contracts.roles import ADMINISTRATORS, AUDITORS, REVIEWERS, STAFF, STAFF_ROLES, SUPPORTERS

MOST_AT_ONCE = 500
MOST_COLLEAGUES = 100


class FoundAccount(Schema):
    """An account as staff see it."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    application_id = fields.String(required=True, allow_none=True)
    name = fields.String(load_default=None, allow_none=True)
    language = shapes.language(required=True)
    roles = fields.List(fields.String(), required=True)
    opened_at = shapes.instant(required=True)
    activated_at = shapes.instant(required=True, allow_none=True)
    migrated = fields.Boolean(required=True)
    second_factor = fields.Boolean(required=True)
    email_frozen = fields.Boolean(required=True)
    suspended_at = shapes.instant(required=True, allow_none=True)


class FindAccounts(Call):
    """Finds accounts by the beginning of the address, by application ID or by id; that it was looked for is in the audit trail."""

    access = SUPPORTERS

    class Request(Schema):
        """What is looked for, at least three characters, and the page."""

        text = Search(required=True, validate=validate.Length(min=3, max=254))
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page, by address."""

        accounts = fields.List(fields.Nested(FoundAccount), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class InviteStaff(Call):
    """Opens a staff account with roles and mails a link to choose a password; a second factor is asked for at the first sign-in (B10)."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (AddressTaken,)

    class Request(Schema):
        """Whom, for what, in which language."""

        email = shapes.email(required=True)
        roles = fields.List(fields.String(validate=validate.OneOf(STAFF_ROLES)), required=True, validate=validate.Length(1, 10))
        language = shapes.language(load_default="en")
        name = shapes.name(100, load_default=None, allow_none=True)

    Reply = FoundAccount


class ListStaff(Call):
    """Lists the accounts that hold a staff role, by address."""

    access = ADMINISTRATORS
    read_only = True

    class Reply(Schema):
        """The accounts."""

        accounts = fields.List(fields.Nested(FoundAccount), required=True)


class SetStaffRoles(Call):
    """Gives a member of staff these roles and no other staff role, and ends their sessions; nobody changes their own."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (OwnAccount, LastAdministrator)

    class Request(Schema):
        """Who, and the roles; none for somebody who has left."""

        account_id = fields.UUID(required=True)
        roles = fields.List(fields.String(validate=validate.OneOf(STAFF_ROLES)), required=True, validate=validate.Length(max=10))

    Reply = FoundAccount


class SetStaffName(Call):
    """Sets the name of a member of staff, which colleagues see beside what the person did."""

    access = ADMINISTRATORS

    class Request(Schema):
        """Who, and the name."""

        account_id = fields.UUID(required=True)
        name = shapes.name(100, required=True)

    Reply = FoundAccount


class Colleague(Schema):
    """A member of staff, now or once; one without a name is called by the address."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class GetColleagues(Call):
    """Gives the names of members of the staff by their accounts; accounts of anybody else are left out."""

    access = STAFF
    read_only = True

    class Request(Schema):
        """Whose names."""

        account_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_COLLEAGUES))

    class Reply(Schema):
        """The names."""

        colleagues = fields.List(fields.Nested(Colleague), required=True)


class GetPreferredLanguage(Call):
    """Tells in which language a person reads what the college writes, for whoever is about to write to them."""

    access = REVIEWERS
    read_only = True

    class Request(Schema):
        """Whose."""

        account_id = fields.UUID(required=True)

    class Reply(Schema):
        """The language."""

        language = shapes.language(required=True)


class SuspendAccount(Call):
    """Keeps an account from signing in, or lets it again, with a note of why; its sessions end. Nobody suspends their own."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (WrongState, OwnAccount, LastAdministrator)

    class Request(Schema):
        """Which, which way, why."""

        account_id = fields.UUID(required=True)
        suspended = fields.Boolean(required=True)
        note = shapes.long(2_000, required=True)

    Reply = FoundAccount


class MigratedAccount(Schema):
    """An account of an earlier system; without an ID it gets one of ours."""

    email = shapes.email(required=True)
    application_id = shapes.short(40, load_default=None, allow_none=True)
    language = shapes.language(load_default="en")
    registrant = fields.Boolean(load_default=False)


class RefusedAccount(Schema):
    """One that was not taken over, and why: `address_taken`, `application_id_taken`, `application_id_invalid`."""

    email = fields.String(required=True)
    reason = fields.String(required=True)


class ImportAccounts(Call):
    """Takes over accounts of an earlier system, at most 500 at a time; nobody can sign in with one before choosing a new password (F6)."""

    access = ADMINISTRATORS.recently_authenticated()
    deadline_s = 14.0
    idempotent = True

    class Request(Schema):
        """The accounts."""

        accounts = fields.List(fields.Nested(MigratedAccount), required=True, validate=validate.Length(1, MOST_AT_ONCE))

    class Reply(Schema):
        """How many were taken over, how many were here already, and which were not."""

        imported = fields.Integer(required=True)
        known = fields.Integer(required=True)
        refused = fields.List(fields.Nested(RefusedAccount), required=True)


class InviteMigrated(Call):
    """Mails migrated people their ID and a link to choose a password: one, or all who were not invited yet, in the background (F14)."""

    access = SUPPORTERS
    errors = (WrongState, TooManyMails)

    class Request(Schema):
        """Whom; everybody who was not invited yet, unless named."""

        account_id = fields.UUID(load_default=None, allow_none=True)

    class Reply(Schema):
        """How many invitations wait to be written from here on."""

        waiting = fields.Integer(required=True)


class GetInvitations(Call):
    """Tells how far the invitation of migrated people is (F14)."""

    access = SUPPORTERS
    read_only = True

    class Reply(Schema):
        """How many there are in all, wait to be invited, were invited, and have chosen a password."""

        migrated = fields.Integer(required=True)
        not_invited = fields.Integer(required=True)
        waiting = fields.Integer(required=True)
        invited = fields.Integer(required=True)
        arrived = fields.Integer(required=True)


class LegalHold(Schema):
    """That nothing of a person is destroyed while it lasts (R15)."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    placed_at = shapes.instant(required=True)
    placed_by = fields.String(required=True)
    lifted_at = shapes.instant(required=True, allow_none=True)


class PlaceLegalHold(Call):
    """Keeps everything of a person from being destroyed, in all services, until it is lifted (R15)."""

    access = AUDITORS
    errors = (OwnAccount,)

    class Request(Schema):
        """Whose, and why."""

        account_id = fields.UUID(required=True)
        reason = shapes.long(2_000, required=True)

    Reply = LegalHold


class LiftLegalHold(Call):
    """Lifts a legal hold; what is past its time is destroyed by the next run of the retention job (R15)."""

    access = AUDITORS
    errors = (WrongState, OwnAccount)

    class Request(Schema):
        """Which, and why."""

        hold_id = fields.UUID(required=True)
        reason = shapes.long(2_000, required=True)

    Reply = LegalHold


class ListLegalHolds(Call):
    """Lists the legal holds, newest first."""

    access = AUDITORS
    read_only = True

    class Request(Schema):
        """Those of one person, unless all."""

        account_id = fields.UUID(load_default=None, allow_none=True)

    class Reply(Schema):
        """The holds."""

        holds = fields.List(fields.Nested(LegalHold), required=True)
