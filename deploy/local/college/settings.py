"""The settings of a site, and which component is shown which of them."""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.college.components import Component
from deploy.local.commit import commit
from deploy.local.engines.engines import Engines
from deploy.local.engines.packages import Programs
from deploy.local.errors import SiteNotReady
from deploy.local.places import REPOSITORY
from deploy.local.tools.keys import Keys
from deploy.local.urls import with_credentials
from services.common.kernel.version import COMMIT
from services.common.security.clock_guard import serves_this_machine_only
from services.common.settings import DECLARE, GIVEN
from services.common.settings import Settings as FloorSettings

# Where a site keeps what its components store outside the databases.
DATA_FOLDERS = ("files", "payments", "mail")

# The names of the ports that more than one component knows, and that therefore stay while a site runs.
ADDRESSES = ("gateway", "payment_provider", "mail_sink", "mail_sink.smtp")

_LOOPBACK = "127.0.0.1"
_COMMON = frozenset({"SITE", "LOG_LEVEL", "PYTHONPATH", "PYTHONUNBUFFERED", COMMIT})
# The operator may set these in the environment of the start command.
_OVERRIDABLE = (
    "COLLEGE_PROFILE",
    "PUBLIC_URL",
    "LOG_LEVEL",
    "HTTP_HOST",
    "CLAMD_ADDRESS",
    "BREACHED_PASSWORDS_FILE",
    "FONTS_FOLDER",
)
# The floor's own defaults hold unless the operator sets these; every part of the college then gets them.
_TUNING = (
    *("CALL_DEADLINE_S", "RPC_CONCURRENCY", "EVENT_CONCURRENCY", "DATABASE_POOL"),
    *("HEARTBEAT_S", "RETRY_DELAYS_MS", "STOP_GRACE_S", "RATE_LIMIT_FACTOR", "TRUST_FORWARDED_FOR"),
    *("SWEEP_INTERVAL_S", "FINALISATION_WAIT_S", "CHECKOUT_WAIT_S", "PLAINTEXT_HOSTS"),
    *("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"),
    *("OTEL_BSP_SCHEDULE_DELAY", "QUEUES", "FILES_RESERVE_MB"),
)


