"""How deadlines are told to whoever may see them."""

from services.common.deadlines.adjustments import Adjustment
from services.common.deadlines.calls import DeadlineInFull, GivenAdjustment, RunningDeadline
from services.common.deadlines.due import Due
from services.common.deadlines.rules import Rule


def running(rule: Rule, due: Due) -> RunningDeadline:
    """A clock that runs. Pure."""
    return RunningDeadline(
        rule=rule.code,
        began_at=due.begins,
        last_day=due.last_day,
        paused=due.paused,
        late=due.passed,
        days_left=due.days_left,
    )


def in_full(rule: Rule, due: Due) -> DeadlineInFull:
    """A clock that runs, with all that puts it off. Pure."""
    given = [_given(adjustment) for adjustment in due.adjustments]
    return DeadlineInFull(**vars(running(rule, due)), can_be_paused=rule.can_be_paused, adjustments=given)


def _given(adjustment: Adjustment) -> GivenAdjustment:
    return GivenAdjustment(**vars(adjustment))
