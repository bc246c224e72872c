"""Opening and activating an account; one's own account."""

from services.common.kernel.access import ANYONE, SIGNED_IN
from services.common.kernel.contract import Call, ConstantTime
from services.common.kernel.records import Record, of
from services.contracts import shapes
from services.contracts.identity.errors import (
    LinkNotValid,
    NoApplicationToStart,
    PasswordBreached,
    PasswordNamesCollege,
    PasswordTooWeak,
)
from services.contracts.identity.shapes import Account


class OpenAccount(Call):
    """Opens an account and mails its application ID and activation link; the answer is the same if the address has an account (F11, F12)."""

    access = ANYONE
    constant_time = ConstantTime.ALL
    idempotent = True
    errors = (PasswordTooWeak, PasswordNamesCollege, PasswordBreached)

    class Request(Record):
        """What a new applicant gives; without `applying` the account is for something else, such as helping somebody (B11).

        An application then begins when its owner starts one.
        """

        email: str = of(shapes.email())
        password: str = of(shapes.secret())
        language: str = of(shapes.language(), default="en")
        applying: bool = True

    class Reply(Record):
        """That a mail is on its way, and to where; `advice` says why another address might be better (F15)."""

        email: str
        expires_hours: int
        advice: str | None = None


class ResendActivation(Call):
    """Mails the application ID again, with a new activation link if the account is not active yet (F13); older links stop working."""

    access = ANYONE
    constant_time = ConstantTime.ALL

    class Request(Record):
        """The account's address."""

        email: str = of(shapes.email())


class ActivateAccount(Call):
    """Activates the account that a mailed link belongs to; the link works once (F11, F18)."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Record):
        """The secret part of the link."""

        token: str = of(shapes.secret())

    class Reply(Record):
        """The ID that the applicant signs in with."""

        application_id: str | None


class GetMe(Call):
    """Gives the caller's own account."""

    access = SIGNED_IN
    read_only = True
    Reply = Account


class StartApplication(Call):
    """Starts the caller's application, under the application ID of the account; asked again, it changes nothing.

    The draft is there a moment later, and the role of an applicant in the next token.
    """

    access = SIGNED_IN
    errors = (NoApplicationToStart,)
    Reply = Account


class SetLanguage(Call):
    """Stores the language that the person prefers for pages, mails and documents (F2)."""

    access = SIGNED_IN

    class Request(Record):
        """The language."""

        language: str = of(shapes.language())

    Reply = Account
