"""What everybody who is signed in has: fees and receipts, messages, and the security of the account."""

from gateway.portal.account import delegates, fees, messages, paid, second_factors, security, sessions
from gateway.portal.kit.navigation import Menu
from gateway.portal.kit.portal_page import Action, PortalPage
from gateway.portal.kit.texts import _
from services.contracts.billing.invoices import GetInvoice, ListInvoices
from services.contracts.billing.payments import StartCheckout
from services.contracts.correspondence.messages import ListMessages, ReadMessage
from services.contracts.identity.accounts import GetMe, SetLanguage
from services.contracts.identity.delegates import ActFor, EndDelegation, InviteDelegate, ListDelegations
from services.contracts.identity.factors import (
    BeginPasskey,
    BeginTotp,
    ConfirmPasskey,
    ConfirmTotp,
    ListFactors,
    RemoveFactor,
    RenewRecoveryCodes,
)
from services.contracts.identity.recovery import ChangePassword, RequestEmailChange
from services.contracts.identity.sessions import EndOtherSessions, EndSession, ListSessions
from services.contracts.pages import MESSAGES
from services.contracts.registry import GetMyRegistration
from services.contracts.roles import PAYERS

# Staff may look into their inbox, but nothing leads there: the college writes to them elsewhere.
INBOX = Menu(_("Messages"), access=PAYERS.delegable(MESSAGES))
PAGES = (
    PortalPage("/fees-and-receipts", fees.all_invoices, (ListInvoices,), menu=Menu(_("Fees and receipts"))),
    PortalPage("/fees/<number>", fees.invoice, (GetInvoice,)),
    PortalPage("/fees/<number>/pay", fees.pay, (StartCheckout, GetInvoice), form=True),
    PortalPage("/fees/<number>/paid", paid.paid, (GetInvoice, GetMyRegistration)),
    PortalPage("/payments/done", paid.done),
    PortalPage("/messages", messages.inbox, (ListMessages,), menu=INBOX),
    PortalPage("/messages/<message_id>", messages.message, (ReadMessage,)),
    PortalPage("/security", security.overview, (GetMe, ListFactors), menu=Menu(_("Account and security"))),
    PortalPage("/security/password", security.password, (ChangePassword,), form=True, rate="sign-in"),
    PortalPage("/security/email", security.email, (RequestEmailChange,), form=True, rate="mail"),
    PortalPage("/security/language", security.language, (SetLanguage, GetMe), form=True),
    PortalPage("/security/authenticator", second_factors.authenticator, (BeginTotp, ConfirmTotp), form=True),
    PortalPage("/security/passkey", second_factors.passkey, (BeginPasskey, ConfirmPasskey), form=True),
    PortalPage("/security/recovery-codes", second_factors.recovery_codes, (RenewRecoveryCodes,), form=True),
    Action("/security/factors/<factor_id>/remove", second_factors.remove, (RemoveFactor,)),
    PortalPage("/security/sessions", sessions.sessions, (ListSessions,)),
    Action("/security/sessions/others/end", sessions.end_others, (EndOtherSessions,)),
    Action("/security/sessions/<session_id>/end", sessions.end, (EndSession,)),
    PortalPage("/security/delegates", delegates.delegates, (ListDelegations,)),
    PortalPage("/security/delegates/invite", delegates.invite, (InviteDelegate,), form=True, rate="mail"),
    Action("/security/delegates/<delegation_id>/end", delegates.end, (EndDelegation,)),
    Action("/security/delegates/<delegation_id>/act", delegates.act, (ActFor, ListDelegations)),
    Action("/stop-working-for", delegates.stop),
)
