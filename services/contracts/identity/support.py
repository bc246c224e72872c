"""A request to the college's support without a sign-in: "I lost my e-mail", "I lost my second factor" (F10)."""

from datetime import date, datetime
from uuid import UUID

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import PastDay
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import (
    AddressTaken,
    AdministratorNeeded,
    OwnAccount,
    RequestsWait,
    SecondPersonNeeded,
    WrongState,
)
from services.contracts.roles import SUPPORTERS

KINDS = ("lost_email", "lost_second_factor")
STATES = ("open", "proposed", "approved", "refused")
REQUEST_ORDERS = ("oldest", "newest")
OUTCOMES = ("approved", "refused")
FACTS = (
    "legal_name",
    "date_of_birth",
    "application_id",
    "registration_number",
    "former_email",
    "phone",
    "postal_code",
    "government_id",
    "call_back",
)
RESULTS = ("matches", "differs", "not_on_file")


class Stated(Record):
    """What the asker says of themselves. Nothing of it is answered with what is on file."""

    legal_name: str = of(shapes.name(200))
    date_of_birth: date | None = of(PastDay(), default=None)
    application_id: str | None = of(shapes.short(40), default=None)
    registration_number: str | None = of(shapes.short(40), default=None)
    former_email: str | None = of(shapes.email(), default=None)
    phone: str | None = of(shapes.phone(), default=None)
    postal_code: str | None = of(shapes.postal_code(), default=None)


class CheckedFact(Record):
    """One fact that was compared, and what came of it; the fact itself is not repeated."""

    fact: str = of(fields.String(validate=validate.OneOf(FACTS)))
    result: str = of(fields.String(validate=validate.OneOf(RESULTS)))


class AccessRequest(Record):
    """A request as the list shows it."""

    id: UUID
    reference: str
    kind: str = of(fields.String(validate=validate.OneOf(KINDS)))
    state: str = of(fields.String(validate=validate.OneOf(STATES)))
    asked_at: datetime
    decided_at: datetime | None


class AccessRequestInFull(AccessRequest):
    """A request with what was stated, and how it was decided by whom."""

    contact_email: str
    language: str = of(shapes.language())
    stated: Stated
    message: str | None
    account_id: UUID | None
    outcome: str | None
    checks: list[CheckedFact]
    note: str | None
    proposed_by: UUID | None
    decided_by: UUID | None
    four_eyes: bool


class RequestAccess(Call):
    """Asks the college's support for a way back in, without a sign-in (F10); the answer is the same for all."""

    access = ANYONE
    idempotent = True
    errors = (RequestsWait,)

    class Request(Record):
        """What was lost, where an answer reaches the asker, and what the asker says of themselves."""

        kind: str = of(fields.String(validate=validate.OneOf(KINDS)))
        contact_email: str = of(shapes.email())
        language: str = of(shapes.language(), default="en")
        stated: Stated
        message: str | None = of(shapes.long(), default=None)

    class Reply(Record):
        """What to name when asking again."""

        reference: str


class ListAccessRequests(Call):
    """Lists the requests for a way back in."""

    access = SUPPORTERS
    read_only = True

    class Request(Record):
        """The filter, the order (oldest first unless asked) and the page."""

        state: str | None = of(fields.String(validate=validate.OneOf(STATES)), default=None)
        order: str = of(fields.String(validate=validate.OneOf(REQUEST_ORDERS)), default="oldest")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        requests: list[AccessRequest]
        next_cursor: str | None


class GetAccessRequest(Call):
    """Gives a request with what was stated; that it was looked at is in the audit trail."""

    access = SUPPORTERS

    class Request(Record):
        """Which."""

        request_id: UUID

    Reply = AccessRequestInFull


class DecideAccessRequest(Call):
    """Records what was checked and the outcome (F10); where the profile asks for four eyes, another person must confirm an approval.

    About an account of the staff administrators decide, about an administrator's two of them.

    Approved: the address given becomes the account's, the old one is told, sessions end, and a link for a new password is mailed;
    for a lost second factor, the factors are removed instead, and the old password lets nobody in.
    """

    access = SUPPORTERS.recently_authenticated()
    errors = (WrongState, OwnAccount, AdministratorNeeded, AddressTaken)

    class Request(Record):
        """The outcome, and what it rests on."""

        request_id: UUID
        account_id: UUID | None = None
        outcome: str = of(fields.String(validate=validate.OneOf(OUTCOMES)))
        checks: list[CheckedFact] = of(fields.List(fields.Nested(CheckedFact.schema), validate=validate.Length(max=20)))
        note: str = of(shapes.long(2_000))

    Reply = AccessRequestInFull


class ConfirmAccessDecision(Call):
    """Confirms or rejects an approval that a colleague proposed; a rejected one is open again (F10, four eyes)."""

    access = SUPPORTERS.recently_authenticated()
    errors = (WrongState, OwnAccount, AdministratorNeeded, SecondPersonNeeded, AddressTaken)

    class Request(Record):
        """Yes or no, and why."""

        request_id: UUID
        agree: bool
        note: str = of(shapes.long(2_000))

    Reply = AccessRequestInFull
