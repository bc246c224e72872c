"""What is charged, when, and what comes of its payment (`charges.yaml`): purposes with their effects, and the facts that cause a charge.

A fee says what something costs on a day (`fees.yaml`); a charge says which fact has it asked for, of whom, from which day on.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from marshmallow import validates_schema

from services.common.kernel.text import Text
from services.common.kernel.validation import ValidationError, fields, validate
from services.contracts.college.schema_fields import (
    Items,
    RecordSchema,
    TextField,
    TrueFalse,
    WholeNumber,
    code_field,
    one_of,
)

# The events that can cause a charge; each tells of an application, which the invoice is about.
CAUSES = (APPLICATION_APPROVED, APPLICATION_SUBMITTED) = ("ApplicationApproved", "ApplicationSubmitted")
# What a payment brings about, besides that nothing is owed any more, and the event whose charge can have that effect.
EFFECTS = {
    (FINALISES_REGISTRATION := "finalises_registration"): APPLICATION_APPROVED,
    (COMPLETES_SUBMISSION := "completes_submission"): APPLICATION_SUBMITTED,
}
# Messages and rows of releases that knew one kind of invoice are of this purpose.
REGISTRATION = "registration"


@dataclass(frozen=True)
class Purpose:
    """What invoices are for: its name on them, the message with which they are sent, and what comes of their payment, if anything."""

    code: str
    name: Text
    letter: str
    effect: str | None


@dataclass(frozen=True)
class CategoryFees:
    """The fees of one category."""

    category: str
    fees: tuple[str, ...]


@dataclass(frozen=True)
class Charge:
    """A reason to ask for money: which event causes it, for which categories (empty: for all), on which days, and what it costs.

    The fees are the same for everybody, or by category, or each category's `registration_fee`. An invoice is to be paid within
    `due_days`, if there are any, in one amount unless it `may_be_paid_in_parts`.
    """

    code: str
    purpose: str
    caused_by: str
    categories: tuple[str, ...]
    effective_from: dt.date | None
    effective_to: dt.date | None
    fees: tuple[str, ...]
    fees_by_category: tuple[CategoryFees, ...]
    registration_fee_of_category: bool
    due_days: int | None
    may_be_paid_in_parts: bool

    def asked(self, category: str, day: dt.date) -> bool:
        """Whether it is asked of somebody of `category` for what happened on `day`."""
        begun = self.effective_from is None or self.effective_from <= day
        over = self.effective_to is not None and self.effective_to < day
        return begun and not over and (not self.categories or category in self.categories)


@dataclass(frozen=True)
class Charges:
    """All that the college charges for."""

    purposes: tuple[Purpose, ...]
    charges: tuple[Charge, ...]

    def caused_by(self, event: str, category: str, day: dt.date) -> list[Charge]:
        """The charges that an event about somebody of `category` causes when it happens on `day`."""
        return [charge for charge in self.charges if charge.caused_by == event and charge.asked(category, day)]

    def before_complete(self, category: str, day: dt.date) -> Charge | None:
        """The charge that must be paid before what was submitted on `day` counts as complete, if there is one (R8)."""
        completing = {purpose.code for purpose in self.purposes if purpose.effect == COMPLETES_SUBMISSION}
        caused = self.caused_by(APPLICATION_SUBMITTED, category, day)
        return next((charge for charge in caused if charge.purpose in completing), None)


class PurposeSchema(RecordSchema):
    record = Purpose
    code = code_field(required=True)
    name = TextField(required=True)
    letter = code_field(required=True)
    effect = one_of(*EFFECTS, load_default=None)


class CategoryFeesSchema(RecordSchema):
    record = CategoryFees
    category = code_field(required=True)
    fees = Items(code_field(), required=True, validate=validate.Length(min=1))


class ChargeSchema(RecordSchema):
    record = Charge
    code = code_field(required=True)
    purpose = code_field(required=True)
    caused_by = one_of(*CAUSES, required=True)
    categories = Items(code_field(), load_default=())
    effective_from = fields.Date(load_default=None)
    effective_to = fields.Date(load_default=None)
    fees = Items(code_field(), load_default=())
    fees_by_category = Items(fields.Nested(CategoryFeesSchema), load_default=())
    registration_fee_of_category = TrueFalse(load_default=False)
    due_days = WholeNumber(load_default=None)
    may_be_paid_in_parts = TrueFalse(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def costs_something_in_one_way(self, data: dict[str, Any], **_: Any) -> None:
        """The fees are given in one of the three ways."""
        if sum(bool(data[way]) for way in ("fees", "fees_by_category", "registration_fee_of_category")) != 1:
            raise ValidationError("give one of fees, fees_by_category and registration_fee_of_category", "fees")

    @validates_schema(skip_on_field_errors=True)
    def ends_after_it_begins(self, data: dict[str, Any], **_: Any) -> None:
        """`effective_to` is not before `effective_from`."""
        begins, ends = data["effective_from"], data["effective_to"]
        if begins is not None and ends is not None and ends < begins:
            raise ValidationError("is before effective_from", "effective_to")


class ChargesSchema(RecordSchema):
    record = Charges
    purposes = Items(fields.Nested(PurposeSchema), required=True, validate=validate.Length(min=1))
    charges = Items(fields.Nested(ChargeSchema), required=True, validate=validate.Length(min=1))
