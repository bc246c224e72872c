"""A request to the college's support without a sign-in: "I lost my e-mail", "I lost my second factor" (F10)."""

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call
from services.common.kernel.typed_text.fields import PastDay
from services.common.kernel.validation import Schema, fields, validate
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


class Stated(Schema):
    """What the asker says of themselves. Nothing of it is answered with what is on file."""

    legal_name = shapes.name(200, required=True)
    date_of_birth = PastDay(load_default=None, allow_none=True)
    application_id = shapes.short(40, load_default=None, allow_none=True)
    registration_number = shapes.short(40, load_default=None, allow_none=True)
    former_email = shapes.email(load_default=None, allow_none=True)
    phone = shapes.phone(load_default=None, allow_none=True)
    postal_code = shapes.postal_code(load_default=None, allow_none=True)


class CheckedFact(Schema):
    """One fact that was compared, and what came of it; the fact itself is not repeated."""

    fact = fields.String(required=True, validate=validate.OneOf(FACTS))
    result = fields.String(required=True, validate=validate.OneOf(RESULTS))


class AccessRequest(Schema):
    """A request as the list shows it."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    asked_at = shapes.instant(required=True)
    decided_at = shapes.instant(required=True, allow_none=True)


class AccessRequestInFull(AccessRequest):
    """A request with what was stated, and how it was decided by whom."""

    contact_email = fields.String(required=True)
    language = shapes.language(required=True)
    stated = fields.Nested(Stated, required=True)
    message = fields.String(required=True, allow_none=True)
    account_id = fields.UUID(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    checks = fields.List(fields.Nested(CheckedFact), required=True)
    note = fields.String(required=True, allow_none=True)
    proposed_by = fields.UUID(required=True, allow_none=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    four_eyes = fields.Boolean(required=True)


class RequestAccess(Call):
    """Asks the college's support for a way back in, without a sign-in (F10); the answer is the same for all."""

    access = ANYONE
    idempotent = True
    errors = (RequestsWait,)

    class Request(Schema):
        """What was lost, where an answer reaches the asker, and what the asker says of themselves."""

        kind = fields.String(required=True, validate=validate.OneOf(KINDS))
        contact_email = shapes.email(required=True)
        language = shapes.language(load_default="en")
        stated = fields.Nested(Stated, required=True)
        message = shapes.long(load_default=None, allow_none=True)

    class Reply(Schema):
        """What to name when asking again."""

        reference = fields.String(required=True)


class ListAccessRequests(Call):
    """Lists the requests for a way back in."""

    access = SUPPORTERS
    read_only = True

    class Request(Schema):
        """The filter, the order (oldest first unless asked) and the page."""

        state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATES))
        order = fields.String(load_default="oldest", validate=validate.OneOf(REQUEST_ORDERS))
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page."""

        requests = fields.List(fields.Nested(AccessRequest), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class GetAccessRequest(Call):
    """Gives a request with what was stated; that it was looked at is in the audit trail."""

    access = SUPPORTERS

    class Request(Schema):
        """Which."""

        request_id = fields.UUID(required=True)

    Reply = AccessRequestInFull


class DecideAccessRequest(Call):
    """Records what was checked and the outcome (F10); where the profile asks for four eyes, another person must confirm an approval.

    About an account of the staff administrators decide, about an administrator's two of them.

    Approved: the address given becomes the account's, the old one is told, sessions end, and a link for a new password is mailed;
    for a lost second factor, the factors are removed instead, and the old password lets nobody in.
    """

    access = SUPPORTERS.recently_authenticated()
    errors = (WrongState, OwnAccount, AdministratorNeeded, AddressTaken)

    class Request(Schema):
        """The outcome, and what it rests on."""

        request_id = fields.UUID(required=True)
        account_id = fields.UUID(load_default=None, allow_none=True)
        outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
        checks = fields.List(fields.Nested(CheckedFact), required=True, validate=validate.Length(max=20))
        note = shapes.long(2_000, required=True)

    Reply = AccessRequestInFull


class ConfirmAccessDecision(Call):
    """Confirms or rejects an approval that a colleague proposed; a rejected one is open again (F10, four eyes)."""

    access = SUPPORTERS.recently_authenticated()
    errors = (WrongState, OwnAccount, AdministratorNeeded, SecondPersonNeeded, AddressTaken)

    class Request(Schema):
        """Yes or no, and why."""

        request_id = fields.UUID(required=True)
        agree = fields.Boolean(required=True)
        note = shapes.long(2_000, required=True)

    Reply = AccessRequestInFull
