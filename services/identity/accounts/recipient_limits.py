"""How many mails one address gets because somebody asked who may be a stranger: so many an hour and a day of each kind.

It stands here and not where mails are sent: here is decided, in the transaction in which it is decided, whether a link is made anew or the one
that was mailed goes on working, and what the one who asked is told. Each kind has its own count, so that nobody can use up for somebody
else what that person waits for; of the kinds that need an account, one account also has a share only.
"""

import math
from datetime import timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import select

from services.common.kernel.email_addresses import email_key
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.errors import TooManyMails
from services.identity.models import CausedMail
from services.identity.settings import IdentitySettings

AN_HOUR, A_DAY, OF_ONE_A_DAY = 4, 10, 3
INVITATIONS_AN_HOUR = 1  # by tries to sign in where there is no password yet: people try several times
DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class Kind(Enum):
    """What is mailed."""

    ACTIVATION = "activation"
    PASSWORD = "password"  # noqa: S105 - a kind of mail
    UNLOCK = "unlock"
    EMAIL = "email"
    ACCOUNT_EXISTS = "account_exists"
    APPLICATION_ID = "application_id"
    INVITATION = "invitation"
    STAFF_INVITATION = "staff_invitation"
    DELEGATE = "delegate"
    ACCESS_REQUEST = "access_request"


def take(work: UnitOfWork, settings: IdentitySettings, kind: Kind, email: str, at_any_rate: bool = False) -> bool:
    """Counts a mail of a kind to an address, and says whether it may leave: as many statements either way.

    One that must leave `at_any_rate`, since nothing that was mailed before helps the person, is counted too.
    """
    allowed = _left_in_s(work, _recipient(work, settings, email), kind, None) == 0 or at_any_rate
    if allowed:
        _count(work, settings, kind, email, None)
    else:
        work.session.execute(select(1))
    return allowed


def require(work: UnitOfWork, settings: IdentitySettings, kind: Kind, email: str, asked_by: UUID | None) -> None:
    """Counts a mail of a kind to an address that an account asked for. Raises TooManyMails if it may not leave, whoever's the address is."""
    wait = _left_in_s(work, _recipient(work, settings, email), kind, asked_by)
    if wait:
        raise TooManyMails(minutes=math.ceil(wait / 60), retry_after_s=wait)
    _count(work, settings, kind, email, asked_by)


def _recipient(work: UnitOfWork, settings: IdentitySettings, email: str) -> bytes:
    recipient = settings.digests.of("recipient", email_key(email))
    advisory_locks.wait_for_thing(work.session, recipient.hex())  # two at once would both be the last one
    return recipient


def _count(work: UnitOfWork, settings: IdentitySettings, kind: Kind, email: str, asked_by: UUID | None) -> None:
    recipient = settings.digests.of("recipient", email_key(email))
    work.session.add(CausedMail(recipient=recipient, kind=kind.value, asked_by=asked_by, at=work.real_now))
    work.session.flush()


def _left_in_s(work: UnitOfWork, recipient: bytes, kind: Kind, asked_by: UUID | None) -> int:
    """Gives the seconds after which a further mail may leave; 0 if one may now."""
    lately = select(CausedMail.at, CausedMail.asked_by).where(
        CausedMail.recipient == recipient, CausedMail.kind == kind.value, CausedMail.at > work.real_now - DAY
    )
    mails = work.session.execute(lately.order_by(CausedMail.at.desc())).all()
    waits = [0.0]
    for times, most, span in (
        ([mail.at for mail in mails], INVITATIONS_AN_HOUR if kind is Kind.INVITATION else AN_HOUR, _HOUR),
        ([mail.at for mail in mails], A_DAY, DAY),
        ([mail.at for mail in mails if asked_by and mail.asked_by == asked_by], OF_ONE_A_DAY, DAY),
    ):
        if len(times) >= most:
            waits.append((times[most - 1] + span - work.real_now).total_seconds())
    return math.ceil(max(waits))
