"""The pages for getting in again: a forgotten password or ID, slowed-down sign-ins, lost access (F7-F10, F13, B10)."""

from gateway.pages.form_page import FormPage
from gateway.pages.forms import Field
from services.contracts.identity import RequestAccess, RequestApplicationId, RequestPasswordReset, RequestUnlock, ResendActivation
from services.contracts.identity.support import KINDS

_EMAIL = Field("email", "label_email", "email", "username", hint="hint_email")

FORGOTTEN_PASSWORD = FormPage(
    "/forgotten-password",
    RequestPasswordReset,
    "mail",
    "forgotten_password",
    fields=(_EMAIL, Field("application_id", "label_application_id", required=False, hint="hint_application_id")),
    see=("/forgotten-id", "/lost-access", "/sign-in-help"),
    next=("/sign-in-help",),
)
FORGOTTEN_ID = FormPage(
    "/forgotten-id",
    RequestApplicationId,
    "mail",
    "forgotten_id",
    fields=(_EMAIL,),
    see=("/lost-access", "/sign-in-help"),
    next=("/sign-in-help",),
)
ACTIVATION_MAIL = FormPage(
    "/activation-mail",
    ResendActivation,
    "mail",
    "activation_mail",
    fields=(_EMAIL,),
    see=("/lost-access", "/sign-in-help"),
    next=("/sign-in-help",),
)
UNLOCK_HELP = FormPage(
    "/unlock-help",
    RequestUnlock,
    "mail",
    "unlock_help",
    fields=(Field("login", "label_login", "text", "username", hint="hint_login"),),
    see=("/forgotten-password", "/lost-access", "/sign-in-help"),
    next=("/sign-in-help",),
)
LOST_ACCESS = FormPage(
    "/lost-access",
    RequestAccess,
    "access-request",
    "lost_access",
    fields=(
        Field("kind", "label_kind", "choice", choices=KINDS),
        Field("contact_email", "label_contact_email", "email", "email", hint="hint_contact_email"),
        Field("stated.legal_name", "label_legal_name", "text", "name"),
        Field("stated.date_of_birth", "label_date_of_birth", "date", "bday", required=False, hint="hint_date_of_birth"),
        Field("stated.application_id", "label_application_id", required=False),
        Field("stated.registration_number", "label_registration_number", required=False),
        Field("stated.former_email", "label_former_email", "email", required=False),
        Field("stated.phone", "label_phone", "tel", "tel", required=False),
        Field("stated.postal_code", "label_postal_code", "text", "postal-code", required=False),
        Field("message", "label_message", "text_area", required=False),
    ),
    see=("/forgotten-password", "/forgotten-id", "/sign-in-help"),
    tells=True,
)
RECOVERY = (FORGOTTEN_PASSWORD, FORGOTTEN_ID, ACTIVATION_MAIL, UNLOCK_HELP, LOST_ACCESS)
