"""Delivery: which message is next, and what becomes of it after an attempt. Replicas share the work through claims.

When a mail was asked for and is tried again is the machinery's time, the database's: a college whose time is moved ahead by months gives no
mail up, and couriers on several machines agree. What a message says, and when it was written, is the college's time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from services.common.persistence.statements import rows_changed
from services.correspondence.models import BOUNCED, GIVEN_UP, RETRYING, SENT, WAITING, Message
from services.correspondence.smtp import MailRefused

# A claim outlasts the time limit of a sending, so that no two couriers have the same message, and ends soon after it, so
# that what a killed process had is taken up by another.
SENDING_LIMIT_S, CLAIM_S = 20, 30
FIRST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_SERVER_AWAY_S = 2.0, 3600.0, 60.0
GIVE_UP_AFTER = timedelta(days=3)
_UNDER_WAY = Message.delivery.in_((WAITING, RETRYING))


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt."""

    delivery: str
    words: str | None = None
    pause_s: float = 0.0


def pause_after(attempts: int, server_wide: bool = False, first_s: float = FIRST_PAUSE_S) -> float:
    """Gives the seconds until the next attempt: 2, 4, 8 … up to an hour, or a minute where the mail server as a whole is away."""
    longest = LONGEST_PAUSE_SERVER_AWAY_S if server_wide else LONGEST_PAUSE_S
    return min(first_s * 2.0 ** min(attempts - 1, 30), longest)


def judge(claimed: Row, now: datetime, refusal: MailRefused, first_s: float = FIRST_PAUSE_S) -> Outcome:
    """Says what a refusal means: bounced for good, given up after three days of trying, or tried again after a growing pause."""
    if refusal.permanent:
        return Outcome(BOUNCED, refusal.words)
    if now - claimed.asked_at >= GIVE_UP_AFTER:
        return Outcome(GIVEN_UP, refusal.words)
    return Outcome(RETRYING, refusal.words, pause_after(claimed.attempts, refusal.server_wide, first_s))


def claim(session: Session) -> Row | None:
    """Claims the message that is due longest, if there is one that nobody else has."""
    free = or_(Message.claimed_until.is_(None), Message.claimed_until < func.now())
    due = (
        select(Message.id)
        .where(_UNDER_WAY, Message.due_at <= func.now(), free)
        .order_by(Message.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Message)
        .where(Message.id == due.scalar_subquery())
        .values(claimed_until=func.now() + timedelta(seconds=CLAIM_S), attempts=Message.attempts + 1)
        .returning(*Message.__table__.columns)
    )
    return session.execute(statement).one_or_none()


def record(session: Session, claimed: Row, outcome: Outcome) -> bool:
    """Records what became of a claimed message and frees it; says False if the claim had run out and is another's by now.

    A single-use link is erased with the mail's end, good or bad.
    """
    values: dict = {"delivery": outcome.delivery, "last_error": outcome.words, "claimed_until": None}
    if outcome.delivery == SENT:
        values |= {"delivered_at": func.now()}
    if outcome.delivery == RETRYING:
        values |= {"due_at": func.now() + timedelta(seconds=outcome.pause_s)}
    else:
        values |= {"sealed_link": None}
    mine = (Message.id == claimed.id, Message.claimed_until == claimed.claimed_until)
    return rows_changed(session, update(Message).where(*mine).values(**values)) == 1
