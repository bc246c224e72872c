"""The shape of what crosses the bus: a call is a question with an owner, an event is a fact with an owner."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeVar

from services.common.kernel.access import Access
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Invalid, ServiceError
from services.common.kernel.records import Record, read_as_records
from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.fields import trust
from services.common.kernel.validation import MarshmallowSchema, ValidationError, flatten, lenient

_DEEPEST = 50  # objects and lists within one another
Answer_co = TypeVar("Answer_co", covariant=True)


class UndeclaredContract(TypeError):
    """A contract lacks what every contract must say: its owner, its access, its schemas or its first sentence."""


def snake(name: str) -> str:
    """Writes `OpenAccount` as `open_account`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Nothing(Record):
    """No field: who asks is all that is asked, that it was done all that is answered."""


class ConstantTime(Enum):
    """Which answers to a call take the same time: none, its refusals (what is granted tells itself), or all."""

    NONE = "none"
    REFUSALS = "refusals"
    ALL = "all"


_owners: dict[str, str] = {}


def declare_owners(**packages: str) -> None:
    """Says who owns the contracts of a package and of all below it: `declare_owners(billing="services.contracts.billing")`.

    An owner is a name on the wire (queues, exchanges, idempotency keys), so it is said here and does not move with files.
    """
    _owners.update({package: owner for owner, package in packages.items()})


def _owner_of(module: str) -> str:
    package = module
    while package not in _owners:
        package = package.rpartition(".")[0]
        if not package:
            raise UndeclaredContract(f"nobody has declared who owns the contracts of {module}")
    return _owners[package]


class _Contract:
    owner: ClassVar[str]
    summary: ClassVar[str]

    @classmethod
    def _describe(cls) -> None:
        if not cls.__doc__:
            raise UndeclaredContract(f"{cls.__qualname__} does not say what it does")
        cls.summary = cls.__doc__.strip().splitlines()[0]
        cls.owner = _owner_of(cls.__module__)


class Answered(Protocol[Answer_co]):
    """A call, for what it is answered with: who asks a `type[Answered[Answer]]`, such as `GetInvoice`, gets a `GetInvoice.Reply`.

    All calls are such; what else is named here is what asking takes, and showing what was answered.
    """

    owner: ClassVar[str]
    method: ClassVar[str]
    idempotent: ClassVar[bool]
    constant_time: ClassVar[ConstantTime]
    deadline_s: ClassVar[float]

    @property
    def Reply(self) -> type[Answer_co]:
        """The record of the answer."""

    @classmethod
    def check(cls, payload: Any) -> dict[str, Any]:
        """Reads a request at the HTTP edge."""

    @classmethod
    def write(cls, request: Record | dict[str, Any], checked: bool = False) -> dict[str, Any]:
        """Gives a request as plain JSON values."""

    @classmethod
    def read_reply(cls, payload: Any) -> Any:
        """Reads an answer from the bus."""

    @classmethod
    def write_reply(cls, reply: Any, caller: Caller | None = None) -> dict[str, Any]:
        """Gives an answer as plain JSON values."""


