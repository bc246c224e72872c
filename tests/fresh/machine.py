"""An empty Debian in a folder, made by debootstrap, with processes of its own: what runs in it ends with the command that ran it.

It reaches the package sources as this machine does: its settings of apt and pip are copied, and the folders they name are shown.
"""

import ast
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What the README asks for, and the certificates that any machine with a network has.
PACKAGES = "make,python3,ca-certificates,procps"
_COPIED = ("etc/resolv.conf", "etc/hosts", "etc/apt", "etc/pip.conf", "etc/xdg/pip", "etc/ssl/certs/ca-certificates.crt")
_PASSED_ON = ("PIP_", "UV_", "SSL_CERT", "REQUESTS_CA", "http_proxy", "https_proxy", "no_proxy")
USER = "applicant"


class Machine:
    """A copy of the empty system; `place` is where the clone lies in it."""

    def __init__(self, root: Path, base: Path, place: str, user: str) -> None:
        self.root, self.user, self.place = root, user, place
        subprocess.run(["cp", "-a", "--reflink=auto", base, root], check=True)
        home = self.home.lstrip("/")
        if user != "root":
            self.run("useradd", "--create-home", "--shell", "/bin/sh", user, user="root", cwd="/")
        pip = Path.home() / ".config/pip"
        if pip.exists():
            shutil.copytree(pip, root / home / ".config/pip", dirs_exist_ok=True)
        clone = root / place.lstrip("/")
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, clone], check=True)
        self.run("chown", "-R", f"{user}:{user}", self.home, place, user="root", cwd="/")

    @property
    def home(self) -> str:
        """The user's home folder."""
        return "/root" if self.user == "root" else f"/home/{self.user}"

    def run(
        self,
        *command: str,
        user: str | None = None,
        cwd: str | None = None,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> int:
        """Runs a command in it; gives its exit code. All that it has started is gone afterwards."""
        who = user or self.user
        shown = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
        shown |= {"HOME": "/root" if who == "root" else self.home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"}
        inside = [f"cd {shlex.quote(cwd or self.place)} && exec {shlex.join(command)}"]
        mounts = [
            f"mount -t proc proc {self._within('/proc')}",
            f"mount --rbind /dev {self._within('/dev')}",
            *(
                f"mkdir -p {self._within(folder)} && mount --bind {folder} {self._within(folder)}"
                for folder in sorted(set(named_folders()))
            ),
            f"exec chroot --userspec={who} {shlex.quote(str(self.root))} /bin/sh -c {shlex.quote(inside[0])}",
        ]
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec", "\n".join(mounts)]
        with (log or Path(os.devnull)).open("ab") as output:
            done = subprocess.run(
                apart, env=shown | dict(environment or {}), stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            )
        return done.returncode

    def remove(self) -> None:
        """Removes it."""
        shutil.rmtree(self.root)

    def _within(self, path: str) -> str:
        return shlex.quote(f"{self.root}{path}")


def base(folder: Path) -> Path:
    """The empty system to copy, made when it is not there yet."""
    made = folder / "base"
    if not made.exists():
        print(f"making an empty Debian in {made} (debootstrap)", flush=True)
        fresh = folder / "base.new"
        shutil.rmtree(fresh, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        release = _release()
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, str(fresh), _mirror()]
        subprocess.run(command, check=True, stdout=(folder / "debootstrap.log").open("wb"))
        for name in _COPIED:
            source, target = Path("/", name), fresh / name
            if source.is_dir():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target, symlinks=True)
            elif source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy(source, target)
        fresh.rename(made)
    return made


def named_folders() -> Iterator[str]:
    """The folders outside /etc that pip's settings name on this machine: the first two steps of each path."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        for word in ast.literal_eval(line.partition("=")[2]).split():
            path = Path(word.removeprefix("file://"))
            if path.is_absolute() and path.parts[1] != "etc" and path.exists():
                yield str(Path(*path.parts[:3]))


def _release() -> str:
    found = [line for line in Path("/etc/os-release").read_text().splitlines() if line.startswith("VERSION_CODENAME=")]
    return found[0].partition("=")[2]


def _mirror() -> str:
    """The first source that apt knows."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"], capture_output=True, text=True, check=True
    )
    return done.stdout.split()[0]
