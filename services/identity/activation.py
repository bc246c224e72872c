"""Activation: the mailed link that proves that an address belongs to the person who opened the account (F11, F13, F18)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.common.statements import rows_changed
from services.common.work import Work
from services.contracts.identity import AccountActivated, ActivationLinkRenewed, LinkNotValid
from services.identity import lookup
from services.identity.models import Account, ActivationLink
from services.identity.secrets_at_rest import digest, new_secret
from services.identity.settings import IdentitySettings


def issue_link(work: Work, settings: IdentitySettings, account: Account) -> str:
    """Makes the account's activation link, sealed for correspondence; the link given out before stops working (F18)."""
    token = new_secret()
    row = {
        "token_digest": digest(token),
        "issued_at": work.now,
        "expires_at": work.now + timedelta(hours=settings.activation_link_hours),
    }
    statement = insert(ActivationLink).values(account_id=account.id, **row)
    work.session.execute(statement.on_conflict_do_update(index_elements=[ActivationLink.account_id], set_=row))
    return settings.sealed_box.seal(f"{settings.public_url}/activate?token={token}")


def renew(work: Work, settings: IdentitySettings, account: Account) -> None:
    """Has the application ID mailed again, with a new link if the account is not active. Staff have no ID: nothing is done."""
    if account.application_id is None:
        return
    sealed_link = None
    if account.activated_at is None:
        sealed_link = issue_link(work, settings, account)
        work.audit("activation-link:renew", f"account/{account.id}")
    work.announce(
        ActivationLinkRenewed,
        account_id=account.id,
        application_id=account.application_id,
        sealed_link=sealed_link,
        expires_hours=settings.activation_link_hours,
    )


def resend(work: Work, settings: IdentitySettings, email: str) -> None:
    """Has the mail sent again if the address has an account (F13); the answer does not say whether it has."""
    account = lookup.by_email(work.session, email, lock=True)
    if account is not None:
        renew(work, settings, account)


def activate(work: Work, token: str) -> dict[str, Any]:
    """Activates the account that the link belongs to, once. Raises LinkNotValid."""
    wanted = select(ActivationLink.account_id).where(
        ActivationLink.token_digest == digest(token), ActivationLink.expires_at > work.now
    )
    account_id = work.session.execute(wanted).scalar_one_or_none()
    if account_id is None:
        raise LinkNotValid()
    # First the account, then its link: the same order as a renewal, so that the two take turns and do not lock each other out.
    account = lookup.by_id(work.session, account_id, lock=True)
    spent = delete(ActivationLink).where(ActivationLink.account_id == account_id, ActivationLink.token_digest == digest(token))
    if account is None or not rows_changed(work.session, spent):
        raise LinkNotValid()
    account.activated_at = work.now
    work.audit("account:activate", f"account/{account.id}", before={"active": False}, after={"active": True})
    work.announce(AccountActivated, account_id=account.id)
    return {"application_id": account.application_id}
