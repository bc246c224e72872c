"""The public's pages: the register, certificates, fees, how to apply, help, policies and the mailing list."""

from gateway.portal.kit.navigation import Menu, Shown
from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.public import fees, help, home, how_to_apply, mailing_list, policies, register, verification
from services.contracts.correspondence.mailing_list import Subscribe, Unsubscribe
from services.contracts.registry import LookUpRegistrant, SearchRegister, VerifyCertificate

REGISTER, TO_APPLY = Menu(_("Public register"), Shown.EVERYBODY), Menu(_("How to apply"), Shown.VISITORS)
PAGES = (
    PortalPage("/", home.home),
    PortalPage("/register", register.search, (SearchRegister,), rate="register-search", menu=REGISTER),
    PortalPage("/register/<number>", register.registrant, (LookUpRegistrant,), rate="register-search"),
    PortalPage("/verify", verification.enter, (VerifyCertificate,), rate="register-search"),
    PortalPage("/verify/<code>", verification.verify, (VerifyCertificate,), rate="register-search"),
    PortalPage("/how-to-apply", how_to_apply.how_to_apply, menu=TO_APPLY),
    PortalPage("/fees", fees.fees, menu=Menu(_("Fees"), Shown.VISITORS)),
    PortalPage("/mail-help", help.mail_help),
    PortalPage("/policies/<code>", policies.policy),
    PortalPage("/mailing-list", mailing_list.sign_up, (Subscribe,), form=True, rate="mailing-list"),
    PortalPage("/mailing-list/asked", mailing_list.asked),
    *mailing_list.CONFIRM.pages(),
    # No rate: mail services ask for many people from one address, and each is to be let go at once.
    PortalPage("/mailing-list/unsubscribe", mailing_list.leave, (Unsubscribe,), form=True, anywhere=True),
)
