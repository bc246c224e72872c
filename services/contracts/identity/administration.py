"""What staff do with accounts: finding them, staff accounts and their roles, accounts of an earlier system, legal holds."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import Search
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import AddressTaken, LastAdministrator, OwnAccount, TooManyMails, WrongState
from services.contracts.roles import ADMINISTRATORS, AUDITORS, REVIEWERS, STAFF, STAFF_ROLES, SUPPORTERS

MOST_AT_ONCE = 500
MOST_COLLEAGUES = 100


class FoundAccount(Record):
    """An account as staff see it."""

    id: UUID
    email: str
    application_id: str | None
    name: str | None = None
    language: str = of(shapes.language())
    roles: list[str]
    opened_at: datetime
    activated_at: datetime | None
    migrated: bool
    second_factor: bool
    email_frozen: bool
    suspended_at: datetime | None


class FindAccounts(Call):
    """Finds accounts by the beginning of the address, by application ID or by id; that it was looked for is in the audit trail."""

    access = SUPPORTERS

    class Request(Record):
        """What is looked for, at least three characters, and the page."""

        text: str = of(Search(validate=validate.Length(min=3, max=254)))
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page, by address."""

        accounts: list[FoundAccount]
        next_cursor: str | None


class InviteStaff(Call):
    """Opens a staff account with roles and mails a link to choose a password; a second factor is asked for at the first sign-in (B10)."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (AddressTaken,)

    class Request(Record):
        """Whom, for what, in which language."""

        email: str = of(shapes.email())
        roles: list[str] = of(fields.List(fields.String(validate=validate.OneOf(STAFF_ROLES)), validate=validate.Length(1, 10)))
        language: str = of(shapes.language(), default="en")
        name: str | None = of(shapes.name(100), default=None)

    Reply = FoundAccount


class ListStaff(Call):
    """Lists the accounts that hold a staff role, by address."""

    access = ADMINISTRATORS
    read_only = True

    class Reply(Record):
        """The accounts."""

        accounts: list[FoundAccount]


class SetStaffRoles(Call):
    """Gives a member of staff these roles and no other staff role, and ends their sessions; nobody changes their own."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (OwnAccount, LastAdministrator)

    class Request(Record):
        """Who, and the roles; none for somebody who has left."""

        account_id: UUID
        roles: list[str] = of(fields.List(fields.String(validate=validate.OneOf(STAFF_ROLES)), validate=validate.Length(max=10)))

    Reply = FoundAccount


class SetStaffName(Call):
    """Sets the name of a member of staff, which colleagues see beside what the person did."""

    access = ADMINISTRATORS

    class Request(Record):
        """Who, and the name."""

        account_id: UUID
        name: str = of(shapes.name(100))

    Reply = FoundAccount


class Colleague(Record):
    """A member of staff, now or once; one without a name is called by the address."""

    id: UUID
    name: str


class GetColleagues(Call):
    """Gives the names of members of the staff by their accounts; accounts of anybody else are left out."""

    access = STAFF
    read_only = True

    class Request(Record):
        """Whose names."""

        account_ids: list[UUID] = of(fields.List(fields.UUID(), validate=validate.Length(1, MOST_COLLEAGUES)))

    class Reply(Record):
        """The names."""

        colleagues: list[Colleague]


class GetPreferredLanguage(Call):
    """Tells in which language a person reads what the college writes, for whoever is about to write to them."""

    access = REVIEWERS
    read_only = True

    class Request(Record):
        """Whose."""

        account_id: UUID

    class Reply(Record):
        """The language."""

        language: str = of(shapes.language())


class SuspendAccount(Call):
    """Keeps an account from signing in, or lets it again, with a note of why; its sessions end. Nobody suspends their own."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (WrongState, OwnAccount, LastAdministrator)

    class Request(Record):
        """Which, which way, why."""

        account_id: UUID
        suspended: bool
        note: str = of(shapes.long(2_000))

    Reply = FoundAccount


class MigratedAccount(Record):
    """An account of an earlier system; without an ID it gets one of ours."""

    email: str = of(shapes.email())
    application_id: str | None = of(shapes.short(40), default=None)
    language: str = of(shapes.language(), default="en")
    registrant: bool = False


class RefusedAccount(Record):
    """One that was not taken over, and why: `address_taken`, `application_id_taken`, `application_id_invalid`."""

    email: str
    reason: str


class ImportAccounts(Call):
    """Takes over accounts of an earlier system, at most 500 at a time; nobody can sign in with one before choosing a new password (F6)."""

    access = ADMINISTRATORS.recently_authenticated()
    deadline_s = 14.0
    idempotent = True

    class Request(Record):
        """The accounts."""

        accounts: list[MigratedAccount] = of(
            fields.List(fields.Nested(MigratedAccount.schema), validate=validate.Length(1, MOST_AT_ONCE))
        )

    class Reply(Record):
        """How many were taken over, how many were here already, and which were not."""

        imported: int
        known: int
        refused: list[RefusedAccount]


class InviteMigrated(Call):
    """Mails migrated people their ID and a link to choose a password: one, or all who were not invited yet, in the background (F14)."""

    access = SUPPORTERS
    errors = (WrongState, TooManyMails)

    class Request(Record):
        """Whom; everybody who was not invited yet, unless named."""

        account_id: UUID | None = None

    class Reply(Record):
        """How many invitations wait to be written from here on."""

        waiting: int


class GetInvitations(Call):
    """Tells how far the invitation of migrated people is (F14)."""

    access = SUPPORTERS
    read_only = True

    class Reply(Record):
        """How many there are in all, wait to be invited, were invited, and have chosen a password."""

        migrated: int
        not_invited: int
        waiting: int
        invited: int
        arrived: int


class LegalHold(Record):
    """That nothing of a person is destroyed while it lasts (R15)."""

    id: UUID
    account_id: UUID
    reason: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None


class PlaceLegalHold(Call):
    """Keeps everything of a person from being destroyed, in all services, until it is lifted (R15)."""

    access = AUDITORS
    errors = (OwnAccount,)

    class Request(Record):
        """Whose, and why."""

        account_id: UUID
        reason: str = of(shapes.long(2_000))

    Reply = LegalHold


class LiftLegalHold(Call):
    """Lifts a legal hold; what is past its time is destroyed by the next run of the retention job (R15)."""

    access = AUDITORS
    errors = (WrongState, OwnAccount)

    class Request(Record):
        """Which, and why."""

        hold_id: UUID
        reason: str = of(shapes.long(2_000))

    Reply = LegalHold


class ListLegalHolds(Call):
    """Lists the legal holds, newest first."""

    access = AUDITORS
    read_only = True

    class Request(Record):
        """Those of one person, unless all."""

        account_id: UUID | None = None

    class Reply(Record):
        """The holds."""

        holds: list[LegalHold]
