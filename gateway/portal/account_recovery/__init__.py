"""Getting in again: help, the forms that ask for a mail, and the pages that mailed links lead to."""

from gateway.portal.account_recovery import invitation
from gateway.portal.account_recovery.help import sign_in_help
from gateway.portal.account_recovery.mailed_links import LINKED
from gateway.portal.account_recovery.recovery import RECOVERY
from gateway.portal.kit.portal_page import PortalPage

PAGES = (
    PortalPage("/sign-in-help", sign_in_help),
    *(page for form in (*RECOVERY, *LINKED) for page in form.pages()),
    PortalPage(invitation.PAGE, invitation.invitation, form=True, rate=invitation.RATE),
)
