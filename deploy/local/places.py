"""Where things of this folder lie that cannot lie in it."""

import hashlib
import os
import pwd
import re
from pathlib import Path

from deploy.local.errors import EngineFailed

REPOSITORY = Path(__file__).resolve().parents[2]
RUN = REPOSITORY / ".run"
# RabbitMQ's and Erlang's start scripts split words; so their folders have none of the characters that they would stumble over.
_PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")


def owner_of_postgresql() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL in place of root; None when we are an ordinary user and run it ourselves."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EngineFailed("PostgreSQL refuses to run as root, and there is no user postgres or nobody: use another user.")


def is_plain(path: Path) -> bool:
    """Whether a path has neither spaces nor accents nor anything else that start scripts stumble over."""
    return _PLAIN.fullmatch(str(path)) is not None


def far_from(run_dir: Path) -> Path:
    """Where programs and data of the engines lie: in the run directory, or under /var/tmp for root and for paths that are not plain.

    Root's own folders shut out the user who runs PostgreSQL.
    """
    if os.getuid() != 0 and is_plain(run_dir):
        return run_dir
    return Path("/var/tmp", "college-" + hashlib.sha256(str(run_dir).encode()).hexdigest()[:16])  # noqa: S108 - see `make_far`


def make_far(folder: Path) -> None:
    """Makes the folder. Raises EngineFailed when another user laid it there."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    # Anyone may write in /var/tmp: a folder or link laid there for us is not ours to run programs from.
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise EngineFailed(f"{folder} belongs to another user: remove it, or use another run directory.")
    folder.chmod(0o755)


def packages_folder() -> Path:
    """The folder of this repository's unpacked programs, made."""
    far = far_from(RUN)
    make_far(far)
    return far / "packages"
