"""What identity announces. A link is sealed for correspondence; nobody else can read it."""

from services.common.kernel.contract import Event
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.identity.shapes import SealedLink


class _OfAccount(Schema):
    account_id = fields.UUID(required=True)


class AccountOpened(Event):
    """Somebody opened an account; the link is sealed for correspondence. Their application begins with it if they are `applying`."""

    listeners = ("correspondence", "applications")

    class Data(Schema):
        """The account."""

        account_id = fields.UUID(required=True)
        email = shapes.email(required=True)
        language = shapes.language(required=True)
        application_id = fields.String(required=True)
        sealed_link = fields.String(required=True)
        expires_hours = fields.Integer(required=True)
        applying = fields.Boolean(load_default=True)


class ApplicationStarted(Event):
    """The owner of an account that was opened for something else wants to apply."""

    listeners = ("applications",)

    class Data(_OfAccount):
        """The account, and the ID that the application has."""

        application_id = fields.String(required=True)


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
    Data = _OfAccount


class AccountActivated(Event):
    """The owner of the address opened the activation link. Announced of applicants only: others have no timeline that would tell."""

    listeners = ("applications",)
    Data = _OfAccount


class AccountMigrated(Event):
    """An account of an earlier system was taken over (F6); no mail goes out for it yet."""

    listeners = ("correspondence", "applications")

    class Data(Schema):
        """The account."""

        account_id = fields.UUID(required=True)
        email = shapes.email(required=True)
        language = shapes.language(required=True)
        application_id = fields.String(required=True)
        registrant = fields.Boolean(load_default=False)


class AccountInvited(Event):
    """A migrated person, or a new member of staff (who has no ID), is invited to choose a password (F14)."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account, its ID if it has one, and the link."""

        email = shapes.email(required=True)
        language = shapes.language(required=True)
        application_id = fields.String(required=True, allow_none=True)


class ContactChanged(Event):
    """A person's address or preferred language is now this; staff accounts are told of the same way when they are made."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account and where its mail goes, in which language."""

        account_id = fields.UUID(required=True)
        email = shapes.email(required=True)
        language = shapes.language(required=True)


class PasswordResetRequested(Event):
    """A link for a new password is to be mailed (F7, F8), to `email`: it may be one that support has just set (F10)."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account and the link."""

        email = shapes.email(required=True)


class PasswordChanged(Event):
    """The password was changed or reset; its owner is told."""

    listeners = ("correspondence",)
    Data = _OfAccount


class ApplicationIdRequested(Event):
    """The application ID was asked for (F9)."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account and its ID."""

        account_id = fields.UUID(required=True)
        application_id = fields.String(required=True)


class UnlockRequested(Event):
    """A link that ends the waiting between tries to sign in is to be mailed (B10)."""

    listeners = ("correspondence",)
    Data = SealedLink


class EmailChangeRequested(Event):
    """A new address is to be confirmed by the link mailed to it; the present one is told (F61)."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account, the link, and the address it goes to."""

        new_email = shapes.email(required=True)


class EmailChanged(Event):
    """The address of an account changed, by its owner (F61) or by support (F10); the old one is told."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account, and the address that it had before and has now."""

        account_id = fields.UUID(required=True)
        old_email = shapes.email(required=True)
        new_email = shapes.email(required=True)
        by_support = fields.Boolean(required=True)


class SecondFactorChanged(Event):
    """A second factor was added or removed, or a recovery code was used; its owner is told."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account and what happened."""

        account_id = fields.UUID(required=True)
        change = fields.String(
            required=True,
            validate=validate.OneOf(("added", "removed", "all_removed", "recovery_code_used", "recovery_codes_renewed")),
        )
        kind = fields.String(required=True, allow_none=True)


class AccessRequestReceived(Event):
    """Somebody asked support for a way back in; the address they gave is told that it arrived (F10)."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The request."""

        request_id = fields.UUID(required=True)
        reference = fields.String(required=True)
        contact_email = shapes.email(required=True)
        language = shapes.language(required=True)


class AccessRequestRefused(Event):
    """A request for a way back in was refused; the address it came from is told, without what is on file (F10)."""

    listeners = ("correspondence",)

    class Data(AccessRequestReceived.Data):
        """The request."""


class DelegateInvited(Event):
    """Somebody is invited to act on some pages of another's account (B11); they may have no account yet."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account acted for, whom the mail goes to, and the pages."""

        delegation_id = fields.UUID(required=True)
        delegate_email = shapes.email(required=True)
        delegate_name = fields.String(required=True)
        language = shapes.language(required=True)
        pages = fields.List(fields.String(), required=True)


class DelegationAccepted(Event):
    """A delegate accepted; the one acted for is told (B11)."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The account acted for, and the delegate."""

        account_id = fields.UUID(required=True)
        delegation_id = fields.UUID(required=True)
        delegate_name = fields.String(required=True)
        pages = fields.List(fields.String(), required=True)


class DelegationEnded(Event):
    """A delegation ended; the one acted for is told (B11)."""

    listeners = ("correspondence",)

    class Data(DelegationAccepted.Data):
        """The account acted for, and the delegate."""


class AccountDestroyed(Event):
    """An account that was never activated is past its time and was destroyed (R15): what others keep of it serves nothing any more."""

    listeners = ("applications", "correspondence")
    Data = _OfAccount


class LegalHoldPlaced(Event):
    """Nothing of a person may be destroyed from here on (R15)."""

    listeners = ("applications", "correspondence")

    class Data(Schema):
        """The hold and whose."""

        hold_id = fields.UUID(required=True)
        account_id = fields.UUID(required=True)


class LegalHoldLifted(Event):
    """A legal hold was lifted (R15)."""

    listeners = ("applications", "correspondence")
    Data = LegalHoldPlaced.Data
