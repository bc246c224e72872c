"""Whose an e-mail address is that somebody of the staff typed: identity knows, and keeps in its trail who was found."""

from uuid import UUID

from gateway.context import Context
from services.common.kernel.email_addresses import meant
from services.contracts.identity.administration import FindAccounts

SHORTEST, LONGEST = 3, 254


def account_of(context: Context, typed: str) -> UUID | None:
    """Gives the account of the address that was typed whole, or of the only one that begins so; nothing if it is nobody's or several's.

    Raises Forbidden to those who may not see addresses.
    """
    if not SHORTEST <= len(typed) <= LONGEST:
        return None
    accounts = {account.email: account.id for account in context.ask(FindAccounts, text=typed).accounts}
    email = meant(typed, accounts)
    return accounts[email] if email else None
