"""The kinds of facts: a table each, of one shape (`shape.py`), with what this kind says in columns of its own."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry.words import STATUSES
from services.registry.facts.shape import Fact, constraints


class LegalName(Fact):
    """The legal name: as a whole, and in the parts by which it is sorted. Whoever has one name only has it as `last_name`."""

    __tablename__ = "legal_names"
    kind = "legal_name"

    legal_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)


class CommonlyUsedName(Fact):
    """The name that is used in practice, where it is not the legal one (R11)."""

    __tablename__ = "commonly_used_names"
    kind = "commonly_used_name"

    name: Mapped[str] = mapped_column(Text)


class HeldCategory(Fact):
    """The category of registration, by its code in the college's profile (R1)."""

    __tablename__ = "held_categories"
    kind = "category"

    category: Mapped[str] = mapped_column(Text)


class Status(Fact):
    """The status of the registration, with the reason that the register gives for it, in both languages (R1)."""

    __tablename__ = "statuses"
    __table_args__ = (
        *constraints("statuses", ()),
        CheckConstraint(f"status IN ({', '.join(repr(code) for code in STATUSES)})", name="status"),
    )
    kind = "status"

    status: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str | None] = mapped_column(Text)
    reason_fr: Mapped[str | None] = mapped_column(Text)


class ImposedTerm(Fact):
    """A term, condition or limitation: a standard one by its code, or own words in both languages. Many may hold at once."""

    __tablename__ = "imposed_terms"
    kind = "term"
    one_for = None

    code: Mapped[str | None] = mapped_column(Text)
    en: Mapped[str | None] = mapped_column(Text)
    fr: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)

    @property
    def term(self) -> dict[str, Any]:
        """The term as contracts carry it."""
        return {"code": self.code, "en": self.en, "fr": self.fr}


class LanguageOfCare(Fact):
    """A language in which care is given and which the person lets the register show (F55)."""

    __tablename__ = "languages_of_care"
    kind = "language_of_care"
    one_for = ("language",)

    language: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)


class PreviousName(Fact):
    """A name that was borne before. Not shown before its bearer can ask that it be withheld."""

    __tablename__ = "previous_names"
    kind = "previous_name"
    one_for = ("name",)
    public = False

    name: Mapped[str] = mapped_column(Text)


class DateOfBirth(Fact):
    """The date of birth; never public (R11)."""

    __tablename__ = "dates_of_birth"
    kind = "date_of_birth"
    public = False

    born_on: Mapped[date] = mapped_column(Date)


class Located(Fact):
    """A fact with an address; what a college does not ask is missing."""

    __abstract__ = True

    street: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    postal_code: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)

    @property
    def address(self) -> str:
        """The address on one line."""
        return ", ".join(part for part in (self.street, self.city, self.province, self.postal_code, self.country) if part)


class HomeAddress(Located):
    """The home address; never public (R11, F59)."""

    __tablename__ = "home_addresses"
    kind = "home_address"
    public = False


class Telephone(Fact):
    """The number at which the college reaches the person; never public (R11, F60)."""

    __tablename__ = "telephones"
    kind = "telephone"
    public = False

    phone: Mapped[str] = mapped_column(Text)


class PracticeSite(Located):
    """A place of practice (F54)."""

    __tablename__ = "practice_sites"
    kind = "practice_site"
    one_for = ("name",)

    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)


KINDS: tuple[type[Fact], ...] = (
    *(LegalName, CommonlyUsedName, HeldCategory, Status, ImposedTerm, LanguageOfCare),
    *(PreviousName, DateOfBirth, HomeAddress, Telephone, PracticeSite),
)
