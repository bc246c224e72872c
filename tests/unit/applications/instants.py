"""When the files of these tests are looked at."""

import datetime as dt

NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
