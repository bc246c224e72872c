"""Messages that were sent, and those to the mailing list."""

from gateway.portal.kit.navigation import Menu
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.kit.texts import _
from gateway.portal.staff.correspondence import mailings, messages
from services.contracts.applications.review import GetReferences
from services.contracts.correspondence.mailing_list import GetMailing, ListMailings, SendMailing
from services.contracts.correspondence.messages import GetLoggedMessage, ListMessageLog, ResendMessage

MESSAGES = (
    PortalPage("/staff/messages", messages.log, (ListMessageLog, GetReferences), menu=Menu(_("Messages sent"))),
    PortalPage("/staff/messages.csv", messages.as_csv, (ListMessageLog,)),
    PortalPage("/staff/messages/<message_id>", messages.message, (GetLoggedMessage, GetReferences)),
    Action("/staff/messages/<message_id>/resend", messages.resend, (ResendMessage,)),
)
MAILINGS = (
    PortalPage("/staff/mailings", mailings.all_mailings, (ListMailings,), menu=Menu(_("Mailing list"))),
    PortalPage("/staff/mailings.csv", mailings.as_csv, (ListMailings,)),
    PortalPage("/staff/mailings/new", mailings.write, (SendMailing, ListMailings), form=True),
    PortalPage("/staff/mailings/<mailing_id>", mailings.mailing, (GetMailing,)),
)
