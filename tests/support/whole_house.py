"""All services at once, with nothing outside: no payment provider and no mail server."""

from typing import Any

from deploy.local.tools.keys import Keys
from services.contracts.topology import SERVICES

NOWHERE = {
    "PAYMENT_PROVIDER_URL": "http://127.0.0.1:9",
    "PAYMENT_API_KEY": "key",
    "PAYMENT_WEBHOOK_SECRET": "secret",
    "SMTP_HOST": "127.0.0.1",
    "SMTP_PORT": "9",
}


def start_all(system: Any, **environment: str) -> None:
    """Starts every service in one house, with a seal of its own."""
    seal = Keys(system.folder)
    seal.make([])
    own = {"SEAL_CERTIFICATE_FILE": str(seal.seal_certificate), "SEAL_KEY_FILE": str(seal.seal_key)}
    system.start(*SERVICES, **own, **NOWHERE, **environment)
