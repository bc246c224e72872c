"""Where the programs of others are: installed on the machine, or unpacked from Debian packages into our own folder.

`python -m deploy.local.engines.packages rabbitmq postgresql` unpacks what is missing before anything else runs; it needs nothing
but Python.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from deploy.local import runs
from deploy.local.engines import debian
from deploy.local.errors import OperatorError, PackagesUnavailable
from deploy.local.lease import exclusive
from deploy.local.places import packages_folder

_LONGEST_START_S = 60.0
_LONGEST_WAIT_S = 1800.0


@dataclass(frozen=True)
class Software:
    """What Debian calls it, where its programs lie below a root, and how to see that it works.

    Packages whose names begin with one of `families` are taken all or none. `check` is a program of it with arguments that ends with 0;
    what is no program has none. Where only some files are `wanted`, they alone are kept, together in the folder KEPT.
    """

    packages: tuple[str, ...]
    families: tuple[str, ...]
    places: dict[str, tuple[str, ...]]
    check: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


KEPT = "kept"
BROWSER = "chromium-headless-shell"
CJK_FONT = "NotoSansCJK-Regular.ttc"
_POSTGRESQL = ("usr/lib/postgresql/*/bin",)
_ERLANG_LIBRARIES = "crypto,eldap,inets,mnesia,os_mon,public_key,runtime_tools,ssl,syntax_tools,tools,xmerl"
SOFTWARE = {
    "rabbitmq": Software(
        packages=("rabbitmq-server",),
        families=("rabbitmq-server", "erlang-"),
        places={
            # Debian's /usr/sbin/rabbitmq-server insists on its own system user; the one in /usr/lib does not.
            "rabbitmq-server": ("usr/lib/rabbitmq/bin", "usr/lib/rabbitmq/lib/*/sbin"),
            "erl": ("usr/lib/erlang/bin",),
            "erl_call": ("usr/lib/erlang/bin", "usr/lib/erlang/lib/erl_interface-*/bin"),
        },
        check=("erl", "-noinput", "-eval", f"[true = is_list(code:lib_dir(One)) || One <- [{_ERLANG_LIBRARIES}]], halt(0)."),
    ),
    "postgresql": Software(
        packages=("postgresql",),
        families=("postgresql",),
        places=dict.fromkeys(("postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore"), _POSTGRESQL),
        check=("postgres", "--version"),
    ),
    "chromium": Software(
        # Without its windows: the same engine, in which to open pages that know nothing of each other costs a fifth of the work.
        # The library is what Playwright's own Node is linked against, and a bare machine lacks it.
        packages=("chromium-headless-shell", "fonts-liberation", "libatomic1"),
        families=("chromium", "libatomic1"),
        places={BROWSER: ("usr/lib/chromium", "usr/bin"), "libatomic.so.1": ("usr/lib/*-linux-gnu*",)},
        check=(BROWSER, "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom", "about:blank"),
    ),
    "clamav": Software(
        packages=("clamav-daemon",),
        families=("clamav", "libclamav"),
        places={"clamd": ("usr/sbin",)},
        check=("clamd", "--help"),
    ),
    "caddy": Software(
        packages=("caddy",),
        families=("caddy",),
        places={"caddy": ("usr/bin",)},
        check=("caddy", "version"),
    ),
    # One font of the four, and never the machine's own: what lies beside that would be drawn with too, here and not elsewhere.
    "fonts": Software(
        packages=("fonts-noto-cjk",),
        families=("fonts-noto-cjk",),
        places={CJK_FONT: (KEPT,)},
        wanted=(f"usr/share/fonts/opentype/noto/{CJK_FONT}", "usr/share/doc/fonts-noto-cjk/copyright"),
    ),
}


FONTS = "usr/share/fonts"
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def _own_fonts(root: Path) -> Path:
    """The fonts unpacked under `root`, told to programs: a browser on a machine without any font ends when it first needs one."""
    told = root / "fonts.conf"
    if not told.exists():
        writing = root / f"fonts.conf.{os.getpid()}"
        writing.write_text(_FONTCONFIG.format(fonts=escape(str(root / FONTS)), cache=escape(str(root / "font-cache"))))
        writing.replace(told)  # others read it meanwhile
    return told


class Programs:
    """Finds programs, each software unpacked in a folder of its own under `folder` where the machine has none that starts.

    What is started `for_all` is no part of the run that happens to start it, and stays when that ends.
    """

    def __init__(self, folder: Path, say: Callable[[str], None] = print, *, for_all: bool = False) -> None:
        self.folder = folder
        self._for_all = for_all
        self._say = say
        self._marks = folder / "works.json"

    def find(self, program: str) -> Path | None:
        """The program's path, newest version first, what was unpacked before what is installed; None when there is none."""
        software = next(name for name in SOFTWARE if program in SOFTWARE[name].places)
        for root in (self.root(software), Path("/")):
            for place in SOFTWARE[software].places[program]:
                hits = [hit for hit in root.glob(f"{place}/{program}") if os.access(hit, os.R_OK)]
                if hits:
                    return max(hits, key=_version)
        return None

    def path(self, program: str) -> Path:
        """The program's path. Raises PackagesUnavailable when `ensure` has not provided it."""
        found = self.find(program)
        if found is None:
            raise PackagesUnavailable(
                f"{program} was not found on this machine nor under {self.folder}: `make fetch` unpacks it."
            )
        return found

    def root(self, software: str) -> Path:
        """Where a software's packages are unpacked."""
        return self.folder / software

    def fonts_folder(self) -> Path | None:
        """Where the fonts for Chinese, Japanese and Korean are; None where they were not fetched."""
        found = self.find(CJK_FONT)
        return found and found.parent

    def environment(self, software: str) -> dict[str, str]:
        """This process's environment, with the software's unpacked programs and libraries found first."""
        environment = runs.unmarked(os.environ) if self._for_all else dict(os.environ)
        root = self.root(software)
        if root.exists():
            programs = [str(root / "usr/lib/erlang/bin"), str(root / "usr/bin")]
            environment["PATH"] = ":".join([*programs, environment.get("PATH", "/usr/bin:/bin")])
            environment["LD_LIBRARY_PATH"] = ":".join(map(str, _library_folders(root)))
            if (root / FONTS).is_dir():
                environment["FONTCONFIG_FILE"] = str(_own_fonts(root))
        return environment

    def ensure(self, wanted: Iterable[str]) -> bool:
        """Unpack what of SOFTWARE is wanted and does not start here; True when something had to be unpacked.

        Raises PackagesUnavailable when that fails, with the way out.
        """
        lacking = [software for software in wanted if not self._is_known_to_work(software)]
        if not lacking:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self.folder / "lock", self._say, _LONGEST_WAIT_S):
            missing = {software: reason for software in lacking if (reason := self._fault(software))}
            if missing:
                self._unpack(missing)
            for software in missing:
                if fault := self._fault(software):
                    raise PackagesUnavailable(f"{software} was unpacked under {self.root(software)}, but {fault}")
            return bool(missing)

    def _unpack(self, missing: dict[str, str]) -> None:
        names = " and ".join(" ".join(SOFTWARE[software].packages) for software in missing)
        way_out = f"Install {names}, or point AMQP_URI and DATABASE_URL at running engines."
        if not debian.here():
            raise PackagesUnavailable(f"{names} not installed here, and this is not a Debian machine. {way_out}")
        began = time.monotonic()
        for left in self.folder.glob("unpack.*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix="unpack.", dir=self.folder) as scratch:
            work = Path(scratch)
            for software, reason in missing.items():
                self._say(f"{software}: {reason}")
            self._say(f"unpacking Debian's packages of {', '.join(missing)} under {self.folder} (nothing is installed)")
            try:
                archive = debian.Archive(work, self._say)
                archive.update()
                for number, software in enumerate(missing, 1):
                    self._say(f"{software} ({number} of {len(missing)})")
                    self._take(archive, work, software)
            except PackagesUnavailable as error:
                raise PackagesUnavailable(f"{error}\n{way_out}") from error
        self._say(f"unpacked in {time.monotonic() - began:.1f} s")

    def _take(self, archive: debian.Archive, work: Path, software: str) -> None:
        wanted, packages, root = SOFTWARE[software], work / f"{software}.packages", work / software
        archive.download(archive.needed(wanted.packages, wanted.families), packages)
        debian.unpack(packages, root, self._say)
        # Erlang's two launchers have their root compiled in; missing the second silently takes the system's epmd.
        for place in ("usr/lib/erlang/bin/erl", "usr/lib/erlang/erts-*/bin/erl"):
            for launcher in root.glob(place):
                text, final = launcher.read_text(), self.root(software) / "usr/lib/erlang"
                launcher.write_text(text.replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={final}"))
        if wanted.wanted:
            _keep(root, wanted.wanted)
        shutil.rmtree(self.root(software), ignore_errors=True)
        root.rename(self.root(software))
        shutil.rmtree(packages)

    # ---- does it start? ----------------------------------------------------------------------------------------------

    def _is_known_to_work(self, software: str) -> bool:
        state = self._state(software)
        return state is not None and (not SOFTWARE[software].check or self._known().get(software) == state)

    def _fault(self, software: str) -> str | None:
        """Why a software does not start; None when it does, which is kept until its program changes."""
        state, check = self._state(software), SOFTWARE[software].check
        if state is None:
            return "not installed here"
        if self._known().get(software) == state or not check:
            return None
        program, *arguments = check
        with tempfile.TemporaryDirectory() as home:
            try:
                done = subprocess.run(
                    [self.path(program), *arguments],
                    env=self.environment(software) | {"HOME": home},
                    cwd=home,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    timeout=_LONGEST_START_S,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return f"{self.path(program)} does not answer within {_LONGEST_START_S:.0f} s"
        if done.returncode != 0:
            return f"{self.path(program)} does not start: {done.stderr.decode(errors='replace').strip()[-300:]}"
        fresh = self._marks.with_suffix(".new")
        fresh.write_text(json.dumps(self._known() | {software: state}))
        fresh.replace(self._marks)
        return None

    def _known(self) -> dict[str, list[str]]:
        try:
            known: dict[str, list[str]] = json.loads(self._marks.read_text())
        except (OSError, ValueError):
            known = {}
        return known

    def _state(self, software: str) -> list[str] | None:
        """The programs found, and when each was last changed; None when one is missing."""
        state = []
        for program in SOFTWARE[software].places:
            path = self.find(program)
            if path is None:
                return None
            state.append(f"{path} {path.stat().st_mtime_ns}")
        return state


def _keep(root: Path, wanted: tuple[str, ...]) -> None:
    kept = root / KEPT
    kept.mkdir()
    for name in wanted:
        (root / name).rename(kept / Path(name).name)
    for entry in root.iterdir():
        if entry != kept:
            shutil.rmtree(entry)


def _library_folders(root: Path) -> list[Path]:
    """Where libraries are: in the folder of the machine's kind, and in those below it that a library names by its full path."""
    folders = sorted(path for place in ("usr/lib", "lib") for path in root.glob(f"{place}/*-linux-gnu*"))
    return folders + sorted({library.parent for folder in folders for library in folder.glob("*/lib*.so*")})


def _version(path: Path) -> list[int]:
    return [int(part) for part in path.parts if part.isdigit()]


def main(wanted: list[str]) -> int:
    """Unpacks what is wanted for this folder; 0, or 1 with the reason."""
    given = {"rabbitmq": "AMQP_URI", "postgresql": "DATABASE_URL"}
    # Ended by us, it ends what it started and leaves nothing half unpacked.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    private = [software for software in wanted if not os.environ.get(given.get(software, ""))]
    try:
        Programs(packages_folder(), partial(print, flush=True)).ensure(private)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
