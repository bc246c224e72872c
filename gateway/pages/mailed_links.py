"""The pages that mailed links lead to: activation, a new password, an end of waiting, a new address, a delegate's invitation (F18)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.pages.form_page import FormPage
from gateway.pages.forms import Field
from gateway.pages.page import page
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.identity import ActivateAccount, ConfirmEmailChange, PasswordTooWeak, ResetPassword, Unlock
from services.contracts.identity.shapes import SHORTEST_PASSWORD

_NEW_PASSWORD = Field(
    "password",
    "label_new_password",
    "password",
    "new-password",
    hint="hint_new_password",
    hint_values={"shortest": SHORTEST_PASSWORD},
)

ACTIVATE = FormPage(
    "/activate",
    ActivateAccount,
    "link",
    "activate",
    linked=True,
    renewal="/activation-mail",
    next=("/portal",),
    tells=True,
)
RESET_PASSWORD = FormPage(
    "/reset-password",
    ResetPassword,
    "link",
    "reset_password",
    fields=(_NEW_PASSWORD,),
    linked=True,
    renewal="/forgotten-password",
    next=("/portal",),
    refusals={PasswordTooWeak: "password"},
)
UNLOCK = FormPage(
    "/unlock",
    Unlock,
    "link",
    "unlock",
    linked=True,
    renewal="/unlock-help",
    see=("/forgotten-password",),
    next=("/portal", "/forgotten-password"),
)
CONFIRM_EMAIL = FormPage(
    "/confirm-email",
    ConfirmEmailChange,
    "link",
    "confirm_email",
    linked=True,
    renewal="/portal",
    next=("/portal",),
    tells=True,
)
LINKED = (ACTIVATE, RESET_PASSWORD, UNLOCK, CONFIRM_EMAIL)


def delegation(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says how to accept an invitation: with an account of one's own, after signing in. The link stays as it is (B11)."""
    return page(edge, request, "delegation.html")
