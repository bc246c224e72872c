"""What puts a deadline off: more days for one, a pause of one, a time at which the college was away or closed for all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.common.kernel.text import Text, Words

EXTENSION, PAUSE, OUTAGE = "extension", "pause", "outage"
KIND_WORDS: Words = {
    EXTENSION: Text("Extension", "Prolongation"),
    PAUSE: Text("Pause", "Suspension"),
    OUTAGE: Text("College closed or away", "Ordre fermé ou hors service"),
}
KINDS = tuple(KIND_WORDS)


@dataclass(frozen=True)
class Adjustment:
    """One of them, as it is in force.

    An extension gives `days` more to the run of the clock in which it was given. While paused, from `starts_at` until `ends_at` (or until
    somebody resumes it), no time passes. What would fall due during an outage falls due `days` after its end; where whole days count, at the
    end of that day, so that nobody's last day is one on which the college was closed.
    """

    id: UUID
    kind: str
    reason: str
    given_by: str
    given_at: datetime
    days: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def as_judged(self) -> dict[str, Any]:
        """Gives what it says without the reason, which may be about a person's life, for the evidence (B16)."""
        told = {"id": str(self.id), "kind": self.kind, "given_at": self.given_at.isoformat(), "days": self.days}
        moments = {"starts_at": self.starts_at, "ends_at": self.ends_at}
        return told | {name: moment.isoformat() for name, moment in moments.items() if moment is not None}
