"""What every service has beside its own entry points."""

from typing import Any

from services.common.bus.relay import Relay
from services.common.duties import audit_calls, audit_desk, dead_letter_calls, dead_letters
from services.common.duties.pruning import Pruning
from services.common.persistence.unit_of_work import UnitOfWorkProvider
from services.common.runtime.gauges import Gauges
from services.common.runtime.health import Health


class Announcer(UnitOfWorkProvider):
    """Units of work whose announcements are relayed to the broker, and whose traces are pruned when they are old."""

    relay = Relay()
    pruning = Pruning()


class Service:
    """The base of a service class: units of work with their relay, and health. A service adds its name and one-line entry points.

    The calls about its dead letters and its audit trail, which its contracts declare, are answered here for all services alike.
    """

    name: str
    units = Announcer()
    health = Health()
    gauges = Gauges()
    dead_letters = dead_letters.DeadLetters()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = getattr(cls, "name", "")
        for contract in dead_letter_calls.calls_of(name):
            setattr(cls, contract.method, dead_letters.entry_point(contract))
        for contract in audit_calls.calls_of(name):
            setattr(cls, contract.method, audit_desk.entry_point(contract))
