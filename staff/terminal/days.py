"""A day as an option takes it: as people of both languages write one, or as in ISO 8601."""

from datetime import date
from typing import Any

import click

from services.common.kernel.typed_text import days
from services.common.kernel.typed_text.refused import Refused


class DayType(click.ParamType):
    """A day such as `2026-12-01`, `1 December 2026` or `1er décembre 2026`."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Reads it; what is no day, or could be two, is a wrong value."""
        try:
            return date.fromisoformat(days.clean(value))
        except (Refused, ValueError):
            self.fail("no day", param, ctx)


DAY = DayType()
