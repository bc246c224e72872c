"""The public's pages: the register, certificates, fees, how to apply, help, policies and the mailing list."""

from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.public import fees, help, home, how_to_apply, mailing_list, policies, register, verification

PAGES = (
    PortalPage("/", home.home),
    PortalPage("/register", register.search, rate="register-search"),
    PortalPage("/register/<number>", register.registrant, rate="register-search"),
    PortalPage("/verify", verification.enter, rate="register-search"),
    PortalPage("/verify/<code>", verification.verify, rate="register-search"),
    PortalPage("/fees", fees.fees),
    PortalPage("/how-to-apply", how_to_apply.how_to_apply),
    PortalPage("/mail-help", help.mail_help),
    PortalPage("/policies/<code>", policies.policy),
    PortalPage("/mailing-list", mailing_list.sign_up, form=True, rate="mailing-list"),
    PortalPage("/mailing-list/asked", mailing_list.asked),
    *mailing_list.CONFIRM.pages(),
    # No rate: mail services ask for many people from one address, and each is to be let go at once.
    PortalPage("/mailing-list/unsubscribe", mailing_list.leave, form=True, anywhere=True),
)
