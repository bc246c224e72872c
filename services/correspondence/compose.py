"""Composing: how days, amounts, categories, conditions and addresses of pages are written for one person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common import settings as settings_module
from services.common.deadlines.due import last_day
from services.common.kernel.dates import written_date
from services.common.kernel.money import Money, written
from services.common.kernel.text import Text
from services.contracts import terms
from services.contracts.both_languages import said
from services.contracts.college import College, CollegeOnDay
from services.contracts.college_provider import CollegeProfile
from services.contracts.pages import PAGES as DELEGABLE_PAGES
from services.contracts.terms import StatedTerm, Term

_HOUR, _HOURS = Text("{} hour", "{} heure"), Text("{} hours", "{} heures")
_DAYS = Text("{} days", "{} jours")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Pages:
    """The addresses that mails lead to, below the college's public address."""

    public_url: str

    @property
    def portal(self) -> str:
        """Where one signs in, to one's own portal."""
        return f"{self.public_url}/portal"

    @property
    def forgotten_password(self) -> str:
        """Where one asks for a link to choose a new password (F7, F8)."""
        return f"{self.public_url}/forgotten-password"

    @property
    def help(self) -> str:
        """Where one finds help with signing in (F17, F19)."""
        return f"{self.public_url}/sign-in-help"

    @property
    def lost_access(self) -> str:
        """Where one asks support for a way back in (F10)."""
        return f"{self.public_url}/lost-access"

    @property
    def confirm_subscription(self) -> str:
        """Where the link leads that confirms a wish to be on the mailing list (F65)."""
        return f"{self.public_url}/mailing-list/confirm"

    @property
    def unsubscribe(self) -> str:
        """Where one leaves the mailing list (F65)."""
        return f"{self.public_url}/mailing-list/unsubscribe"

    @property
    def held_certificates(self) -> str:
        """Where staff see which certificates wait for a font."""
        return f"{self.public_url}/staff/certificates"

    def invoice(self, number: str) -> str:
        """One invoice with its receipt, after sign-in (F21)."""
        return f"{self.public_url}/fees/{number}"


@dataclass(frozen=True)
class Formatter:
    """Writes values in one language, by the college's words, time zone and clocks."""

    college: College
    language: str

    def text(self, words: Text) -> str:
        """The words in this language."""
        return words.in_(self.language)

    def day(self, day: date) -> str:
        """A day in full."""
        return written_date(day, self.language)

    def day_of(self, instant: datetime) -> str:
        """The day on which an instant fell at the college, in full."""
        return self.day(self.local(instant))

    def days_after(self, instant: datetime, days: int) -> str:
        """The day so many days after the one on which an instant fell at the college, in full."""
        return self.day(self.local(instant) + timedelta(days=days))

    def last_day(self, deadline: str, began_at: datetime) -> str:
        """The last day of a time limit of the profile that began at an instant, in full. Raises NotInProfile."""
        return self.last_day_since(deadline, self.local(began_at))

    def last_day_since(self, deadline: str, day: date) -> str:
        """The last day of a time limit of the profile that began on a day, in full. Raises NotInProfile."""
        return self.day(last_day(self.college.on(day).deadline(deadline), day, self.college.time_zone.key))

    def local(self, instant: datetime) -> date:
        """The day on which an instant fell at the college."""
        return self.college.day_of(instant)

    def lifetime(self, hours: int) -> str:
        """How long a link works: in days where they are whole, else in hours."""
        if hours > 24 and hours % 24 == 0:
            return self.text(_DAYS).format(hours // 24)
        return self.text(_HOUR if hours == 1 else _HOURS).format(hours)

    def pages(self, codes: list[str]) -> list[str]:
        """The names of the pages that a delegate is let into; one that we do not know yet is left out."""
        return [self.text(DELEGABLE_PAGES[code]) for code in codes if code in DELEGABLE_PAGES]

    def money(self, amount: Money) -> str:
        """An amount with its currency sign."""
        return written(amount, self.language)

    def category(self, code: str) -> str:
        """The name of a category of registration. Raises NotInProfile."""
        return self.text(self.college.category(code).name)

    def terms(self, stated: Sequence[Term | StatedTerm] | None, conditions: list[str]) -> list[str]:
        """Terms as they were decided, in this language; of one that is in the other only it is said (P3)."""
        return [said(term, self.language).in_a_line for term in terms.of(self.college, stated, conditions)]


def paragraphs(words: str) -> list[str]:
    """Gives the paragraphs of what a person wrote, each on one line; a text of lines without blank lines gives its lines."""
    words = words.replace("\r\n", "\n").strip()
    parts = _BLANK_LINES.split(words) if _BLANK_LINES.search(words) else words.split("\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def postal_address(college: CollegeOnDay, language: str) -> str:
    """Gives the college's name and where letters to it go, and its telephone number: who sends, as R15 has it, a line for each part."""
    address = college.postal_address
    city = (
        f"{address.city} ({address.province})  {address.postal_code}"
        if language == "fr"
        else (f"{address.city}, {address.province}  {address.postal_code}")
    )
    return "\n".join((college.name.in_(language), *address.lines, city, college.phone))


@dataclass(frozen=True)
class LetterContext:
    """What it takes to write to people: the college with its texts, and where its pages are."""

    college: College
    pages: Pages

    def formatter(self, language: str) -> Formatter:
        """A pen for a language."""
        return Formatter(self.college, language)


class LetterContextProvider(CollegeProfile):
    """Gives the service its context (COLLEGE_PROFILE, PUBLIC_URL)."""

    def setup(self) -> None:
        """Loads the profile, which keeps the service from starting if it is faulty."""
        super().setup()
        self._pages = Pages(settings_module.of(self.container).require("PUBLIC_URL").rstrip("/"))

    def get_dependency(self, worker_ctx: object) -> LetterContext:  # type: ignore[override]
        """Gives the context."""
        return LetterContext(super().get_dependency(worker_ctx), self._pages)