class Settings:
    """The settings of the site `name`; its ports are read, never picked, here."""

    def __init__(self, engines: Engines, name: str, folder: Path, ports: Mapping[str, int]) -> None:
        self._engines = engines
        self._name = name
        self._folder = folder
        self._ports = ports
        self._keys = Keys(folder)

    @property
    def public_url(self) -> str:
        """Where people and programs find the college."""
        return os.environ.get("PUBLIC_URL") or self._http("gateway")

    @property
    def clock_file(self) -> Path | None:
        """The file that moves the site's clock; none where people may reach the site, whose time nothing moves."""
        return self._folder / "clock" if serves_this_machine_only(self.public_url) else None

    @property
    def gateway_url(self) -> str:
        """Where the gateway listens on this machine."""
        return self._http("gateway")

    @property
    def mail_inbox_url(self) -> str:
        """Where a person reads the mail the college sent."""
        return self._http("mail_sink")

    @property
    def payment_provider_url(self) -> str:
        """Where the development payment provider listens."""
        return self._http("payment_provider")

    def environment(self, component: Component, replica: int) -> dict[str, str]:
        """What one replica of a component is shown and nothing else. Raises SiteNotReady before `Site.prepare`."""
        everything = self._everything() | self._of_component(component, replica)
        shown = {name: everything[name] for name in sorted(component.settings | _COMMON)}
        return shown | {name: os.environ[name] for name in _TUNING if name in os.environ}

    def migration_environment(self, database: str) -> dict[str, str]:
        """What the migration of a database is shown: it works as the cluster's administrator for the service's role."""
        everything = self._everything()
        return {name: everything[name] for name in sorted(_COMMON)} | {
            "DATABASE_URL": self._engines.admin_database_url(database),
            "SERVICE_ROLE": database,
            "COLLEGE_PROFILE": everything["COLLEGE_PROFILE"],
            "PLAINTEXT_HOSTS": os.environ.get("PLAINTEXT_HOSTS", ""),
        }

    def port(self, name: str) -> int:
        """A port of the site. Raises SiteNotReady before the site is prepared."""
        try:
            return self._ports[name]
        except KeyError:
            raise SiteNotReady(f"Site {self._name} has no port {name!r} yet: provision it first (`make up`).") from None

    def database_name(self, service: str) -> str:
        """The name of a service's database, and of the role it signs in with."""
        return f"{self._name.replace('-', '_')}_{service}"

    def password(self, service: str) -> str:
        """The password of a service's database role."""
        return self._secrets()[f"password:{service}"]

    def broker_user(self, component: str) -> str:
        """The name of a component's user on the broker: users belong to the broker as a whole, not to a virtual host."""
        return f"{self._name}-{component}"

    def broker_password(self, component: str) -> str:
        """The password of a component's user on the broker."""
        try:
            return self._secrets()[f"broker:{component}"]
        except KeyError:
            raise SiteNotReady(f"Site {self._name} has no user for {component} yet: provision it first (`make up`).") from None

    def amqp_uri(self, component: str) -> str:
        """The broker's address for a component of the bus, with its own user; the given address where users cannot be made."""
        address = self._engines.amqp_uri(self._name)
        if self._engines.management is None:
            return address
        return with_credentials(address, self.broker_user(component), self.broker_password(component))

    @property
    def retry_delays_ms(self) -> tuple[int, ...]:
        """The retry schedule that every part of the college is given."""
        given = os.environ.get("RETRY_DELAYS_MS")
        return tuple(int(delay) for delay in given.split(",")) if given else FloorSettings.retry_delays_ms

    def _of_component(self, component: Component, replica: int) -> dict[str, str]:
        """Settings that differ from one component or replica to the next."""
        found = {variable: str(self.port(name)) for variable, name in component.ports.items()}
        if "AMQP_URI" in component.settings:
            found["AMQP_URI"] = self.amqp_uri(component.name)
        own_port = component.replica_port(replica)
        if own_port is not None:
            found["HEALTH_PORT"] = str(self.port(own_port))
        if component.migration is not None:
            database = self.database_name(component.name)
            address = self._engines.admin_database_url(database)
            found["DATABASE_URL"] = with_credentials(address, database, self.password(component.name))
        return found

    def _everything(self) -> dict[str, str]:
        secrets = self._secrets()
        overridden = {name: os.environ[name] for name in _OVERRIDABLE if os.environ.get(name)}
        return {
            "SITE": self._name,
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONUNBUFFERED": "1",
            COMMIT: commit(),
            "TOPOLOGY": DECLARE if self._engines.management is None else GIVEN,
            "COLLEGE_PROFILE": str(REPOSITORY / "deploy" / "colleges" / "crpo"),
            "FILES_ROOT": str(self._folder / "files"),
            "FONTS_FOLDER": str(Programs(self._engines.packages).fonts_folder() or ""),
            "CLAMD_ADDRESS": "",
            "BREACHED_PASSWORDS_FILE": "",
            "PUBLIC_URL": self.public_url,
            "VERIFY_KEYS_FILE": str(self._keys.verify_keys),
            "SIGNING_KEY_FILE": str(self._keys.signing_key),
            "SEALING_KEY": secrets["SEALING_KEY"],
            "FACTORS_KEY": secrets["FACTORS_KEY"],
            "COOKIE_KEY": secrets["COOKIE_KEY"],
            "SEAL_CERTIFICATE_FILE": str(self._keys.seal_certificate),
            "SEAL_KEY_FILE": str(self._keys.seal_key),
            "PAYMENT_PROVIDER_URL": self.payment_provider_url,
            "PAYMENT_PROVIDER_HOST": _LOOPBACK,
            "PAYMENT_PROVIDER_DATA": str(self._folder / "payments"),
            "PAYMENT_API_KEY": secrets["PAYMENT_API_KEY"],
            "PAYMENT_WEBHOOK_SECRET": secrets["PAYMENT_WEBHOOK_SECRET"],
            "PAYMENT_WEBHOOK_URL": f"{self.gateway_url}/api/v1/webhooks/payments",
            "SMTP_HOST": _LOOPBACK,
            "SMTP_PORT": str(self.port("mail_sink.smtp")),
            "MAIL_INBOX_URL": self.mail_inbox_url,
            "MAIL_INBOX_HOST": _LOOPBACK,
            "MAIL_INBOX_DATA": str(self._folder / "mail"),
            "HTTP_HOST": _LOOPBACK,
            "CLOCK_FILE": str(self.clock_file or ""),
            **overridden,
        }

    def _http(self, port_name: str) -> str:
        return f"http://{_LOOPBACK}:{self.port(port_name)}"

    def _secrets(self) -> dict[str, str]:
        try:
            return self._keys.secrets()
        except FileNotFoundError:
            raise SiteNotReady(f"Site {self._name} has no keys yet: provision it first (`make up`).") from None