class Call(_Contract):
    """A question to the service that owns it. The class name says the method (`OpenAccount` -> `open_account`).

    `access` says who may ask; `deadline_s` how long an answer is worth waiting for, where not as long as usual; `read_only` that nothing
    is written; `idempotent` that a repetition under the same idempotency key is answered as the first time; `errors` which refusals to
    expect, beyond those that any call may meet. `views` shows some callers more than the rest: the first whose access admits the caller
    is the schema of the answer, `Reply` for all others. `internal` calls are asked by the gateway for itself and have no address in
    the API. `others_only` calls are refused when they are about the caller (`oneself.py`). `constant_time` says which answers take the
    same time whatever is found (`gateway/http/constant_time.py`). `mismatch` is what goes with the refusal of an older version
    (VersionMismatch).
    """

    access: ClassVar[Access]
    read_only: ClassVar[bool] = False
    idempotent: ClassVar[bool] = False
    internal: ClassVar[bool] = False
    others_only: ClassVar[bool] = False
    constant_time: ClassVar[ConstantTime] = ConstantTime.NONE
    deadline_s: ClassVar[float] = 0.0
    errors: ClassVar[tuple[type[ServiceError], ...]] = ()
    views: ClassVar[tuple[tuple[Access, type[Record]], ...]] = ()
    mismatch: ClassVar[type[Record] | None] = None
    method: ClassVar[str]
    all: ClassVar[dict[tuple[str, str], type["Call"]]] = {}

    _strict: ClassVar[MarshmallowSchema]
    _lenient: ClassVar[MarshmallowSchema]
    _reply: ClassVar[MarshmallowSchema]
    _views: ClassVar[tuple[tuple[Access, MarshmallowSchema], ...]]
    _readable: ClassVar[tuple[tuple[frozenset[str], MarshmallowSchema], ...]]

    Request: ClassVar[type[Record]] = Nothing
    Reply: ClassVar[type[Record]] = Nothing

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._describe()
        if not isinstance(getattr(cls, "access", None), Access):
            raise UndeclaredContract(f"{cls.__qualname__} does not say who may call it")
        if not all(issubclass(view, cls.Reply) for _, view in cls.views):
            raise UndeclaredContract(f"a view of {cls.__qualname__} does not show all that its Reply shows")
        cls.method = snake(cls.__name__)
        cls._strict, cls._reply = cls.Request.schema(), trust(lenient(cls.Reply.schema))
        cls._lenient = read_as_records(lenient(cls.Request.schema))
        cls._views = tuple((access, trust(lenient(view.schema))) for access, view in cls.views)
        cls._readable = tuple(_readable(record) for record in (*(view for _, view in cls.views), cls.Reply))
        Call.all[(cls.owner, cls.method)] = cls

    @classmethod
    def secret_fields(cls) -> set[str]:
        """Names the request fields that no log, audit entry or stored copy may hold."""
        return {name for name, field in cls._strict.fields.items() if field.metadata.get("secret")}

    @classmethod
    def check(cls, payload: Any) -> dict[str, Any]:
        """Reads a request at the HTTP edge, where an unknown field is an error; raises Invalid naming each fault."""
        request: dict[str, Any] = _load(cls._strict, payload)
        return request

    @classmethod
    def read(cls, payload: Any) -> Any:
        """Reads a request from the bus, dropping what this version does not know; gives a `Request`. Raises Invalid."""
        return _load(cls._lenient, payload)

    @classmethod
    def write(cls, request: Record | dict[str, Any], checked: bool = False) -> dict[str, Any]:
        """Gives a request as plain JSON values; raises Invalid if it breaks the contract. `checked`: it comes from `check` and cannot."""
        payload: dict[str, Any] = cls._strict.dump(request)
        if not checked:
            _load(cls._strict, payload)
        return payload

    @classmethod
    def write_reply(cls, reply: Any, caller: Caller | None = None) -> dict[str, Any]:
        """Gives an answer as plain JSON values: only the fields that the contract shows to this caller."""
        schema = next((view for access, view in cls._views if access.admits(caller)), cls._reply) if cls._views else cls._reply
        written: dict[str, Any] = schema.dump(reply if reply is not None else {})
        return written

    @classmethod
    def read_reply(cls, payload: Any) -> Any:
        """Reads an answer from the bus, dropping what this version does not know; raises Invalid.

        Gives a `Reply`, or the first of the views that has all its fields there: a view that adds a field is told apart by `isinstance`.
        """
        there = payload.keys() if isinstance(payload, dict) else frozenset()
        schema = next((schema for needed, schema in cls._readable if needed <= there), cls._readable[-1][1])
        return _load(schema, payload)


def as_call(contract: type[Answered[Any]]) -> type[Call]:
    """Gives what is answered as the call that it is. Raises TypeError for what is none."""
    if not issubclass(contract, Call):
        raise TypeError(f"{contract!r} is no call")
    return contract


class Event(_Contract):
    """A fact that its owner announces, named in the past tense.

    `listeners` are the services whose queues must exist before it is published.
    """

    listeners: ClassVar[tuple[str, ...]] = ()
    all: ClassVar[dict[str, type["Event"]]] = {}
    Data: ClassVar[type[Record]] = Nothing
    type: ClassVar[str]
    _strict: ClassVar[MarshmallowSchema]
    _lenient: ClassVar[MarshmallowSchema]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._describe()
        cls.type = cls.__name__
        cls._strict, cls._lenient = trust(cls.Data.schema()), read_as_records(trust(lenient(cls.Data.schema)))
        if Event.all.setdefault(cls.type, cls) is not cls:
            raise UndeclaredContract(f"two events are called {cls.type}")

    @classmethod
    def write(cls, data: Record) -> dict[str, Any]:
        """Gives the fact as plain JSON values; raises Invalid if it breaks the contract."""
        payload: dict[str, Any] = cls._strict.dump(data)
        _load(cls._strict, payload)
        return payload

    @classmethod
    def read(cls, payload: Any) -> Any:
        """Reads the fact from the bus, dropping what this version does not know; gives a `Data`. Raises Invalid."""
        return _load(cls._lenient, payload)


def _readable(record: type[Record]) -> tuple[frozenset[str], MarshmallowSchema]:
    # What must be there for an answer to be one of these, and the schema that reads it.
    schema = read_as_records(trust(lenient(record.schema)))
    return frozenset(name for name, field in schema.fields.items() if field.required), schema


def _load(schema: Any, payload: Any) -> Any:
    if faults := list(_unstorable(payload)):
        raise Invalid(errors=faults)
    try:
        return schema.load(payload)
    except ValidationError as error:
        raise Invalid(errors=flatten(error.messages)) from error


def _unstorable(value: Any, path: str = "", depth: int = 0) -> Iterator[dict[str, str]]:
    # A text with a NUL character, or half of a surrogate pair, is JSON but cannot be kept by the database: refused once, here.
    if depth > _DEEPEST:
        yield {"field": path, "code": "invalid"}  # no contract is so deep, and what reads it would end before its end
    elif isinstance(value, str):
        if code := signs.fault(value):
            yield {"field": path, "code": code}
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unstorable(inner, f"{path}.{key}".strip("."), depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unstorable(inner, f"{path}.{index}".strip("."), depth + 1)
