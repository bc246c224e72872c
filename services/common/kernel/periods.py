"""How long something is kept: a number of years, months and days of the calendar."""

from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True)
class Period:
    """A time of the calendar: a year is a year, whether it is leap or not."""

    years: int = 0
    months: int = 0
    days: int = 0

    def before(self, instant: datetime) -> datetime:
        """The instant that lies this long before; the last day of a month where the other month is shorter."""
        return instant - relativedelta(years=self.years, months=self.months, days=self.days)

    def __str__(self) -> str:
        return " ".join(f"{getattr(self, unit)} {unit}" for unit in ("years", "months", "days") if getattr(self, unit))
