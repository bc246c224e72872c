"""Dates and instants as people read them, in their language and the college's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from services.common.kernel.money import LOCALES


def written_date(day: date, language: str) -> str:
    """Writes a day in full: `November 23, 2026`, `23 novembre 2026`, `1er décembre 2026`."""
    written = format_date(day, format="long", locale=LOCALES.get(language, "en_CA"))
    return f"1er{written[1:]}" if language == "fr" and day.day == 1 else written


def written_instant(instant: datetime, language: str, zone: str) -> str:
    """Writes an instant as a day and a time of day in the college's zone: `November 23, 2026, 2:07 p.m.`, `1er décembre 2026, 14 h 07`."""
    return f"{written_date(instant.astimezone(ZoneInfo(zone)).date(), language)}, {written_time(instant, language, zone)}"


def written_time(instant: datetime, language: str, zone: str) -> str:
    """Writes the time of day in the college's zone: `2:07 p.m.`, `14 h 07`."""
    return format_time(instant, format="short", tzinfo=ZoneInfo(zone), locale=LOCALES.get(language, "en_CA"))
