"""The clock of an application: by when the college answers, or the application lapses; more days, a pause, and taking them back (R2, R14)."""

from typing import Any
from uuid import UUID

import click

from services.common.deadlines.calls import MOST_DAYS, DeadlineInFull, DeadlinesOfOne
from services.common.deadlines.errors import NoSuchClock
from services.common.kernel.contract import Call
from services.common.kernel.text import Text
from services.contracts.applications import deadlines
from staff.commands.applications import REFERENCE, find
from staff.terminal.commands import StaffGroup, argument, command, option
from staff.terminal.context import Context
from staff.terminal.show import NOTHING, Page, instant

_reason = option("--reason", required=True, value=Text("TEXT", "TEXTE"), words=Text("Why (needed).", "Pourquoi (requis)."))


@command(
    "show",
    Text("Show the clock that runs, and what puts it off.", "Montrer le délai qui court, et ce qui le prolonge ou le suspend."),
    "time-limit show APP-000017-B",
)
@argument("reference", REFERENCE)
def show(context: Context, reference: str) -> None:
    """Shows it."""
    _ask(context, deadlines.GetDeadlines, subject_id=find(context, reference))


@command(
    "extend",
    Text("Give more days.", "Accorder des jours de plus."),
    Text(
        'time-limit extend APP-000017-B --days 10 --reason "The university is on strike."',
        'time-limit extend APP-000017-B --days 10 --reason "L’université est en grève."',
    ),
)
@argument("reference", REFERENCE)
@option(
    "--days", type=click.IntRange(1, MOST_DAYS), required=True, words=Text("How many more (needed).", "Combien de plus (requis).")
)
@_reason
def extend(context: Context, reference: str, days: int, reason: str) -> None:
    """Gives more days to the clock that runs."""
    _change(context, deadlines.ExtendDeadline, reference, days=days, reason=reason)


@command(
    "pause",
    Text("Stop the clock from now on.", "Suspendre le délai à partir de maintenant."),
    Text(
        'time-limit pause APP-000017-B --reason "A court decides first."',
        'time-limit pause APP-000017-B --reason "Un tribunal doit d’abord trancher."',
    ),
)
@argument("reference", REFERENCE)
@_reason
def pause(context: Context, reference: str, reason: str) -> None:
    """Stops the clock that runs."""
    _change(context, deadlines.PauseDeadline, reference, reason=reason)


@command(
    "resume",
    Text("Let the clock go on from now.", "Laisser le délai courir de nouveau à partir de maintenant."),
    "time-limit resume APP-000017-B",
)
@argument("reference", REFERENCE)
def resume(context: Context, reference: str) -> None:
    """Lets the clock go on."""
    _change(context, deadlines.ResumeDeadline, reference)


@command(
    "take-back",
    Text(
        "Take an extension or a pause back, as if it had never been given (its id: `time-limit show`).",
        "Annuler une prolongation ou une suspension, comme si elle n’avait jamais été accordée (identifiant : `time-limit show`).",
    ),
    Text(
        'time-limit take-back APP-000017-B 0193a1b2-0000-7000-8000-000000000001 --reason "Entered by mistake."',
        'time-limit take-back APP-000017-B 0193a1b2-0000-7000-8000-000000000001 --reason "Saisie par erreur."',
    ),
)
@argument("reference", REFERENCE)
@argument("adjustment_id", Text("ID", "ID"), type=click.UUID)
@_reason
def take_back(context: Context, reference: str, adjustment_id: UUID, reason: str) -> None:
    """Takes one back."""
    given = {"subject_id": find(context, reference), "adjustment_id": adjustment_id, "reason": reason}
    _ask(context, deadlines.TakeBackAdjustment, **given)


def _change(context: Context, contract: type[Call], reference: str, **request: Any) -> None:
    subject_id = find(context, reference)
    told: Any = context.call(deadlines.GetDeadlines, subject_id=subject_id)
    if not told.deadlines:
        raise NoSuchClock()
    _ask(context, contract, subject_id=subject_id, rule=told.deadlines[0].rule, **request)


def _ask(context: Context, contract: type[Call], **request: Any) -> None:
    reply: Any = context.call(contract, **request)  # each of them answers with the clocks that run
    context.show(contract, reply, _draw)


def _draw(page: Page, reply: DeadlinesOfOne) -> None:
    if not reply.deadlines:
        page.line(page.text("no-clock"))
    for deadline in reply.deadlines:
        _draw_one(page, deadline)


def _draw_one(page: Page, deadline: DeadlineInFull) -> None:
    page.line(page.word("deadline", deadline.rule), "bold")
    state = "clock-paused" if deadline.paused else "clock-late" if deadline.late else "clock-runs"
    page.facts(
        [
            (page.text("clock-began"), instant(deadline.began_at)),
            (page.text("clock-last-day"), deadline.last_day or NOTHING),
            (page.text("clock-state"), page.text(state, days=deadline.days_left)),
        ]
    )
    if deadline.adjustments:
        page.table(
            ("adjustment-id", "adjustment", "days", "from-when", "until", "reason", "by"),
            (
                (
                    given.id,
                    page.word("adjustment", given.kind),
                    given.days or None,
                    instant(given.starts_at),
                    instant(given.ends_at),
                    given.reason,
                    given.given_by,
                )
                for given in deadline.adjustments
            ),
        )


time_limit = StaffGroup(
    "time-limit",
    words=Text(
        "By when the College answers an application, or it lapses: see it, give more time, pause it.",
        "Le délai de réponse de l’Ordre, ou de caducité d’une demande : le voir, le prolonger, le suspendre.",
    ),
    examples=("time-limit show APP-000017-B",),
)
for subcommand in (show, extend, pause, resume, take_back):
    time_limit.add_command(subcommand)

COMMANDS = (time_limit,)
