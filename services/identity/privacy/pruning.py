"""Forgetting what has no use any more: expired sessions with their tokens, expired links and invitations, old failures."""

from sqlalchemy import delete, update

from services.common.observability.logs import get_logger
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.identity.accounts import recipient_limits
from services.identity.models import (
    CausedMail,
    Challenge,
    Delegation,
    FailedTry,
    KnownPlace,
    MailedLink,
    RefreshToken,
    SignInSession,
)
from services.identity.sessions import known_places
from services.identity.sessions.session_terms import IDLE
from services.identity.sessions.throttle import BACK_OFF

log = get_logger("pruning")


def prune(work: UnitOfWork) -> dict[str, int]:
    """Deletes the rows whose time is over, ends the invitations of delegates that ran out, and gives how many of each kind.

    A session that was ended early is kept until it would have expired, so that its tokens are known for what they were.
    """
    over = {
        "sessions": delete(SignInSession).where(SignInSession.expires_at <= work.real_now),
        "refresh_tokens": delete(RefreshToken).where(RefreshToken.issued_at <= work.real_now - IDLE),
        "mailed_links": delete(MailedLink).where(MailedLink.expires_at <= work.now),
        "challenges": delete(Challenge).where(Challenge.expires_at <= work.real_now),
        "failed_tries": delete(FailedTry).where(FailedTry.at <= work.real_now - BACK_OFF.memory),
        "known_places": delete(KnownPlace).where(KnownPlace.seen_at <= work.real_now - known_places.KEPT),
        "caused_mails": delete(CausedMail).where(CausedMail.at <= work.real_now - recipient_limits.DAY),
        "delegations": update(Delegation)
        .where(Delegation.state == "invited", Delegation.token_expires_at <= work.now)
        .values(state="ended", ended_at=Delegation.token_expires_at, token_digest=None),
    }
    pruned = {name: rows_changed(work.session, statement) for name, statement in over.items()}
    log.info("pruned", **pruned)
    return pruned
