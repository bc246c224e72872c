"""Fees and taxes by date (R8). Amounts are whole cents, rates basis points (1300 = 13 %)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from marshmallow import validates_schema

from services.common.kernel.text import Text
from services.common.kernel.validation import ValidationError, fields, validate
from services.contracts.college.schema_fields import Hundredths, Items, RecordSchema, TextField, TrueFalse, code_field

_Dated = TypeVar("_Dated", "TaxRate", "FeeVersion")


class FeeNotInForce(LookupError):
    """No fee of that code, or no rate of its tax, is in force on the day asked for."""


@dataclass(frozen=True)
class Tax:
    """A tax at the rate of one day."""

    code: str
    name: Text
    rate_basis_points: int


@dataclass(frozen=True)
class Fee:
    """A fee at the amount of one day. `assumed` says that the college's own figure for that day is not known."""

    code: str
    name: Text
    amount_cents: int
    tax: Tax
    assumed: bool = False


@dataclass(frozen=True)
class TaxRate:
    effective_from: dt.date
    rate_basis_points: int


@dataclass(frozen=True)
class TaxKind:
    code: str
    name: Text
    rates: tuple[TaxRate, ...]


@dataclass(frozen=True)
class FeeKind:
    """A thing that costs a fee, whatever its amount on a given day."""

    code: str
    name: Text
    tax: str


@dataclass(frozen=True)
class FeeAmount:
    fee: str
    amount_cents: int
    assumed: bool


@dataclass(frozen=True)
class FeeVersion:
    """The amounts in force from a day on: until `effective_to` (inclusive), or else until the next version."""

    effective_from: dt.date
    effective_to: dt.date | None
    source: str
    amounts: tuple[FeeAmount, ...]

    def includes(self, day: dt.date) -> bool:
        """Whether the version is in force on `day`, later versions left aside."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True)
class FeeSchedule:
    """All fees, by date."""

    taxes: tuple[TaxKind, ...]
    fees: tuple[FeeKind, ...]
    versions: tuple[FeeVersion, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all fees, in force or not."""
        return frozenset(fee.code for fee in self.fees)

    def days(self) -> Iterator[dt.date]:
        """The days on which an amount or a rate changes, or ends."""
        for version in self.versions:
            yield version.effective_from
            if version.effective_to is not None:
                yield version.effective_to + dt.timedelta(days=1)
        for tax in self.taxes:
            yield from (rate.effective_from for rate in tax.rates)

    def in_force(self, day: dt.date) -> tuple[Fee, ...]:
        """All fees that can be charged on a day, in their order."""
        found = []
        for kind in self.fees:
            with suppress(FeeNotInForce):
                found.append(self.fee(kind.code, day))
        return tuple(found)

    def fee(self, code: str, on_date: dt.date) -> Fee:
        """The fee and its tax as they are on `on_date` in the college's time zone. Raises FeeNotInForce."""
        kind = next((fee for fee in self.fees if fee.code == code), None)
        version = _latest(version for version in self.versions if version.includes(on_date))
        if kind is None or version is None:
            raise FeeNotInForce(f"no fee {code!r} is in force on {on_date}")
        amount = next((amount for amount in version.amounts if amount.fee == code), None)
        if amount is None:
            raise FeeNotInForce(f"no fee {code!r} is in force on {on_date}")
        return Fee(code, kind.name, amount.amount_cents, self._tax(kind.tax, on_date), amount.assumed)

    def _tax(self, code: str, on_date: dt.date) -> Tax:
        kind = next(tax for tax in self.taxes if tax.code == code)
        rate = _latest(rate for rate in kind.rates if rate.effective_from <= on_date)
        if rate is None:
            raise FeeNotInForce(f"the tax {code!r} has no rate on {on_date}")
        return Tax(code, kind.name, rate.rate_basis_points)


def _latest(items: Iterable[_Dated]) -> _Dated | None:
    return max(items, key=lambda item: item.effective_from, default=None)


class TaxRateSchema(RecordSchema):
    record = TaxRate
    effective_from = fields.Date(required=True)
    rate_basis_points = Hundredths(required=True, data_key="rate")


class TaxKindSchema(RecordSchema):
    record = TaxKind
    code = code_field(required=True)
    name = TextField(required=True)
    rates = Items(fields.Nested(TaxRateSchema), required=True, validate=validate.Length(min=1))


class FeeKindSchema(RecordSchema):
    record = FeeKind
    code = code_field(required=True)
    name = TextField(required=True)
    tax = code_field(required=True)


class FeeAmountSchema(RecordSchema):
    record = FeeAmount
    fee = code_field(required=True)
    amount_cents = Hundredths(required=True, data_key="amount")
    assumed = TrueFalse(load_default=False)


class FeeVersionSchema(RecordSchema):
    record = FeeVersion
    effective_from = fields.Date(required=True)
    effective_to = fields.Date(load_default=None)
    source = fields.String(required=True, validate=validate.Length(min=1))
    amounts = Items(fields.Nested(FeeAmountSchema), required=True, validate=validate.Length(min=1))

    @validates_schema(skip_on_field_errors=True)
    def ends_after_it_begins(self, data: dict[str, Any], **_: Any) -> None:
        """`effective_to` is not before `effective_from`."""
        if data["effective_to"] is not None and data["effective_to"] < data["effective_from"]:
            raise ValidationError("is before effective_from", "effective_to")


class FeeScheduleSchema(RecordSchema):
    record = FeeSchedule
    taxes = Items(fields.Nested(TaxKindSchema), required=True, validate=validate.Length(min=1))
    fees = Items(fields.Nested(FeeKindSchema), required=True, validate=validate.Length(min=1))
    versions = Items(fields.Nested(FeeVersionSchema), required=True, validate=validate.Length(min=1))
