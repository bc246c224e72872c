"""Debian packages unpacked into a folder of ours: nothing is installed, no maintainer script runs, any user may do it."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from deploy.local.errors import PackagesUnavailable

_TOLD_EVERY_S, _TOLD_EVERY = 5.0, 20
_INST = re.compile(r"^Inst (\S+)", re.M)
_MEGABYTE = 1_000_000


def here() -> bool:
    """Whether this is a Debian machine."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


class Archive:
    """The machine's package sources, with lists and a cache of our own under `work`: the system's belong to root."""

    def __init__(self, work: Path, say: Callable[[str], None]) -> None:
        self._work, self._say = work, say
        for folder in ("lists/partial", "cache/archives/partial", "empty/archives/partial"):
            (work / folder).mkdir(parents=True)

    def update(self) -> None:
        """Reads the package lists."""
        self._apt("-o", "Acquire::Languages=none", "update")

    def needed(self, packages: Iterable[str], families: tuple[str, ...]) -> list[str]:
        """The names to unpack for `packages`: what the machine lacks, and of the families all, installed or not.

        A program that Debian cuts into several packages looks for the others' files beside its own: it does not run from two places.
        """
        simulate = ("-s", "install", "--no-install-recommends", *packages)
        lacking = _INST.findall(self._apt(*simulate))
        every = _INST.findall(
            self._apt("-o", "Dir::State::status=/dev/null", "-o", f"Dir::Cache={self._work / 'empty'}", *simulate)
        )
        return sorted({*lacking, *(name for name in every if name.startswith(families))})

    def download(self, names: list[str], folder: Path) -> None:
        """Downloads packages into a new folder, telling how far it is."""
        folder.mkdir()
        listed = [line.split() for line in self._apt("download", "--print-uris", *names, cwd=folder).splitlines() if line]
        total = sum(int(fields[-2]) for fields in listed)
        done = threading.Event()

        def tell() -> None:
            while not done.wait(_TOLD_EVERY_S):
                so_far = sum(file.stat().st_size for file in folder.iterdir())
                self._say(f"  {so_far / _MEGABYTE:.0f} of {total / _MEGABYTE:.0f} MB")

        self._say(f"  downloading {len(names)} packages, {total / _MEGABYTE:.0f} MB")
        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            self._apt("download", *names, cwd=folder)
        finally:
            done.set()
            teller.join()

    def _apt(self, *arguments: str, cwd: Path | None = None) -> str:
        command = [
            *("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "-o", f"Dir::State::Lists={self._work / 'lists'}"),
            *("-o", f"Dir::Cache={self._work / 'cache'}", "-o", "Debug::NoLocking=1", "-o", "Acquire::Retries=3"),
            # Kept between calls, also where images switch that off: building it takes as long as all else that apt does here.
            *("-o", "Dir::Cache::pkgcache=pkgcache.bin", "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin", *arguments),
        ]
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            raise PackagesUnavailable(f"apt-get {' '.join(arguments)} failed:\n{done.stderr.strip()[-2000:]}")
        return done.stdout


def unpack(packages: Path, root: Path, say: Callable[[str], None]) -> None:
    """Unpacks a folder of packages into `root`, telling how far it is. Raises PackagesUnavailable for one that is broken."""
    files = sorted(packages.glob("*.deb"))
    root.mkdir(mode=0o755)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (file, done) in enumerate(zip(files, pool.map(partial(_extract, root), files), strict=True), 1):
            if done.returncode != 0:
                pool.shutdown(cancel_futures=True)
                raise PackagesUnavailable(f"{file.name} cannot be unpacked: {done.stderr.strip()}")
            if number % _TOLD_EVERY == 0 or number == len(files):
                say(f"  unpacked {number} of {len(files)} packages")


def _extract(root: Path, package: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["dpkg-deb", "-x", package, root], capture_output=True, text=True, check=False)
