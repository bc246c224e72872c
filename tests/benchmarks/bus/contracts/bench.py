"""The benchmark's call and event: the smallest that go all the way through the gateway, the bus and a service."""

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call, Event
from services.common.kernel.validation import Schema, fields, validate


class BenchEcho(Call):
    """Gives back a text."""

    access = ANYONE
    read_only = True

    class Request(Schema):
        """Some text."""

        text = fields.String(required=True, validate=validate.Length(max=100))

    class Reply(Schema):
        """The text."""

        text = fields.String(required=True)


class BenchHappened(Event):
    """Something happened, for the benchmark's listener to count."""

    listeners = ("bench_sink",)

    class Data(Schema):
        """Its number."""

        number = fields.Integer(required=True)
