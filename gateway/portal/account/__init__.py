"""What everybody who is signed in has: fees and receipts, messages, and the security of the account."""

from gateway.portal.account import delegates, fees, messages, paid, second_factors, security, sessions
from gateway.portal.kit.portal_page import Action, PortalPage
from services.common.kernel.access import SIGNED_IN
from services.contracts.pages import FEES, MESSAGES
from services.contracts.roles import PAYERS

PAGES = (
    PortalPage("/fees-and-receipts", fees.all_invoices, PAYERS.delegable(FEES)),
    PortalPage("/fees/<number>", fees.invoice, PAYERS.delegable(FEES)),
    PortalPage("/fees/<number>/pay", fees.pay, PAYERS.delegable(FEES), form=True),
    PortalPage("/fees/<number>/paid", paid.paid, PAYERS.delegable(FEES)),
    PortalPage("/payments/done", paid.done),
    PortalPage("/messages", messages.inbox, SIGNED_IN.delegable(MESSAGES)),
    PortalPage("/messages/<message_id>", messages.message, SIGNED_IN.delegable(MESSAGES)),
    PortalPage("/security", security.overview, SIGNED_IN),
    PortalPage("/security/password", security.password, SIGNED_IN, form=True, rate="sign-in"),
    PortalPage("/security/email", security.email, SIGNED_IN.recently_authenticated(), form=True, rate="mail"),
    PortalPage("/security/language", security.language, SIGNED_IN, form=True),
    PortalPage("/security/authenticator", second_factors.authenticator, SIGNED_IN.recently_authenticated(), form=True),
    PortalPage("/security/passkey", second_factors.passkey, SIGNED_IN.recently_authenticated(), form=True),
    PortalPage("/security/recovery-codes", second_factors.recovery_codes, SIGNED_IN.recently_authenticated(), form=True),
    Action("/security/factors/<factor_id>/remove", second_factors.remove, SIGNED_IN.recently_authenticated()),
    PortalPage("/security/sessions", sessions.sessions, SIGNED_IN),
    Action("/security/sessions/others/end", sessions.end_others, SIGNED_IN),
    Action("/security/sessions/<session_id>/end", sessions.end, SIGNED_IN),
    PortalPage("/security/delegates", delegates.delegates, SIGNED_IN),
    PortalPage("/security/delegates/invite", delegates.invite, PAYERS.recently_authenticated(), form=True, rate="mail"),
    Action("/security/delegates/<delegation_id>/end", delegates.end, SIGNED_IN),
    Action("/security/delegates/<delegation_id>/act", delegates.act, SIGNED_IN),
    Action("/stop-working-for", delegates.stop),
)
