"""What every service has beside its own entry points."""

from services.common.bus.relay import Relay
from services.common.duties import dead_letters
from services.common.duties.pruning import Pruning
from services.common.persistence.unit_of_work import UnitOfWorkProvider
from services.common.runtime.gauges import Gauges
from services.common.runtime.health import Health


class Announcer(UnitOfWorkProvider):
    """Units of work whose announcements are relayed to the broker, and whose traces are pruned when they are old."""

    relay = Relay()
    pruning = Pruning()


class Service:
    """The base of a service class: units of work with their relay, health, gauges, and its dead-letter queue.

    A service adds its name and one-line entry points, among them the calls that every service answers alike, each by its contract:
    `list_audit = audit_queries.entry_point(contracts.audit.ListAudit)`.
    """

    name: str
    units = Announcer()
    health = Health()
    gauges = Gauges()
    dead_letters = dead_letters.DeadLetters()
