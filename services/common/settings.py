"""Settings: read once from the environment, where an operator sets them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env, EnvError
from marshmallow.validate import ContainsOnly, OneOf

from services.common.security import clock_guard, transport

# Whether a process declares its queues itself, and which kind they are.
DECLARE, GIVEN = "declare", "given"
CLASSIC, QUORUM = "classic", "quorum"
CALLS, EVENTS, RELAY, TIMERS = "calls", "events", "relay", "timers"
PARTS = (CALLS, EVENTS, RELAY, TIMERS)
DAY_S = 86_400.0


@dataclass(frozen=True)
class Settings:
    """What a process was told about the world. Secrets stay out of `repr`, so that they stay out of logs."""

    component: str
    amqp_uri: str = field(repr=False)
    database_url: str = field(repr=False, default="")
    environment: dict[str, str] = field(repr=False, default_factory=dict)
    topology: str = DECLARE
    queues: str = CLASSIC
    parts: frozenset[str] = frozenset(PARTS)
    log_level: str = "INFO"
    health_port: int = 0
    health_host: str = "127.0.0.1"
    call_deadline_s: float = 5.0
    rpc_concurrency: int = 16
    event_concurrency: int = 8
    database_pool: int = 16
    heartbeat_s: int = 10
    retry_delays_ms: tuple[int, ...] = (200, 1_000, 5_000, 30_000, 120_000, 600_000)
    stop_grace_s: float = 10.0
    prune_interval_s: float = 60.0
    keep_sent_s: float = 7 * DAY_S
    keep_handled_s: float = 30 * DAY_S
    keep_keys_s: float = 2 * DAY_S
    clock_file: Path | None = None

    @classmethod
    def from_environment(cls, component: str) -> "Settings":
        """Reads the settings of a component; raises environs.EnvError naming the variable that is missing or malformed.

        Raises PlaintextRefused for a broker or a database that would be spoken to over a network without checked TLS, ClockRefused for a
        clock that is to be moved where people may be.
        """
        env = Env()
        plaintext = transport.plaintext_hosts(os.environ)
        transport.check_broker(_needed("AMQP_URI"), plaintext)
        transport.check_database(setting(os.environ, "DATABASE_URL"), plaintext)
        return cls(
            component=component,
            amqp_uri=_needed("AMQP_URI"),
            database_url=setting(os.environ, "DATABASE_URL"),
            environment=dict(os.environ),
            topology=env.str("TOPOLOGY", DECLARE, validate=OneOf([DECLARE, GIVEN])),
            queues=env.str("QUEUES", CLASSIC, validate=OneOf([CLASSIC, QUORUM])),
            parts=frozenset(env.list("PARTS", list(PARTS), validate=ContainsOnly(PARTS))),
            log_level=env.str("LOG_LEVEL", "INFO").upper(),
            health_port=env.int("HEALTH_PORT", 0),
            health_host=env.str("HEALTH_HOST", "127.0.0.1"),
            call_deadline_s=env.float("CALL_DEADLINE_S", 5.0),
            rpc_concurrency=env.int("RPC_CONCURRENCY", 16),
            event_concurrency=env.int("EVENT_CONCURRENCY", 8),
            database_pool=env.int("DATABASE_POOL", 16),
            heartbeat_s=env.int("HEARTBEAT_S", 10),
            retry_delays_ms=tuple(env.list("RETRY_DELAYS_MS", list(cls.retry_delays_ms), subcast=int)),
            stop_grace_s=env.float("STOP_GRACE_S", 10.0),
            prune_interval_s=env.float("PRUNE_INTERVAL_S", 60.0),
            keep_sent_s=env.float("KEEP_SENT_S", cls.keep_sent_s),
            keep_handled_s=env.float("KEEP_HANDLED_S", cls.keep_handled_s),
            keep_keys_s=env.float("KEEP_KEYS_S", cls.keep_keys_s),
            clock_file=clock_guard.clock_file(env.str(clock_guard.VARIABLE, ""), env.str("PUBLIC_URL", "")),
        )

    @property
    def plaintext_hosts(self) -> frozenset[str]:
        """The hosts that may be reached without TLS (PLAINTEXT_HOSTS)."""
        return transport.plaintext_hosts(self.environment)

    def optional_http(self, name: str) -> str:
        """Gives an HTTP address that this process may or may not be given, or "". Raises PlaintextRefused without checked TLS."""
        if address := self.optional(name):
            transport.check_http(name, address, self.plaintext_hosts)
        return address

    def require(self, name: str) -> str:
        """Gives a setting that only this service knows; raises MissingSetting naming the variable."""
        value = setting(self.environment, name)
        if not value:
            raise MissingSetting(f"{self.component} needs the environment variable {name}, or {name}_FILE")
        return value

    def optional(self, name: str, default: str = "") -> str:
        """Gives a setting that only this service knows, or `default`."""
        return setting(self.environment, name) or default


class MissingSetting(RuntimeError):
    """A variable that the component cannot run without is not set."""


def setting(environment: Mapping[str, str], name: str) -> str:
    """Gives a variable, or the content of the file that `<name>_FILE` names, so that a secret need not stand in the environment.

    Empty when there is neither; raises MissingSetting naming a file that cannot be read.
    """
    if value := environment.get(name, ""):
        return value
    file = environment.get(f"{name}_FILE", "")
    try:
        return Path(file).read_text().strip() if file else ""
    except OSError as error:
        raise MissingSetting(f"{name}_FILE names {file}, which cannot be read: {error.strerror}") from None


def _needed(name: str) -> str:
    if value := setting(os.environ, name):
        return value
    raise EnvError(f'Environment variable "{name}" not set')


def of(container: object) -> Settings:
    """Gives the settings that a nameko container was started with."""
    settings: Settings = container.config["settings"]  # type: ignore[attr-defined]  # nameko's container has no types
    return settings
