"""A tiny service's contracts: enough to try every part of the floor."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.kernel.access import ANYONE, SIGNED_IN, roles
from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import Conflict
from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, fields, validate


class TooTiny(Conflict):
    """A refusal of the tiny service's own."""

    code = "too_tiny"
    detail = Text("{size} is too tiny.", "{size}, c’est trop petit.")


class Echo(Call):
    """Gives back what was sent."""

    access = ANYONE
    read_only = True

    class Request(Schema):
        """Some text."""

        text = fields.String(required=True, validate=validate.Length(max=100))

    class Reply(Schema):
        """The text, and who sent it."""

        text = fields.String(required=True)
        account_id = fields.UUID(required=True, allow_none=True)
        language = fields.String(required=True)


class Put(Call):
    """Announces that a thing was put, and leaves an audit entry."""

    access = SIGNED_IN
    idempotent = True

    class Request(Schema):
        """The thing, and a secret about it."""

        thing = fields.String(required=True)
        secret = fields.String(load_default="", metadata={"secret": True})

    class Reply(Schema):
        """The event's id."""

        event_id = fields.UUID(required=True)


class Fail(Call):
    """Fails in the way that is asked for."""

    access = roles("tester")

    class Request(Schema):
        """How: `typed`, `crash`, `slow`, `time-limit`, `exit`."""

        how = fields.String(required=True)


class Count(Call):
    """Gives a number as large as is asked for."""

    access = ANYONE
    read_only = True

    class Request(Schema):
        """How many bits it has."""

        bits = fields.Integer(required=True)

    class Reply(Schema):
        """The number."""

        number = fields.Integer(required=True)


class ThingPut(Event):
    """A thing was put."""

    listeners = ("tiny",)

    class Data(Schema):
        """The thing."""

        thing = fields.String(required=True)


class ThingSeen(Event):
    """The tiny service handled a thing."""

    class Data(Schema):
        """The thing."""

        thing = fields.String(required=True)


dead_letters = dead_letter_calls(__name__, roles("tester", "reader"), roles("reader"))
audit = audit_calls(__name__, roles("reader"))
