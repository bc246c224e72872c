"""What identity answers and announces: accounts, activation, sign-in, roles."""

from services.common.access import ANYONE, SIGNED_IN
from services.common.contract import Call, Event
from services.common.dead_letter_calls import dead_letter_calls
from services.common.errors import ServiceError
from services.common.text import Text
from services.common.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.roles import DATA_READERS, OPERATORS


class LinkNotValid(ServiceError):
    """The link was used before, has expired, was replaced by a newer one, or never was (F18)."""

    code = "link_not_valid"
    status = 410
    title = Text("This link is no longer valid.", "Ce lien n’est plus valide.")
    detail = Text(
        "A link works once and for a limited time, and only the newest one works. Ask for a new one.",
        "Un lien ne sert qu’une fois, pendant un temps limité, et seul le plus récent fonctionne. Demandez-en un nouveau.",
    )


class SignInRefused(ServiceError):
    """The sign-in did not succeed; whether the account exists is not told."""

    code = "sign_in_refused"
    status = 401
    title = Text("We could not sign you in.", "La connexion n’a pas réussi.")
    detail = Text(
        "Check your application ID or e-mail and your password. If the account is new, open the activation link first.",
        "Vérifiez votre identifiant de demande ou votre courriel et votre mot de passe. Si le compte est nouveau, ouvrez d’abord le lien "
        "d’activation.",
    )


class TooManyTries(ServiceError):
    """Sign-in is slowed down for this account or address; nothing is locked."""

    code = "too_many_tries"
    status = 429
    title = Text("Please wait a moment.", "Veuillez patienter un instant.")
    detail = Text(
        "There were several failed tries. You can try again in {retry_after_s} seconds.",
        "Il y a eu plusieurs essais infructueux. Vous pourrez réessayer dans {retry_after_s} secondes.",
    )


class SessionEnded(ServiceError):
    """The refresh token was used before, was revoked or has expired; every session of its family is over."""

    code = "session_ended"
    status = 401
    title = Text("Your session has ended.", "Votre session a pris fin.")
    detail = Text("Please sign in again.", "Veuillez vous reconnecter.")


class PasswordTooWeak(ServiceError):
    """The password is too short or one of the most common ones."""

    code = "password_too_weak"
    status = 422
    title = Text("Please choose another password.", "Veuillez choisir un autre mot de passe.")
    detail = Text(
        "Use at least {shortest} characters, and not a common password. A sentence works well.",
        "Utilisez au moins {shortest} caractères, et non un mot de passe courant. Une phrase convient bien.",
    )


class Account(Schema):
    """An account as its owner sees it."""

    id = fields.UUID(required=True)
    email = shapes.email(required=True)
    application_id = fields.String(required=True, allow_none=True)
    language = shapes.language(required=True)
    roles = fields.List(fields.String(), required=True)


class Tokens(Schema):
    """What a sign-in gives: a short access token and a refresh token that works once."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    refresh_token = fields.String(required=True)
    account = fields.Nested(Account, required=True)


class OpenAccount(Call):
    """Opens an account and mails its application ID and activation link; the answer is the same if the address has an account (F11, F12)."""

    access = ANYONE
    keyed = True
    errors = (PasswordTooWeak,)

    class Request(Schema):
        """What a new applicant gives."""

        email = shapes.email(required=True)
        password = shapes.secret(required=True)
        language = shapes.language(load_default="en")

    class Reply(Schema):
        """That a mail is on its way, and to where."""

        email = fields.String(required=True)
        expires_hours = fields.Integer(required=True)


class ResendActivation(Call):
    """Mails the application ID again, with a new activation link if the account is not active yet (F13); older links stop working."""

    access = ANYONE

    class Request(Schema):
        """The account's address."""

        email = shapes.email(required=True)


class ActivateAccount(Call):
    """Activates the account that a mailed link belongs to; the link works once (F11, F18)."""

    access = ANYONE
    errors = (LinkNotValid,)

    class Request(Schema):
        """The secret part of the link."""

        token = shapes.secret(required=True)

    class Reply(Schema):
        """The ID that the applicant signs in with."""

        application_id = fields.String(required=True, allow_none=True)


class SignIn(Call):
    """Signs a person in by application ID or e-mail, and password (F4, F5)."""

    access = ANYONE
    errors = (SignInRefused, TooManyTries)

    class Request(Schema):
        """Who and the proof."""

        login = shapes.short(254, required=True)
        password = shapes.secret(required=True)

    Reply = Tokens


class RefreshSession(Call):
    """Trades a refresh token for new tokens; one used twice ends every session that came from the same sign-in."""

    access = ANYONE
    errors = (SessionEnded,)

    class Request(Schema):
        """The token got last."""

        refresh_token = shapes.secret(required=True)

    Reply = Tokens


class SignOut(Call):
    """Ends the caller's session: its refresh token no longer works."""

    access = SIGNED_IN


class GetMe(Call):
    """Gives the caller's own account."""

    access = SIGNED_IN
    read_only = True
    Reply = Account


class SetLanguage(Call):
    """Stores the language that the person prefers for pages, mails and documents (F2)."""

    access = SIGNED_IN

    class Request(Schema):
        """The language."""

        language = shapes.language(required=True)

    Reply = Account


class AccountOpened(Event):
    """A new applicant opened an account; the link is sealed for correspondence."""

    listeners = ("correspondence", "applications")

    class Data(Schema):
        """The account."""

        account_id = fields.UUID(required=True)
        email = shapes.email(required=True)
        language = shapes.language(required=True)
        application_id = fields.String(required=True)
        sealed_link = fields.String(required=True)
        expires_hours = fields.Integer(required=True)


class ActivationLinkRenewed(Event):
    """The activation mail was asked for again; an account that is active already gets its ID without a link."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account."""

        account_id = fields.UUID(required=True)
        application_id = fields.String(required=True)
        sealed_link = fields.String(required=True, allow_none=True)
        expires_hours = fields.Integer(required=True)


class AccountOpeningRepeated(Event):
    """Somebody tried to open an account with an address that has one; its owner is told."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account that exists."""

        account_id = fields.UUID(required=True)


class AccountActivated(Event):
    """The owner of the address opened the activation link."""

    listeners = ("applications",)

    class Data(Schema):
        """The account."""

        account_id = fields.UUID(required=True)


class ContactChanged(Event):
    """A person's address or preferred language is now this; staff accounts are told of the same way when they are made."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account and where its mail goes, in which language."""

        account_id = fields.UUID(required=True)
        email = shapes.email(required=True)
        language = shapes.language(required=True)


class RoleGranted(Event):
    """An account holds one more role."""

    class Data(Schema):
        """The account and the role."""

        account_id = fields.UUID(required=True)
        role = fields.String(required=True, validate=validate.Length(max=50))


dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
