"""Getting in again: a forgotten password or ID, a slowed-down sign-in, a changed address. Every answer is the same for all."""

from services.common.kernel.access import ANYONE, SIGNED_IN
from services.common.kernel.contract import Call, ConstantTime
from services.common.kernel.validation import Schema, fields
from services.contracts import shapes
from services.contracts.identity.errors import (
    AddressTaken,
    EmailFrozen,
    LinkNotValid,
    PasswordBreached,
    PasswordNamesCollege,
    PasswordTooWeak,
    ProofRefused,
    TooManyMails,
    TooManyTries,
)


class RequestPasswordReset(Call):
    """Mails a single-use link for a new password: by e-mail (F7), or by application ID and e-mail, which must belong together (F8)."""

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Schema):
        """Who forgot."""

        email = shapes.email(required=True)
        application_id = shapes.short(40, load_default=None, allow_none=True)


class ResetPassword(Call):
    """Sets a new password with a mailed link, which works once (F18), ends all sessions, and activates a migrated account (F6)."""

    access = ANYONE
    errors = (LinkNotValid, PasswordTooWeak, PasswordNamesCollege, PasswordBreached)

    class Request(Schema):
        """The secret part of the link, and the new password."""

        token = shapes.secret(required=True)
        password = shapes.secret(required=True)


class ChangePassword(Call):
    """Changes the caller's password and ends all other sessions; the present one must be given."""

    access = SIGNED_IN
    errors = (ProofRefused, PasswordTooWeak, PasswordNamesCollege, PasswordBreached, TooManyTries)

    class Request(Schema):
        """The present password and the new one."""

        password = shapes.secret(required=True)
        new_password = shapes.secret(required=True)


class RequestApplicationId(Call):
    """Mails the application ID of the account that an address has (F9)."""

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Schema):
        """The account's address."""

        email = shapes.email(required=True)


class RequestUnlock(Call):
    """Mails a single-use link that ends the waiting between tries to sign in (B10)."""

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Schema):
        """The application ID or e-mail address that one signs in with."""

        login = shapes.short(254, required=True)


class Unlock(Call):
    """Ends the waiting between tries to sign in at the account that a mailed link belongs to; the link works once (B10, F18)."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Schema):
        """The secret part of the link."""

        token = shapes.secret(required=True)


class RequestEmailChange(Call):
    """Mails a link to the new address, which confirms it (F61), and tells the old one; frozen for applicants who have submitted (F16)."""

    access = SIGNED_IN.recently_authenticated()
    errors = (EmailFrozen, TooManyMails)

    class Request(Schema):
        """The new address."""

        email = shapes.email(required=True)

    class Reply(Schema):
        """That a mail is on its way."""

        email = fields.String(required=True)
        expires_hours = fields.Integer(required=True)


class ConfirmEmailChange(Call):
    """Makes the address that a mailed link was sent to the account's own; the old one is told (F61)."""

    access = ANYONE
    errors = (LinkNotValid, AddressTaken, EmailFrozen)

    class Request(Schema):
        """The secret part of the link."""

        token = shapes.secret(required=True)

    class Reply(Schema):
        """The address that one signs in with from here on."""

        email = fields.String(required=True)
