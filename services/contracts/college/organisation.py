"""What `college.yaml` says of the college itself: its names, words, addresses, numbering and theme."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import post_load

from services.common.kernel.clock import local_date
from services.common.kernel.references import Numbering
from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, ValidationError, fields, validate
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, WholeNumber, code_field, line_field

_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Words:
    """What the college calls its act, its profession and the people on its register."""

    act: Text
    profession: Text
    registrant: Text
    registrants: Text
    register: Text


@dataclass(frozen=True)
class Addresses:
    """The college's mail addresses, one for each kind of question."""

    info: str
    registration: str
    qa: str

    def of(self, sender: str) -> str:
        """The address of `info`, `registration` or `qa`."""
        return {"info": self.info, "registration": self.registration, "qa": self.qa}[sender]


SENDERS = ("info", "registration", "qa")


@dataclass(frozen=True)
class PostalAddress:
    """Where letters to the college go."""

    lines: tuple[str, ...]
    city: str
    province: str
    postal_code: str


@dataclass(frozen=True)
class NumberSeries:
    """One kind of reference: how it is written and the running number it starts with."""

    numbering: Numbering
    first: int


@dataclass(frozen=True)
class Series:
    """The references that the college gives out."""

    application_id: NumberSeries
    application: NumberSeries
    invoice: NumberSeries
    receipt: NumberSeries
    registration: NumberSeries
    certificate: NumberSeries
    access_request: NumberSeries


@dataclass(frozen=True)
class Theme:
    """The college's look: colours by name, as `#rrggbb`, and its word mark."""

    word_mark: Text
    colours: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Constants:
    """What stays the same in all versions: what is stored is counted, numbered and dated by it."""

    code: str
    time_zone: ZoneInfo
    currency: str
    numbering: Series

    def day_of(self, instant: dt.datetime) -> dt.date:
        """The college's calendar day of an instant."""
        return local_date(instant, self.time_zone.key)


@dataclass(frozen=True, kw_only=True)
class Organisation(Constants):
    """The college itself."""

    name: Text
    short_name: Text
    words: Words
    website: Text
    addresses: Addresses
    postal_address: PostalAddress
    phone: str
    tax_number: str = ""
    registrar_name: Text
    registrar_title: Text
    mail_footer: Text
    inbox_note: Text
    theme: Theme


class TimeZoneField(fields.Field[ZoneInfo]):
    """The name of a time zone that exists."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ZoneInfo:
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise ValidationError(f"there is no time zone {value!r}") from None


class ColoursField(fields.Field[Mapping[str, str]]):
    """Colour values `#rrggbb` by name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Mapping[str, str]:
        if not isinstance(value, dict) or not value:
            raise ValidationError("must be colours by name")
        wrong = {
            name: ["must be a colour, as in '#1a2b3c' (quoted, lower case)"]
            for name, colour in value.items()
            if not isinstance(colour, str) or not _COLOUR.fullmatch(colour)
        }
        if wrong:
            raise ValidationError(wrong)
        return MappingProxyType(dict(value))


class WordsSchema(RecordSchema):
    record = Words
    act = TextField(required=True)
    profession = TextField(required=True)
    registrant = TextField(required=True)
    registrants = TextField(required=True)
    register = TextField(required=True)


class AddressesSchema(RecordSchema):
    record = Addresses
    info = fields.Email(required=True)
    registration = fields.Email(required=True)
    qa = fields.Email(required=True)


class PostalAddressSchema(RecordSchema):
    record = PostalAddress
    lines = Items(line_field(), required=True, validate=validate.Length(min=1))
    city = line_field(required=True)
    province = line_field(required=True)
    postal_code = line_field(required=True)


class NumberSeriesSchema(Schema):
    """Every reference has a check character; an empty prefix means digits only (see services.common.kernel.references)."""

    prefix = fields.String(required=True, validate=validate.Regexp(r"[A-Z]*\Z", error="must be capital letters, or nothing"))
    width = WholeNumber(required=True, at_least=1)
    first = WholeNumber(load_default=1, at_least=1)

    @post_load
    def make_series(self, data: dict[str, Any], **_: Any) -> NumberSeries:
        return NumberSeries(Numbering(data["prefix"], data["width"]), data["first"])


class SeriesSchema(RecordSchema):
    record = Series
    application_id = fields.Nested(NumberSeriesSchema, required=True)
    application = fields.Nested(NumberSeriesSchema, required=True)
    invoice = fields.Nested(NumberSeriesSchema, required=True)
    receipt = fields.Nested(NumberSeriesSchema, required=True)
    registration = fields.Nested(NumberSeriesSchema, required=True)
    certificate = fields.Nested(NumberSeriesSchema, required=True)
    access_request = fields.Nested(NumberSeriesSchema, required=True)


class ThemeSchema(RecordSchema):
    record = Theme
    word_mark = TextField(required=True)
    colours = ColoursField(required=True)


class OrganisationSchema(RecordSchema):
    record = Organisation
    code = code_field(required=True)
    name = TextField(required=True)
    short_name = TextField(required=True)
    words = fields.Nested(WordsSchema, required=True)
    time_zone = TimeZoneField(required=True)
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))
    website = TextField(required=True)
    addresses = fields.Nested(AddressesSchema, required=True)
    postal_address = fields.Nested(PostalAddressSchema, required=True)
    phone = line_field(required=True)
    tax_number = line_field(load_default="")
    registrar_name = TextField(required=True)
    registrar_title = TextField(required=True)
    mail_footer = TextField(required=True)
    inbox_note = TextField(required=True)
    numbering = fields.Nested(SeriesSchema, required=True)
    theme = fields.Nested(ThemeSchema, required=True)
