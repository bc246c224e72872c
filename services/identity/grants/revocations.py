"""What access tokens rest on and has ended: told to the gateway, which refuses such tokens before they run out."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, select, union_all

from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.tokens import LONGEST_LIFE_S
from services.contracts.identity.sessions import ListEnded
from services.identity.models import Delegation, Program, SignInSession

# An ending carries the time at which its transaction began, and is seen when that has ended: as much later as a transaction may last.
# Tokens and sessions live by the machine's time, delegations and programs end by the college's: one that is ahead has them told more often.
OVERLAP = timedelta(seconds=60)


def list_since(work: UnitOfWork, since: datetime | None) -> ListEnded.Reply:
    """Gives the ids of what has ended since an answer of this call, or of all that a token may still rest on; some are told twice."""
    oldest = work.real_now - timedelta(seconds=LONGEST_LIFE_S)
    after = max(since or oldest, oldest) - OVERLAP
    ended = (
        select(cast(SignInSession.id, String)).where(SignInSession.ended_at > after),
        select(cast(Delegation.id, String)).where(Delegation.ended_at > after),
        select(Program.client_id).where(Program.revoked_at > after),
    )
    return ListEnded.Reply(ended=list(work.session.scalars(union_all(*ended))), as_of=work.real_now)
