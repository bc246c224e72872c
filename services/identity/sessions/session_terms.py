"""How long sessions last and how many an account has at once: rules only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.common.security.tokens import LONGEST_LIFE_S
from services.common.settings import Settings
from services.contracts.roles import STAFF_ROLES

IDLE = timedelta(days=30)
_USUAL = {"SESSION_STAFF_HOURS": "12", "SESSION_DAYS": "30", "SESSIONS_AT_ONCE": "10", "SESSION_IDLE_MINUTES": "30"}


@dataclass(frozen=True)
class SessionTerms:
    """What the operator allows of sessions.

    That is the longest session of somebody with a staff role and of others, how many at once, and how long one that a browser keeps may
    be left alone.
    """

    staff: timedelta
    others: timedelta
    at_once: int
    left_alone: timedelta

    @classmethod
    def read(cls, settings: Settings) -> "SessionTerms":
        """Reads SESSION_STAFF_HOURS, SESSION_DAYS, SESSIONS_AT_ONCE and SESSION_IDLE_MINUTES.

        Raises ValueError for what is no number, or less than one.
        """
        staff_hours, days, at_once, idle_minutes = (int(settings.optional(name, usual)) for name, usual in _USUAL.items())
        if min(staff_hours, days, at_once, idle_minutes) < 1:
            raise ValueError(f"{', '.join(_USUAL)} are 1 or more")
        return cls(timedelta(hours=staff_hours), timedelta(days=days), at_once, timedelta(minutes=idle_minutes))

    def ends_at(self, begun_at: datetime, now: datetime, roles: Collection[str], browser: bool) -> datetime:
        """Gives when a session that is used now ends: when it was left alone for too long, and in any case a set time after it began.

        A refresh token is traded once the access token has run out: until then nothing tells that the session is used. The roles are those
        held now, so that somebody who becomes staff has no longer session than staff have.
        """
        longest = self.others if set(STAFF_ROLES).isdisjoint(roles) else self.staff
        idle = self.left_alone + timedelta(seconds=LONGEST_LIFE_S) if browser else IDLE
        return min(now + idle, begun_at + longest)
