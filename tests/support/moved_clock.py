"""The college's clock, moved in the test's process as an operator moves a site's: by the file that it follows."""

from datetime import datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from services.common.kernel import clock


class MovedClock:
    """Moves what all services of this process take for the college's time; `back` at the end of the test."""

    def __init__(self, file: Path) -> None:
        self._file = file
        clock.follow(file)

    def forward(self, **by: int) -> None:
        """Moves it on: `forward(months=18, days=1)`."""
        self.to(clock.now() + relativedelta(**by))

    def to(self, instant: datetime) -> None:
        """Moves it to an instant, backwards too."""
        clock.write_offset(self._file, timedelta(seconds=round((instant - clock.real_now()).total_seconds())))

    @staticmethod
    def back() -> None:
        """Lets it show the true time again."""
        clock.follow(None)
