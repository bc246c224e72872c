"""How long sessions last and how many an account has at once: rules only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.common.settings import Settings
from services.contracts.roles import STAFF_ROLES

IDLE = timedelta(days=30)


@dataclass(frozen=True)
class SessionTerms:
    """What the operator allows: the longest session of somebody with a staff role and of others, and how many sessions at once."""

    staff: timedelta
    others: timedelta
    at_once: int

    @classmethod
    def read(cls, settings: Settings) -> "SessionTerms":
        """Reads SESSION_STAFF_HOURS, SESSION_DAYS and SESSIONS_AT_ONCE. Raises ValueError for what is no number, or less than one."""
        staff_hours, days, at_once = (
            int(settings.optional(name, usual))
            for name, usual in (("SESSION_STAFF_HOURS", "12"), ("SESSION_DAYS", "30"), ("SESSIONS_AT_ONCE", "10"))
        )
        if min(staff_hours, days, at_once) < 1:
            raise ValueError("SESSION_STAFF_HOURS, SESSION_DAYS and SESSIONS_AT_ONCE are 1 or more")
        return cls(timedelta(hours=staff_hours), timedelta(days=days), at_once)

    def ends_at(self, begun_at: datetime, now: datetime, roles: Collection[str]) -> datetime:
        """Gives when a session that is used now ends: when it was not used for thirty days, and in any case a set time after it began.

        The roles are those held now, so that somebody who becomes staff has no longer session than staff have.
        """
        longest = self.others if set(STAFF_ROLES).isdisjoint(roles) else self.staff
        return min(now + IDLE, begun_at + longest)
