"""Mailed links: what proves that an address belongs to a person, or that a person wants something. Single use, digests only (F18)."""

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.common.secrets_at_rest import digest, new_secret
from services.common.statements import rows_changed
from services.common.work import Work
from services.contracts.identity import LinkNotValid
from services.identity import lookup
from services.identity.models import Account, MailedLink
from services.identity.settings import IdentitySettings


class Purpose(Enum):
    """What a link is for, and the page that it leads to."""

    ACTIVATION = "activate"
    PASSWORD = "reset-password"  # noqa: S105 - the name of a page
    UNLOCK = "unlock"
    EMAIL = "confirm-email"


def issue(
    work: Work, settings: IdentitySettings, account: Account, purpose: Purpose, hours: int, detail: dict[str, Any] | None = None
) -> str:
    """Makes the account's link for a purpose, sealed for correspondence; the one given out before stops working (F18)."""
    return issue_all(work, settings, [account.id], purpose, hours, detail)[account.id]


def issue_all(
    work: Work,
    settings: IdentitySettings,
    account_ids: Sequence[UUID],
    purpose: Purpose,
    hours: int,
    detail: dict[str, Any] | None = None,
) -> dict[UUID, str]:
    """Makes a link for each of these accounts (at least one) in one statement; gives them sealed, by account."""
    tokens = {account_id: new_secret() for account_id in account_ids}
    shared = {"issued_at": work.now, "expires_at": work.now + timedelta(hours=hours), "detail": detail}
    statement = insert(MailedLink).values(
        [
            {"account_id": account_id, "purpose": purpose.name.lower(), "token_digest": digest(token), **shared}
            for account_id, token in tokens.items()
        ]
    )
    newer = {name: statement.excluded[name] for name in ("token_digest", *shared)}
    work.session.execute(statement.on_conflict_do_update(index_elements=[MailedLink.account_id, MailedLink.purpose], set_=newer))
    address = f"{settings.public_url}/{purpose.value}?token="
    return {account_id: settings.sealed_box.seal(address + token) for account_id, token in tokens.items()}


def owner(work: Work, token: str, purpose: Purpose) -> Account:
    """Gives the account of a link that works, and leaves the link as it is. Raises LinkNotValid."""
    account_id = work.session.scalars(
        select(MailedLink.account_id).where(
            MailedLink.token_digest == digest(token), MailedLink.purpose == purpose.name.lower(), MailedLink.expires_at > work.now
        )
    ).one_or_none()
    account = lookup.by_id(work.session, account_id) if account_id else None
    if account is None:
        raise LinkNotValid()
    return account


def use(work: Work, token: str, purpose: Purpose) -> tuple[Account, dict[str, Any]]:
    """Uses up a link; gives the account that it belongs to, locked, and the link's detail. Raises LinkNotValid."""
    ours = (MailedLink.token_digest == digest(token), MailedLink.purpose == purpose.name.lower())
    found = work.session.execute(
        select(MailedLink.account_id, MailedLink.detail).where(*ours, MailedLink.expires_at > work.now)
    ).one_or_none()
    # First the account, then its link: the same order as a renewal, so that the two take turns and do not lock each other out.
    account = lookup.by_id(work.session, found.account_id, lock=True) if found else None
    if found is None or account is None or not rows_changed(work.session, delete(MailedLink).where(*ours)):
        raise LinkNotValid()
    return account, found.detail or {}


def void(work: Work, account: Account) -> None:
    """Makes every link of the account useless, as when its address or password has changed."""
    work.session.execute(delete(MailedLink).where(MailedLink.account_id == account.id))
