"""The public register: what anyone may see of a registrant (R11), searched by name and looked up by number."""

from datetime import date
from uuid import UUID

from services.common.kernel.access import ANYONE, programs
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import Search
from services.common.kernel.validation import validate
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual
from services.contracts.roles import REGISTER_READ, STAFF
from services.contracts.terms import StatedTerm, stated_terms


class RegisterEntry(Record):
    """What the public sees of a registrant in a list (R11)."""

    registration_number: str
    name: str
    commonly_used_name: str | None
    category: str
    category_name: Bilingual
    status: str
    status_words: Bilingual


class CategoryPeriod(Record):
    """A category held from a day to a day; the present one has no end."""

    category: str
    category_name: Bilingual
    since: date
    until: date | None


class PublicRegistrant(RegisterEntry):
    """All that the public sees of a registrant; sections that have nothing are left out by whoever shows it (R11)."""

    first_registered_on: date
    status_since: date | None = None
    status_reason: Bilingual | None = None
    categories: list[CategoryPeriod]
    terms: list[StatedTerm] | None = of(stated_terms(), default=None)
    conditions: list[str]  # as an earlier release reads them
    languages_of_care: list[str]


class CheckedRegistrant(PublicRegistrant):
    """What a program that checks registrants sees beside: an identifier that stays when names and numbers change."""

    registrant_id: UUID


class RegistrantForStaff(CheckedRegistrant):
    """What staff see beside: whose account it is."""

    account_id: UUID


class SearchRegister(Call):
    """Searches the public register by name or number, forgiving of accents, case and order; a page at a time."""

    access = ANYONE
    read_only = True

    class Request(Record):
        """What is searched for; without anything, the register by name."""

        name: str = of(Search(validate=validate.Length(max=200)), default="")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        registrants: list[RegisterEntry]
        next_cursor: str | None


class LookUpRegistrant(Call):
    """Gives a registrant's public entry by registration number; to programs with the scope, and to staff, a little more."""

    access = ANYONE
    read_only = True
    views = ((STAFF, RegistrantForStaff), (programs(REGISTER_READ), CheckedRegistrant))

    class Request(Record):
        """The number, as printed on the certificate."""

        number: str = of(shapes.short(20))

    Reply = PublicRegistrant
