"""The pages for getting in again: a forgotten password or ID, slowed-down sign-ins, lost access (F7-F10, F13, B10).

What they say once a form was sent is the same whether or not there is an account.
"""

from gateway.portal.kit.form_page import Field, FormPage, Words
from gateway.portal.kit.texts import _
from services.contracts.identity.accounts import ResendActivation
from services.contracts.identity.errors import RequestsWait
from services.contracts.identity.recovery import RequestApplicationId, RequestPasswordReset, RequestUnlock
from services.contracts.identity.support import KINDS, RequestAccess
from services.contracts.identity.words import REQUEST_KINDS_FOR_YOU

HELP = "/sign-in-help"
_EMAIL = Field("email", _("Email address"), "email", "username", _("The one that your account has."))

FORGOTTEN_PASSWORD = FormPage(
    "/forgotten-password",
    RequestPasswordReset,
    "mail",
    Words(
        _("Have you forgotten your password?"),
        _("We send you an email with a link to choose a new one. Until you use the link, your password stays as it is."),
        _("Send me a link"),
        _("Check your email"),
        _(
            "If there is an account for what you gave us, an email with a link is on its way. It works once and not for "
            "long; a newer link replaces an older one. If nothing comes within a few minutes, this page says where to "
            "look:"
        ),
    ),
    fields=(
        _EMAIL,
        Field(
            "application_id",
            _("Application ID (optional)"),
            hint=_("If you have one. It is in the email that you got when you opened your account."),
        ),
    ),
    see=("/forgotten-id", "/lost-access", HELP),
    next=(HELP,),
)
FORGOTTEN_ID = FormPage(
    "/forgotten-id",
    RequestApplicationId,
    "mail",
    Words(
        _("Have you forgotten your application ID?"),
        _("We send it to your email address. You can also sign in with that address instead of the ID."),
        _("Send me my ID"),
        _("Check your email"),
        _(
            "If there is an account with this address, its ID is on its way to you. If nothing comes within a few "
            "minutes, this page says where to look:"
        ),
    ),
    fields=(_EMAIL,),
    see=("/lost-access", HELP),
    next=(HELP,),
)
ACTIVATION_MAIL = FormPage(
    "/activation-mail",
    ResendActivation,
    "mail",
    Words(
        _("Get the activation email again"),
        _("We send your application ID again, with a new link if your account is not active yet. Older links then stop working."),
        _("Send it again"),
        _("Check your email"),
        _(
            "If there is an account with this address, an email is on its way. If nothing comes within a few minutes, "
            "this page says where to look:"
        ),
    ),
    fields=(_EMAIL,),
    see=("/lost-access", HELP),
    next=(HELP,),
)
UNLOCK_HELP = FormPage(
    "/unlock-help",
    RequestUnlock,
    "mail",
    Words(
        _("Do you have to wait to sign in?"),
        _(
            "After several failed tries, each further one has to wait a little, at most a minute; nothing is ever "
            "locked. If you do not want to wait, we send you an email with a link that ends it."
        ),
        _("Send me a link"),
        _("Check your email"),
        _(
            "If sign-ins to an account with this ID or address have to wait, an email with a link is on its way. If "
            "nothing comes within a few minutes, this page says where to look:"
        ),
    ),
    fields=(Field("login", _("Application ID or email address"), "text", "username", _("What you sign in with.")),),
    see=("/forgotten-password", "/lost-access", HELP),
    next=(HELP,),
)
LOST_ACCESS = FormPage(
    "/lost-access",
    RequestAccess,
    "access-request",
    Words(
        _("Ask our support team for help"),
        _(
            "A member of our staff compares what you tell us with our records, and may call you. The more you can tell "
            "us, the sooner we know that it is you. Never send us a password or a code."
        ),
        _("Send my request"),
        _("We have your request"),
        _(
            "We have sent a confirmation to the address you gave, and will answer you there. Name the reference if you "
            "ask about it."
        ),
    ),
    fields=(
        Field("kind", _("What you have lost"), "choice", choices=tuple((kind, REQUEST_KINDS_FOR_YOU[kind]) for kind in KINDS)),
        Field(
            "contact_email",
            _("Email address at which we can answer you"),
            "email",
            "email",
            _("If you have lost your email address, this one becomes your account’s once we know that it is you."),
        ),
        Field("stated.legal_name", _("Full legal name"), "text", "name"),
        Field("stated.date_of_birth", _("Date of birth (optional)"), "date", "bday"),
        Field("stated.application_id", _("Application ID (optional)")),
        Field("stated.registration_number", _("Registration number (optional)")),
        Field("stated.former_email", _("A former email address (optional)"), "email"),
        Field("stated.phone", _("Telephone number (optional)"), "tel", "tel"),
        Field("stated.postal_code", _("Postal code (optional)"), "text", "postal-code"),
        Field("message", _("Anything else that helps us (optional)"), "area"),
    ),
    see=("/forgotten-password", "/forgotten-id", HELP),
    refusals={RequestsWait: "contact_email"},
    tells={"reference": _("Its reference is:")},
)
RECOVERY = (FORGOTTEN_PASSWORD, FORGOTTEN_ID, ACTIVATION_MAIL, UNLOCK_HELP, LOST_ACCESS)
