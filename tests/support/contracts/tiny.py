"""A tiny service's contracts: enough to try every part of the floor."""

from uuid import UUID

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.kernel.access import ANYONE, SIGNED_IN, roles
from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import Conflict
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.validation import fields, validate


class TooTiny(Conflict):
    """A refusal of the tiny service's own."""

    code = "too_tiny"
    detail = Text("{size} is too tiny.", "{size}, c’est trop petit.")


class Echo(Call):
    """Gives back what was sent."""

    access = ANYONE
    read_only = True

    class Request(Record):
        """Some text."""

        text: str = of(fields.String(validate=validate.Length(max=100)))

    class Reply(Record):
        """The text, and who sent it."""

        text: str
        account_id: UUID | None
        language: str


class Put(Call):
    """Announces that a thing was put, and leaves an audit entry."""

    access = SIGNED_IN
    idempotent = True

    class Request(Record):
        """The thing, and a secret about it."""

        thing: str
        secret: str = of(fields.String(metadata={"secret": True}), default="")

    class Reply(Record):
        """The event's id."""

        event_id: UUID


class Fail(Call):
    """Fails in the way that is asked for."""

    access = roles("tester")

    class Request(Record):
        """How: `typed`, `crash`, `slow`, `time-limit`, `exit`."""

        how: str


class Count(Call):
    """Gives a number as large as is asked for."""

    access = ANYONE
    read_only = True

    class Request(Record):
        """How many bits it has."""

        bits: int

    class Reply(Record):
        """The number."""

        number: int


class ThingPut(Event):
    """A thing was put."""

    listeners = ("tiny",)

    class Data(Record):
        """The thing."""

        thing: str


class ThingSeen(Event):
    """The tiny service handled a thing."""

    class Data(Record):
        """The thing."""

        thing: str


dead_letters = dead_letter_calls(__name__, roles("tester", "reader"), roles("reader"))
audit = audit_calls(__name__, roles("reader"))
