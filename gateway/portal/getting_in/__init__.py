"""Getting in again: help, the forms that ask for a mail, and the pages that mailed links lead to."""

from gateway.portal.getting_in import invitation
from gateway.portal.getting_in.help import sign_in_help
from gateway.portal.getting_in.mailed_links import LINKED
from gateway.portal.getting_in.recovery import RECOVERY
from gateway.portal.portal_page import PortalPage

PAGES = (
    PortalPage("/sign-in-help", sign_in_help),
    *(page for form in (*RECOVERY, *LINKED) for page in form.pages()),
    PortalPage(invitation.PAGE, invitation.invitation, form=True, rate=invitation.RATE),
)
