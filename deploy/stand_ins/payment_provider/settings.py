"""What the process is told by its environment."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env


@dataclass(frozen=True)
class Settings:
    """The provider's settings, one per PAYMENT_ variable, and the file that moves the college's time, for a payment is made in it."""

    host: str
    port: int
    api_key: str
    webhook_secret: str
    webhook_url: str
    data: Path
    clock_file: Path | None


def read_settings() -> Settings:
    """Return the settings. Raises environs.EnvError naming the variable that is missing or wrong."""
    env = Env()
    return Settings(
        host=env.str("PAYMENT_PROVIDER_HOST", "127.0.0.1"),
        port=env.int("PAYMENT_PROVIDER_PORT"),
        api_key=env.str("PAYMENT_API_KEY"),
        webhook_secret=env.str("PAYMENT_WEBHOOK_SECRET"),
        webhook_url=env.str("PAYMENT_WEBHOOK_URL"),
        data=env.path("PAYMENT_PROVIDER_DATA"),
        clock_file=Path(named) if (named := env.str("CLOCK_FILE", "")) else None,
    )
