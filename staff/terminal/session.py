"""The session of the person at this terminal: tokens in a file that only they can read."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MARGIN_S = 30
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


class SessionNotPrivate(Exception):
    """Others can read the session file, so its tokens may be known to them; `path` is the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True)
class Session:
    """A sign-in at one system. `expires_at` is in seconds since 1970; `account` is as identity shows it."""

    system: str
    access_token: str
    refresh_token: str
    expires_at: float
    account: dict[str, Any]

    @classmethod
    def from_tokens(cls, system: str, tokens: Mapping[str, Any]) -> "Session":
        """Makes the session of a sign-in's or a refresh's answer (plain JSON values)."""
        return cls(
            system,
            tokens["access_token"],
            tokens["refresh_token"],
            time.time() + tokens["expires_in"],
            dict(tokens["account"]),
        )

    @property
    def about_to_run_out(self) -> bool:
        """Whether the access token ends within half a minute, so that a call made now might arrive too late."""
        return self.expires_at - time.time() < MARGIN_S


class SessionStore:
    """Keeps one session in a file of mode 0600; a new one replaces the old in one step."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def from_environment(cls) -> "SessionStore":
        """Uses the file that STAFF_SESSION names, else ~/.config/college-staff/session.json."""
        named = os.environ.get("STAFF_SESSION")
        return cls(Path(named) if named else Path.home() / ".config" / "college-staff" / "session.json")

    def load(self) -> Session | None:
        """Gives the stored session, or nothing if there is none or the file is damaged; raises SessionNotPrivate."""
        try:
            with self.path.open(encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise SessionNotPrivate(self.path)
                return Session(**json.load(file))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def save(self, session: Session) -> None:
        """Stores the session in place of any other."""
        self.path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        # The mode is given when the file is made: at no moment can others open it.
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w", encoding="utf-8") as file:
            json.dump(asdict(session), file)
        fresh.replace(self.path)

    def forget(self) -> None:
        """Removes the stored session, if there is one."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other commands of this person from trading the same refresh token: used twice, it would end the session."""
        self.path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        with os.fdopen(os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, PRIVATE_FILE)) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
