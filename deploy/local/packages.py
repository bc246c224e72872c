"""Where the engines' programs are: installed on the machine, or unpacked from Debian packages into our own folder."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.errors import PackagesUnavailable

# Debian's /usr/sbin/rabbitmq-server insists on its own system user; the one in /usr/lib does not.
_PLACES = {
    "rabbitmq-server": ("usr/lib/rabbitmq/bin", "usr/lib/rabbitmq/lib/*/sbin"),
    "epmd": ("usr/lib/erlang/bin", "usr/lib/erlang/erts-*/bin"),
    "initdb": ("usr/lib/postgresql/*/bin",),
    "pg_ctl": ("usr/lib/postgresql/*/bin",),
    "postgres": ("usr/lib/postgresql/*/bin",),
    "pg_dump": ("usr/lib/postgresql/*/bin",),
    "pg_restore": ("usr/lib/postgresql/*/bin",),
    "chromium": ("usr/lib/chromium", "usr/bin"),
    "clamd": ("usr/sbin",),
    "caddy": ("usr/bin",),
}
_PACKAGES_OF = {
    "rabbitmq": ("rabbitmq-server", ("rabbitmq-server",)),
    "postgresql": ("postgres", ("postgresql",)),
    "chromium": ("chromium", ("chromium", "fonts-liberation")),
    "clamav": ("clamd", ("clamav-daemon",)),
    "caddy": ("caddy", ("caddy",)),
}


class Programs:
    """Finds the engines' programs, unpacking them under `folder` when the machine has none."""

    def __init__(self, folder: Path, say: Callable[[str], None] = print) -> None:
        self.folder = folder
        self.sysroot = folder / "sysroot"
        self._say = say

    def find(self, name: str) -> Path | None:
        """The program's path, newest version first; None when the machine has none and none is unpacked."""
        for root in (Path("/"), self.sysroot):
            for place in _PLACES[name]:
                hits = [hit for hit in root.glob(f"{place}/{name}") if os.access(hit, os.X_OK)]
                if hits:
                    return max(hits, key=_version)
        return None

    def path(self, name: str) -> Path:
        """The program's path. Raises PackagesUnavailable when `ensure` has not provided it."""
        found = self.find(name)
        if found is None:
            raise PackagesUnavailable(f"{name} was not found on this machine nor under {self.sysroot}.")
        return found

    def ensure(self, engines: Iterable[str]) -> bool:
        """Unpack what is missing of "rabbitmq", "postgresql" and, for tests, "chromium" and "clamav"; True when something had to be unpacked.

        Raises PackagesUnavailable when that fails, with the way out.
        """
        wanted = [_PACKAGES_OF[engine] for engine in engines]
        missing = [package for program, packages in wanted if self.find(program) is None for package in packages]
        if not missing:
            return False
        names = " and ".join(missing)
        way_out = f"Install {names}, or point AMQP_URI and DATABASE_URL at running engines."
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise PackagesUnavailable(f"{names} not installed here, and this is not a Debian machine. {way_out}")
        began = time.monotonic()
        self._say(f"{names} not installed: unpacking Debian's packages under {self.folder} (nothing is installed)")
        script = Path(__file__).with_name("packages.sh")
        command = ["sh", str(script), str(self.folder), *missing]
        lines = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                self._say(f"  {line.rstrip()}")
        if process.returncode != 0:
            raise PackagesUnavailable("\n".join([f"Unpacking {names} failed:", *lines[-10:], way_out]))
        self._say(f"  unpacked in {time.monotonic() - began:.1f} s")
        return True

    def environment(self) -> dict[str, str]:
        """This process's environment, with the unpacked programs and libraries found first."""
        environment = dict(os.environ)
        if self.sysroot.exists():
            root = self.sysroot
            programs = [str(root / "usr/lib/erlang/bin"), str(root / "usr/bin")]
            libraries = sorted(
                str(path)
                for folder in ("usr/lib", "lib")
                for each in ("", "/pulseaudio")
                for path in root.glob(f"{folder}/*-linux-gnu*{each}")
            )
            environment["PATH"] = ":".join([*programs, environment.get("PATH", "/usr/bin:/bin")])
            environment["LD_LIBRARY_PATH"] = ":".join(libraries)
        return environment


def _version(path: Path) -> list[int]:
    return [int(part) for part in path.parts if part.isdigit()]
