"""Typed records of what crosses the bus: a class with annotated fields, of which the marshmallow schema is made.

`PaymentReceived.Data` is for the type checker a frozen dataclass, and for whoever reads or writes the wire a schema (`schema`). A field's
type says what it is (`UUID`, `Money | None`, `list[Line]`); what a type does not say, such as how long a text may be, `of` adds:

    class Request(Record):
        registration_number: str
        email: str = of(shapes.email())
        note: str | None = of(Prose(validate=validate.Length(max=2000)), default=None)

A field without a default must be there. One that may be `None` says so by its type.
"""

import dataclasses
import inspect
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from types import FunctionType, NoneType, UnionType
from typing import Any, ClassVar, Self, Union, dataclass_transform, get_args, get_origin
from uuid import UUID

from marshmallow import validates_schema
from marshmallow.fields import Field as MarshmallowField

from services.common.kernel.money import Money
from services.common.kernel.typed_text import possible_days
from services.common.kernel.validation import Instant, MarshmallowSchema, MoneyField, Schema, ValidationError, fields

_MISSING: Any = dataclasses.MISSING
_FIELDS: dict[Any, Callable[[], fields.Field]] = {
    str: fields.String,
    int: fields.Integer,
    bool: fields.Boolean,
    UUID: fields.UUID,
    date: fields.Date,
    datetime: Instant,
    Money: MoneyField,
    Any: partial(fields.Raw, allow_none=True),
}


@dataclasses.dataclass(frozen=True)
class _Of:
    """What a class says of a field beyond its type."""

    field: fields.Field | None
    default: Any


def of(field: fields.Field | None = None, *, default: Any = _MISSING) -> Any:
    """Says by which marshmallow field a record's field is read, where its type does not; `default` is what it is where it is not given.

    A default that can be called makes the value anew each time (`list`). Whether the field must be there or may be None is not said to
    `field`: that follows from the default and the type.
    """
    return _Of(field, default)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(of,))
class Record:
    """A frozen record whose `schema` reads and writes it."""

    schema: ClassVar[type[Schema]] = Schema

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {name: kind for name, kind in inspect.get_annotations(cls).items() if get_origin(kind) is not ClassVar}
        declared: dict[str, Any] = {}
        for name, kind in own.items():
            declared[name], default = _declared(kind, cls.__dict__.get(name, _MISSING))
            setattr(cls, name, _for_dataclass(declared[name], default))
        # Checks over several fields (`validates_schema`) are written among the fields, and are the schema's.
        hooks = {name: value for name, value in cls.__dict__.items() if isinstance(value, FunctionType)}
        bases = tuple(base.schema for base in cls.__bases__ if issubclass(base, Record))
        body = {"__doc__": cls.__doc__, "__module__": cls.__module__, "__qualname__": cls.__qualname__, "record": cls}
        cls.schema = type(cls.__name__, bases, {**declared, **hooks, **body})
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> Self:
        """Makes a record of values that its schema has read: nothing is looked at again."""
        record = object.__new__(cls)
        record.__dict__.update(values)
        return record


def _declared(kind: Any, given: Any) -> tuple[fields.Field, Any]:
    """Gives the marshmallow field and the default of a field, by its type and what `of` said."""
    inner, optional = _without_none(kind)
    said = given if isinstance(given, _Of) else _Of(None, given)
    field, default = said.field or _field_for(inner), said.default
    if inner is not Any:
        field.allow_none = optional
    if default is _MISSING:
        field.required = True
    else:
        field.required, field.load_default = False, default
    return field, default


def _for_dataclass(field: fields.Field, default: Any) -> Any:
    shown = not field.metadata.get("secret")
    if default is _MISSING:
        return dataclasses.field(repr=shown)
    return (
        dataclasses.field(default_factory=default, repr=shown)
        if callable(default)
        else dataclasses.field(default=default, repr=shown)
    )


def _without_none(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) in (Union, UnionType) and NoneType in get_args(kind):
        (inner,) = (part for part in get_args(kind) if part is not NoneType)
        return inner, True
    return kind, False


def _field_for(kind: Any) -> fields.Field:
    """Gives the marshmallow field that reads a type. Raises TypeError for one that only `of` can say."""
    if isinstance(kind, type) and issubclass(kind, Record):
        return fields.Nested(kind.schema)
    if get_origin(kind) is list:
        return fields.List(_field_for(get_args(kind)[0]))
    if get_origin(kind) is dict:
        return fields.Dict()
    if kind not in _FIELDS:
        raise TypeError(f"{kind!r} does not say by which field it is read: use `of`")
    return _FIELDS[kind]()


class Period(Record):
    """What lies between two days or instants, `since` and `until`, of which either may be open: it does not end before it begins."""

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if code := possible_days.in_order(data.get("since"), data.get("until"), "since"):
            raise ValidationError({"until": [code]})


def read_as_records(schema: MarshmallowSchema) -> MarshmallowSchema:
    """Has a schema give records, at every depth, and not dictionaries. Gives the schema."""
    if isinstance(schema, Schema):
        schema.as_records = schema.record is not None
    for field in schema.fields.values():
        _read_as_record(field)
    return schema


def _read_as_record(field: MarshmallowField[Any]) -> None:
    if isinstance(field, fields.Nested):
        read_as_records(field.schema)
    elif isinstance(field, fields.List):
        _read_as_record(field.inner)
