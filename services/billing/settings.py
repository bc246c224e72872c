"""What billing is told by its environment, and the parts it makes of that for its use cases."""

from dataclasses import dataclass, field
from typing import Any

from nameko.extensions import DependencyProvider
from nameko.timer import Timer

from services.billing.provider import HttpPaymentProvider, PaymentProvider
from services.common import settings as settings_module
from services.common.security import transport
from services.common.settings import Settings


@dataclass(frozen=True)
class BillingSettings:
    """Billing's own settings. Waits are seconds."""

    public_url: str
    webhook_secret: str = field(repr=False)
    finalisation_wait_s: float = 15.0
    checkout_wait_s: float = 60.0

    @classmethod
    def read(cls, settings: Settings) -> "BillingSettings":
        """Reads them; raises MissingSetting naming a variable that is not set."""
        return cls(
            public_url=settings.require("PUBLIC_URL").rstrip("/"),
            webhook_secret=settings.require("PAYMENT_WEBHOOK_SECRET"),
            finalisation_wait_s=float(settings.optional("FINALISATION_WAIT_S", "15")),
            checkout_wait_s=float(settings.optional("CHECKOUT_WAIT_S", "60")),
        )


class Configuration(DependencyProvider):
    """Gives a service method billing's settings."""

    def setup(self) -> None:
        """Reads them, so that a missing one keeps the service from starting."""
        self._settings = BillingSettings.read(settings_module.of(self.container))

    def get_dependency(self, worker_ctx: Any) -> BillingSettings:
        """Gives the settings."""
        return self._settings


class Provider(DependencyProvider):
    """Gives a service method the payment provider (PAYMENT_PROVIDER_URL, PAYMENT_API_KEY)."""

    def setup(self) -> None:
        """Prepares the client; nothing is asked until it is used. Raises PlaintextRefused."""
        settings = settings_module.of(self.container)
        url = settings.require("PAYMENT_PROVIDER_URL")
        transport.check_http("PAYMENT_PROVIDER_URL", url, settings.plaintext_hosts)
        self._provider = HttpPaymentProvider(url, settings.require("PAYMENT_API_KEY"))

    def stop(self) -> None:
        """Closes the connections."""
        self._provider.close()

    def get_dependency(self, worker_ctx: Any) -> PaymentProvider:
        """Gives the provider."""
        return self._provider


class Sweep(Timer):
    """A nameko timer that fires every SWEEP_INTERVAL_S (5 seconds unless set) rather than at an interval fixed in code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(interval=0, **kwargs)

    def setup(self) -> None:
        """Reads the interval."""
        self.interval = float(settings_module.of(self.container).optional("SWEEP_INTERVAL_S", "5"))


sweep = Sweep.decorator
