"""What identity announces. A link is sealed for correspondence; nobody else can read it."""

from uuid import UUID

from services.common.kernel.contract import Event
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.identity.shapes import SealedLink


class OfAccount(Record):
    """What every fact about an account tells: whose."""

    account_id: UUID


class AccountOpened(Event):
    """Somebody opened an account; the link is sealed for correspondence. Their application begins with it if they are `applying`."""

    listeners = ("correspondence", "applications")

    class Data(Record):
        """The account."""

        account_id: UUID
        email: str = of(shapes.email())
        language: str = of(shapes.language())
        application_id: str
        sealed_link: str
        expires_hours: int
        applying: bool = True


class ApplicationStarted(Event):
    """The owner of an account that was opened for something else wants to apply."""

    listeners = ("applications",)

    class Data(OfAccount):
        """The account, and the ID that the application has."""

        application_id: str


class ActivationLinkRenewed(Event):
    """The activation mail was asked for again; an account that is active already gets its ID without a link."""

    listeners = ("correspondence",)

    class Data(Record):
        """The account."""

        account_id: UUID
        application_id: str
        sealed_link: str | None
        expires_hours: int


class AccountOpeningRepeated(Event):
    """Somebody tried to open an account with an address that has one; its owner is told."""

    listeners = ("correspondence",)
    Data = OfAccount


class AccountActivated(Event):
    """The owner of the address opened the activation link. Announced of applicants only: others have no timeline that would tell."""

    listeners = ("applications",)
    Data = OfAccount


class AccountMigrated(Event):
    """An account of an earlier system was taken over (F6); no mail goes out for it yet."""

    listeners = ("correspondence", "applications")

    class Data(Record):
        """The account."""

        account_id: UUID
        email: str = of(shapes.email())
        language: str = of(shapes.language())
        application_id: str
        registrant: bool = False


class AccountInvited(Event):
    """A migrated person, or a new member of staff (who has no ID), is invited to choose a password (F14)."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account, its ID if it has one, and the link."""

        email: str = of(shapes.email())
        language: str = of(shapes.language())
        application_id: str | None


class ContactChanged(Event):
    """A person's address or preferred language is now this; staff accounts are told of the same way when they are made."""

    listeners = ("correspondence",)

    class Data(Record):
        """The account and where its mail goes, in which language."""

        account_id: UUID
        email: str = of(shapes.email())
        language: str = of(shapes.language())


class PasswordResetRequested(Event):
    """A link for a new password is to be mailed (F7, F8), to `email`: it may be one that support has just set (F10)."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account and the link."""

        email: str = of(shapes.email())


class PasswordChanged(Event):
    """The password was changed or reset; its owner is told."""

    listeners = ("correspondence",)
    Data = OfAccount


class ApplicationIdRequested(Event):
    """The application ID was asked for (F9)."""

    listeners = ("correspondence",)

    class Data(Record):
        """The account and its ID."""

        account_id: UUID
        application_id: str


class UnlockRequested(Event):
    """A link that ends the waiting between tries to sign in is to be mailed (B10)."""

    listeners = ("correspondence",)
    Data = SealedLink


class EmailChangeRequested(Event):
    """A new address is to be confirmed by the link mailed to it; the present one is told (F61)."""

    listeners = ("correspondence",)

    class Data(SealedLink):
        """The account, the link, and the address it goes to."""

        new_email: str = of(shapes.email())


class EmailChanged(Event):
    """The address of an account changed, by its owner (F61) or by support (F10); the old one is told."""

    listeners = ("correspondence",)

    class Data(Record):
        """The account, and the address that it had before and has now."""

        account_id: UUID
        old_email: str = of(shapes.email())
        new_email: str = of(shapes.email())
        by_support: bool


class SecondFactorChanged(Event):
    """A second factor was added or removed, or a recovery code was used; its owner is told."""

    listeners = ("correspondence",)

    class Data(Record):
        """The account and what happened."""

        account_id: UUID
        change: str = of(
            fields.String(
                validate=validate.OneOf(("added", "removed", "all_removed", "recovery_code_used", "recovery_codes_renewed"))
            )
        )
        kind: str | None


class AccessRequestReceived(Event):
    """Somebody asked support for a way back in; the address they gave is told that it arrived (F10)."""

    listeners = ("correspondence",)

    class Data(Record):
        """The request."""

        request_id: UUID
        reference: str
        contact_email: str = of(shapes.email())
        language: str = of(shapes.language())


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

        delegation_id: UUID
        delegate_email: str = of(shapes.email())
        delegate_name: str
        language: str = of(shapes.language())
        pages: list[str]


class DelegationAccepted(Event):
    """A delegate accepted; the one acted for is told (B11)."""

    listeners = ("correspondence",)

    class Data(Record):
        """The account acted for, and the delegate."""

        account_id: UUID
        delegation_id: UUID
        delegate_name: str
        pages: list[str]


class DelegationEnded(Event):
    """A delegation ended; the one acted for is told (B11)."""

    listeners = ("correspondence",)

    class Data(DelegationAccepted.Data):
        """The account acted for, and the delegate."""


class AccountDestroyed(Event):
    """An account that was never activated is past its time and was destroyed (R15): what others keep of it serves nothing any more."""

    listeners = ("applications", "correspondence")
    Data = OfAccount


class LegalHoldPlaced(Event):
    """Nothing of a person may be destroyed from here on (R15)."""

    listeners = ("applications", "correspondence")

    class Data(Record):
        """The hold and whose."""

        hold_id: UUID
        account_id: UUID


class LegalHoldLifted(Event):
    """A legal hold was lifted (R15)."""

    listeners = ("applications", "correspondence")
    Data = LegalHoldPlaced.Data
