"""Signing in and out, the second factor, and confirming who one is."""

from gateway.portal.access import landing, passkey, second_factor, sign_in, sign_out, step_up
from gateway.portal.kit.portal_page import Action, PortalPage
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.delegates import ListDelegations
from services.contracts.identity.sessions import BeginPasskeySignIn, BeginStepUp, CompleteSignIn, SignIn, StepUp

PAGES = (
    PortalPage("/portal", landing.portal, (GetMe, ListDelegations), delegates=True),
    PortalPage("/sign-in", sign_in.sign_in, (SignIn,), form=True, rate="sign-in"),
    PortalPage("/sign-in/passkey", passkey.passkey, (BeginPasskeySignIn,), rate="sign-in"),
    PortalPage("/sign-in/second-factor", second_factor.second_factor, (CompleteSignIn,), form=True, rate="sign-in"),
    PortalPage("/confirm", step_up.confirm, (StepUp, BeginStepUp), form=True, rate="sign-in"),
    Action("/sign-out", sign_out.sign_out),
    PortalPage("/signed-out", sign_out.signed_out),
)
