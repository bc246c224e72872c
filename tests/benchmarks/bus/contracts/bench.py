"""The benchmark's call and event: the smallest that go all the way through the gateway, the bus and a service."""

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call, Event
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate


class BenchEcho(Call):
    """Gives back a text."""

    access = ANYONE
    read_only = True

    class Request(Record):
        """Some text."""

        text: str = of(fields.String(validate=validate.Length(max=100)))

    class Reply(Record):
        """The text."""

        text: str


class BenchHappened(Event):
    """Something happened, for the benchmark's listener to count."""

    listeners = ("bench_sink",)

    class Data(Record):
        """Its number."""

        number: int
