"""Records: what crosses the bus is for the type checker a frozen dataclass, and for the wire a schema made of the same lines."""

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import validates_schema

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call, Event, declare_owners
from services.common.kernel.errors import Invalid
from services.common.kernel.money import Money
from services.common.kernel.records import Record, of
from services.common.kernel.validation import ValidationError, fields, validate

declare_owners(recorded=__name__)
FEE = Money.parse("146.90", "CAD")


class Line(Record):
    """A part of a whole."""

    fee: str
    amount: Money


class Bill(Call):
    """Tries every kind of field."""

    access = ANYONE

    class Request(Record):
        """What is asked."""

        id: UUID
        issued_on: date | None
        lines: list[Line]
        text: str = of(fields.String(validate=validate.Length(max=3)), default="ok")
        tags: list[str] = of(default=list)
        password: str = of(fields.String(metadata={"secret": True}), default="")


class Billed(Event):
    """Tries a fact."""

    class Data(Record):
        """The fact."""

        line: Line
        note: str | None = None


class Span(Record):
    """Tries a check over several fields."""

    since: int
    until: int

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """Raises ValidationError for a span that ends before it begins."""
        if data["until"] < data["since"]:
            raise ValidationError({"until": ["earlier"]})


ASKED = {
    "id": str(uuid4()),
    "issued_on": None,
    "lines": [{"fee": "registration", "amount": {"amount": "146.90", "currency": "CAD"}}],
}


def test_what_comes_over_the_bus_is_read_into_records_at_every_depth_with_its_defaults():
    request = Bill.read(ASKED | {"of_a_later_release": 1})
    assert request == Bill.Request(id=UUID(ASKED["id"]), issued_on=None, lines=[Line(fee="registration", amount=FEE)])
    assert (request.text, request.tags, request.lines[0].amount) == ("ok", [], FEE)


def test_the_edge_reads_plain_values_and_names_each_fault():
    assert Bill.check(ASKED)["lines"] == [{"fee": "registration", "amount": FEE}]
    with pytest.raises(Invalid) as refusal:
        Bill.check({"id": "none", "lines": None, "text": "long", "other": 1})
    codes = {fault["field"]: fault["code"] for fault in refusal.value.params["errors"]}
    assert codes == {
        "id": "invalid_uuid",
        "issued_on": "required",
        "lines": "null",
        "text": "too_long 3",
        "other": "unknown",
    }


def test_a_record_cannot_be_changed_and_a_default_list_is_nobody_elses():
    first, second = Bill.read(ASKED), Bill.read(ASKED)
    with pytest.raises(FrozenInstanceError):
        first.text = "no"
    assert first.tags is not second.tags


def test_a_record_does_not_show_its_secrets():
    assert "tell nobody" not in repr(Bill.read(ASKED | {"password": "tell nobody"}))


def test_a_fact_is_written_from_a_record_and_read_into_one():
    wire = Billed.write(Billed.Data(line=Line(fee="late", amount=FEE)))
    assert wire == {"line": {"fee": "late", "amount": {"amount": "146.90", "currency": "CAD"}}, "note": None}
    assert Billed.read(wire) == Billed.Data(line=Line(fee="late", amount=FEE), note=None)


def test_a_check_over_several_fields_is_written_among_them():
    with pytest.raises(ValidationError):
        Span.schema().load({"since": 2, "until": 1})
    assert Span.schema().load({"since": 1, "until": 2}) == {"since": 1, "until": 2}


def test_a_type_that_does_not_say_how_it_is_read_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="use `of`"):

        class _Unreadable(Record):
            value: complex
