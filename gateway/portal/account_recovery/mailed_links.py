"""The pages that mailed links lead to: activation, a new password, an end of waiting, a new address (F18)."""

from gateway.portal.kit.form_page import Field, FormPage, Words
from gateway.portal.kit.texts import _
from services.contracts.identity.accounts import ActivateAccount
from services.contracts.identity.errors import PasswordTooWeak
from services.contracts.identity.recovery import ConfirmEmailChange, ResetPassword, Unlock
from services.contracts.identity.shapes import SHORTEST_PASSWORD

ACTIVATE = FormPage(
    "/activate",
    ActivateAccount,
    "link",
    Words(
        _("Activate your account"),
        _("Press the button to confirm that this email address is yours. The link works once."),
        _("Activate my account"),
        _("Your account is active"),
        _("You can now sign in with this ID or your email address, and your password."),
    ),
    linked=True,
    renewal="/activation-mail",
    next=("/portal",),
    tells={"application_id": _("Your application ID is:")},
)
RESET_PASSWORD = FormPage(
    "/reset-password",
    ResetPassword,
    "link",
    Words(
        _("Choose a new password"),
        _("The link works once. With the new password, every device that is signed in to your account is signed out."),
        _("Save the new password"),
        _("Your password was changed"),
        _("You can now sign in with it."),
    ),
    fields=(
        Field(
            "password",
            _("New password"),
            "password",
            "new-password",
            hint=_(
                "At least %(shortest)s characters, and not a common password. A sentence works well. You can paste it "
                "from a password manager."
            ),
            hint_values={"shortest": SHORTEST_PASSWORD},
        ),
    ),
    linked=True,
    renewal="/forgotten-password",
    next=("/portal",),
    refusals={PasswordTooWeak: "password"},
)
UNLOCK = FormPage(
    "/unlock",
    Unlock,
    "link",
    Words(
        _("Sign in again without waiting"),
        _(
            "After several failed tries, each further one has to wait a little. Press the button to end the waiting. The "
            "link works once."
        ),
        _("End the waiting"),
        _("You need not wait any more"),
        _("You can sign in now. If you are not sure of your password, choose a new one first."),
    ),
    linked=True,
    renewal="/unlock-help",
    see=("/forgotten-password",),
    next=("/portal", "/forgotten-password"),
)
CONFIRM_EMAIL = FormPage(
    "/confirm-email",
    ConfirmEmailChange,
    "link",
    Words(
        _("Confirm your new email address"),
        _("Press the button to use this email address for your account from here on. The link works once."),
        _("Use this address"),
        _("Your email address was changed"),
        _("Our messages come to it from now on. We have told your earlier address."),
    ),
    linked=True,
    renewal="/portal",
    next=("/portal",),
    tells={"email": _("You now sign in with:")},
)
LINKED = (ACTIVATE, RESET_PASSWORD, UNLOCK, CONFIRM_EMAIL)
