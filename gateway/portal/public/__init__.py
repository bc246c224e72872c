"""The public's pages: the register, certificates, fees, how to apply, help and policies."""

from gateway.portal.portal_page import PortalPage
from gateway.portal.public import fees, help, home, how_to_apply, policies, register, verification

PAGES = (
    PortalPage("/", home.home),
    PortalPage("/register", register.search, rate="register-search"),
    PortalPage("/register/<number>", register.registrant, rate="register-search"),
    PortalPage("/verify", verification.enter),
    PortalPage("/verify/<code>", verification.verify, rate="register-search"),
    PortalPage("/fees", fees.fees),
    PortalPage("/how-to-apply", how_to_apply.how_to_apply),
    PortalPage("/mail-help", help.mail_help),
    PortalPage("/policies/<code>", policies.policy),
)
