"""Getting in again: a forgotten password or ID, a slowed-down sign-in, a changed address. Every answer is the same for all."""

from services.common.kernel.access import ANYONE, SIGNED_IN
from services.common.kernel.contract import Call, ConstantTime
from services.common.kernel.records import Record, of
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

    class Request(Record):
        """Who forgot."""

        email: str = of(shapes.email())
        application_id: str | None = of(shapes.short(40), default=None)


class ResetPassword(Call):
    """Sets a new password with a mailed link, which works once (F18), ends all sessions, and activates a migrated account (F6)."""

    access = ANYONE
    errors = (LinkNotValid, PasswordTooWeak, PasswordNamesCollege, PasswordBreached)

    class Request(Record):
        """The secret part of the link, and the new password."""

        token: str = of(shapes.secret())
        password: str = of(shapes.secret())


class ChangePassword(Call):
    """Changes the caller's password and ends all other sessions; the present one must be given."""

    access = SIGNED_IN
    errors = (ProofRefused, PasswordTooWeak, PasswordNamesCollege, PasswordBreached, TooManyTries)

    class Request(Record):
        """The present password and the new one."""

        password: str = of(shapes.secret())
        new_password: str = of(shapes.secret())


class RequestApplicationId(Call):
    """Mails the application ID of the account that an address has (F9)."""

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Record):
        """The account's address."""

        email: str = of(shapes.email())


class RequestUnlock(Call):
    """Mails a single-use link that ends the waiting between tries to sign in (B10)."""

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Record):
        """The application ID or e-mail address that one signs in with."""

        login: str = of(shapes.short(254))


class Unlock(Call):
    """Ends the waiting between tries to sign in at the account that a mailed link belongs to; the link works once (B10, F18)."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Record):
        """The secret part of the link."""

        token: str = of(shapes.secret())


class RequestEmailChange(Call):
    """Mails a link to the new address, which confirms it (F61), and tells the old one; frozen for applicants who have submitted (F16)."""

    access = SIGNED_IN.recently_authenticated()
    errors = (EmailFrozen, TooManyMails)

    class Request(Record):
        """The new address."""

        email: str = of(shapes.email())

    class Reply(Record):
        """That a mail is on its way."""

        email: str
        expires_hours: int


class ConfirmEmailChange(Call):
    """Makes the address that a mailed link was sent to the account's own; the old one is told (F61)."""

    access = ANYONE
    errors = (LinkNotValid, AddressTaken, EmailFrozen)

    class Request(Record):
        """The secret part of the link."""

        token: str = of(shapes.secret())

    class Reply(Record):
        """The address that one signs in with from here on."""

        email: str
