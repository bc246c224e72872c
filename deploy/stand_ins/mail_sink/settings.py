"""What the process is told by its environment."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env


@dataclass(frozen=True)
class Settings:
    """The sink's settings: where SMTP listens, where the inbox is read, where the mails are kept."""

    smtp_host: str
    smtp_port: int
    inbox_host: str
    inbox_port: int
    data: Path


def read_settings() -> Settings:
    """Return the settings. Raises environs.EnvError naming the variable that is missing or wrong."""
    env = Env()
    return Settings(
        smtp_host=env.str("SMTP_HOST", "127.0.0.1"),
        smtp_port=env.int("SMTP_PORT"),
        inbox_host=env.str("MAIL_INBOX_HOST", "127.0.0.1"),
        inbox_port=env.int("MAIL_INBOX_PORT"),
        data=env.path("MAIL_INBOX_DATA"),
    )
