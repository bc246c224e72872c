"""Mailed links: what proves that an address belongs to a person, or that a person wants something. Single use, digests only (F18).

Asked for again while it works, the same link is mailed again, and works as long as that mail says: whoever asks for somebody's link makes
none useless that was mailed before. Its secret is made of a seed, with a key that is in no table.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.token_hashing import BYTES, digest
from services.contracts.identity.errors import LinkNotValid
from services.identity.accounts import lookup, recipient_limits
from services.identity.accounts.recipient_limits import Kind
from services.identity.models import Account, MailedLink
from services.identity.settings import IdentitySettings


class Purpose(Enum):
    """What a link is for, and the page that it leads to."""

    ACTIVATION = "activate"
    PASSWORD = "reset-password"  # noqa: S105 - the name of a page
    UNLOCK = "unlock"
    EMAIL = "confirm-email"


def issue(
    work: UnitOfWork, settings: IdentitySettings, account: Account, purpose: Purpose, hours: int, kind: Kind | None = None
) -> str | None:
    """Gives the account's link (the account locked), sealed for correspondence, where whoever asked for it may be a stranger.

    Nothing is given where the address has got as many mails as it may: then the one that was mailed works for so long from now. A link
    that was not mailed yet always is. The mails are counted by the purpose, or as another `kind`.
    """
    sealed, is_new = _issue_all(work, settings, [account.id], purpose, hours, None)[account.id]
    mailed = recipient_limits.take(work, settings, kind or Kind[purpose.name], account.email, at_any_rate=is_new)
    return sealed if mailed else None


def issue_all(
    work: UnitOfWork,
    settings: IdentitySettings,
    account_ids: Sequence[UUID],
    purpose: Purpose,
    hours: int,
    detail: dict[str, Any] | None = None,
) -> dict[UUID, str]:
    """Gives the link of each of these accounts (locked, at least one) sealed, by account, in two statements; each is mailed."""
    links = _issue_all(work, settings, account_ids, purpose, hours, detail)
    return {account_id: sealed for account_id, (sealed, _) in links.items()}


def _issue_all(
    work: UnitOfWork,
    settings: IdentitySettings,
    account_ids: Sequence[UUID],
    purpose: Purpose,
    hours: int,
    detail: dict[str, Any] | None,
) -> dict[UUID, tuple[str, bool]]:
    """Gives each link, and whether it is a new one."""
    present = select(MailedLink).where(MailedLink.account_id.in_(account_ids), MailedLink.purpose == purpose.name.lower())
    rows = {row.account_id: row for row in work.session.scalars(present.execution_options(populate_existing=True))}
    values, links = [], {}
    for account_id in account_ids:
        row = rows.get(account_id)
        expires_at = work.now + timedelta(hours=hours)
        kept = row if row and _works_again(settings, row, detail, work.now, hours) else None
        seed = kept.seed if kept and kept.seed else secrets.token_bytes(BYTES)
        token = _token(settings, account_id, purpose.name.lower(), seed)
        values.append(
            {
                "account_id": account_id,
                "purpose": purpose.name.lower(),
                "token_digest": digest(token),
                "seed": seed,
                "issued_at": kept.issued_at if kept else work.now,
                "expires_at": max(kept.expires_at, expires_at) if kept else expires_at,
                "detail": detail,
                **_former(row, kept, detail, work.now),
            }
        )
        address = f"{settings.public_url}/{purpose.value}?token={token}"
        links[account_id] = (settings.sealed_box.seal(address), kept is None)
    statement = insert(MailedLink).values(values)
    newer = {name: statement.excluded[name] for name in values[0] if name not in ("account_id", "purpose")}
    work.session.execute(statement.on_conflict_do_update(index_elements=[MailedLink.account_id, MailedLink.purpose], set_=newer))
    return links


def _works_again(settings: IdentitySettings, row: MailedLink, detail: dict[str, Any] | None, now: datetime, hours: int) -> bool:
    """Says whether the link may be mailed again: it works, is for the same, and not so old that somebody could keep it alive for ever.

    One that another release made, or that was made with another key, cannot be made again.
    """
    oldest = max(timedelta(hours=hours), recipient_limits.DAY)
    if row.seed is None or row.expires_at <= now or row.detail != detail or now - row.issued_at >= oldest:
        return False
    return digest(_token(settings, row.account_id, row.purpose, row.seed)) == row.token_digest


def _former(row: MailedLink | None, kept: MailedLink | None, detail: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """What is kept of the link before: it works as long as its mail said, unless it was for something else."""
    if kept is not None:
        return {"former_digest": kept.former_digest, "former_expires_at": kept.former_expires_at}
    if row is None or row.expires_at <= now or row.detail != detail:
        return {"former_digest": None, "former_expires_at": None}
    return {"former_digest": row.token_digest, "former_expires_at": row.expires_at}


def _token(settings: IdentitySettings, account_id: UUID, purpose: str, seed: bytes) -> str:
    secret = settings.digests.of("link", str(account_id), purpose, seed.hex())
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def _working(token: str, purpose: Purpose, now: datetime) -> ColumnElement[bool]:
    newest = and_(MailedLink.token_digest == digest(token), MailedLink.expires_at > now)
    former = and_(MailedLink.former_digest == digest(token), MailedLink.former_expires_at > now)
    return and_(MailedLink.purpose == purpose.name.lower(), or_(newest, former))


def owner(work: UnitOfWork, token: str, purpose: Purpose, lock: bool = False) -> Account:
    """Gives the account of a link that works, and leaves the link as it is; `lock` as in `lookup`. Raises LinkNotValid."""
    account_id = work.session.scalars(select(MailedLink.account_id).where(_working(token, purpose, work.now))).one_or_none()
    account = lookup.by_id(work.session, account_id, lock) if account_id else None
    if account is None:
        raise LinkNotValid()
    return account


def use(work: UnitOfWork, token: str, purpose: Purpose) -> tuple[Account, dict[str, Any]]:
    """Uses up a link; gives the account that it belongs to, locked, and the link's detail. Raises LinkNotValid."""
    ours = _working(token, purpose, work.now)
    found = work.session.execute(select(MailedLink.account_id, MailedLink.detail).where(ours)).one_or_none()
    # First the account, then its link: the same order as a renewal, so that the two take turns and do not lock each other out.
    account = lookup.by_id(work.session, found.account_id, lock=True) if found else None
    if found is None or account is None or not rows_changed(work.session, delete(MailedLink).where(ours)):
        raise LinkNotValid()
    return account, found.detail or {}


def void(work: UnitOfWork, account: Account) -> None:
    """Makes every link of the account useless, as when its address or password has changed."""
    work.session.execute(delete(MailedLink).where(MailedLink.account_id == account.id))
