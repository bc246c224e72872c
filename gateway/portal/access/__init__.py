"""Signing in and out, the second factor, and confirming who one is."""

from gateway.portal.access import landing, passkey, second_factor, sign_in, sign_out, step_up
from gateway.portal.kit.portal_page import Action, PortalPage
from services.common.kernel.access import SIGNED_IN

PAGES = (
    PortalPage("/portal", landing.portal, SIGNED_IN, delegates=True),
    PortalPage("/sign-in", sign_in.sign_in, form=True, rate="sign-in"),
    PortalPage("/sign-in/passkey", passkey.passkey, rate="sign-in"),
    PortalPage("/sign-in/second-factor", second_factor.second_factor, form=True, rate="sign-in"),
    PortalPage("/confirm", step_up.confirm, SIGNED_IN, form=True, rate="sign-in"),
    Action("/sign-out", sign_out.sign_out),
    PortalPage("/signed-out", sign_out.signed_out),
)
