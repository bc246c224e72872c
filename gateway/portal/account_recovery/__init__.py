"""Getting in again: help, the forms that ask for a mail, and the pages that mailed links lead to."""

from gateway.portal.account_recovery import invitation
from gateway.portal.account_recovery.help import sign_in_help
from gateway.portal.account_recovery.mailed_links import LINKED
from gateway.portal.account_recovery.recovery import RECOVERY
from gateway.portal.kit.navigation import Menu, Shown
from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.kit.texts import _
from services.contracts.identity.delegates import AcceptDelegation, ShowInvitation

PAGES = (
    PortalPage("/sign-in-help", sign_in_help, menu=Menu(_("Help"), Shown.EVERYBODY)),
    *(page for form in (*RECOVERY, *LINKED) for page in form.pages()),
    # Open to whoever has the link: it leads on to signing in, or to an account.
    PortalPage(
        invitation.PAGE,
        invitation.invitation,
        (ShowInvitation, AcceptDelegation),
        signed_out=True,
        form=True,
        rate=invitation.RATE,
    ),
)
