"""The parts a college is made of: how each is started, and which of the site's settings it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Shown to every process that serves the college; the stand-ins for outside parties see none of it but the clock, by which money is dated.
_COLLEGE = frozenset({"AMQP_URI", "TOPOLOGY", "COLLEGE_PROFILE", "PUBLIC_URL", "VERIFY_KEYS_FILE", "HEALTH_PORT", "CLOCK_FILE"})


@dataclass(frozen=True)
class Component:
    """One part of a college, run as `python -m module argument…`.

    `settings` names the variables it is shown besides those every process gets; `ports` those of them that hold a port
    of its own, with the port's name in the site; `health` the one whose port answers /readyz. Only a part that keeps
    nothing in a folder of its own may have replicas.
    """

    name: str
    module: tuple[str, ...]
    settings: frozenset[str]
    ports: Mapping[str, str] = field(default_factory=dict)
    health: str = "HEALTH_PORT"
    migration: tuple[str, ...] | None = None
    scalable: bool = True

    def replica_port(self, number: int) -> str | None:
        """The name of the port a replica has to itself; None when its component has only common ones."""
        return f"{self.name}.{number}" if self.health == "HEALTH_PORT" else None

    def health_port(self, number: int) -> str:
        """The name of the port on which a replica says whether it is ready."""
        return self.replica_port(number) or self.ports[self.health]


def _service(name: str, *settings: str) -> Component:
    return Component(
        name,
        ("services.common.runtime.launch", f"services.{name}.service"),
        _COLLEGE | {"DATABASE_URL", *settings},
        migration=("services.common.persistence.migrate", f"services.{name}"),
    )


_MAIL_SINK = Component(
    "mail_sink",
    ("deploy.stand_ins.mail_sink",),
    frozenset({"SMTP_HOST", "SMTP_PORT", "MAIL_INBOX_HOST", "MAIL_INBOX_PORT", "MAIL_INBOX_DATA"}),
    ports={"SMTP_PORT": "mail_sink.smtp", "MAIL_INBOX_PORT": "mail_sink"},
    health="MAIL_INBOX_PORT",
    scalable=False,
)

_PAYMENT_PROVIDER = Component(
    "payment_provider",
    ("deploy.stand_ins.payment_provider",),
    frozenset({"PAYMENT_PROVIDER_HOST", "PAYMENT_PROVIDER_PORT", "PAYMENT_PROVIDER_DATA"})
    | {"PAYMENT_API_KEY", "PAYMENT_WEBHOOK_SECRET", "PAYMENT_WEBHOOK_URL", "CLOCK_FILE"},
    ports={"PAYMENT_PROVIDER_PORT": "payment_provider"},
    health="PAYMENT_PROVIDER_PORT",
    scalable=False,
)

# Replicas of the gateway share one HTTP port: the kernel spreads connections over them.
_GATEWAY = Component(
    "gateway",
    ("services.common.runtime.launch", "gateway.service"),
    _COLLEGE | {"FILES_ROOT", "HTTP_HOST", "HTTP_PORT", "COOKIE_KEY"},
    ports={"HTTP_PORT": "gateway"},
)

# In the order in which they are started and shown.
COLLEGE: Mapping[str, Component] = {
    component.name: component
    for component in (
        _MAIL_SINK,
        _PAYMENT_PROVIDER,
        _service("identity", "SIGNING_KEY_FILE", "SEALING_KEY", "FACTORS_KEY", "BREACHED_PASSWORDS_FILE"),
        _service("applications", "FILES_ROOT", "CLAMD_ADDRESS"),
        _service("registry", "FILES_ROOT", "FONTS_FOLDER", "SEAL_CERTIFICATE_FILE", "SEAL_KEY_FILE"),
        _service("billing", "FILES_ROOT", "FONTS_FOLDER", "PAYMENT_PROVIDER_URL", "PAYMENT_API_KEY", "PAYMENT_WEBHOOK_SECRET"),
        _service("qa", "FILES_ROOT"),
        _service("correspondence", "SEALING_KEY", "SMTP_HOST", "SMTP_PORT", "MAIL_INBOX_URL"),
        _GATEWAY,
    )
}
