"""What may be refused about a deadline."""

from services.common.kernel.errors import Conflict
from services.common.kernel.text import Text


class CannotBePaused(Conflict):
    """The rule knows no pause."""

    code = "cannot_be_paused"
    detail = Text("This time limit cannot be paused.", "Ce délai ne peut pas être suspendu.")


class PausedAlready(Conflict):
    """The clock stands still already."""

    code = "paused_already"
    detail = Text("This time limit is paused already.", "Ce délai est déjà suspendu.")


class NoSuchClock(Conflict):
    """No such clock runs, or stands still, for the subject."""

    code = "no_such_clock"
    detail = Text("No such time limit is running.", "Aucun délai de ce genre ne court.")
