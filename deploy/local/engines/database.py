"""A private PostgreSQL: own port, own data folder, TCP only; never the machine's."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

from deploy.local import pids
from deploy.local.engines.packages import Programs
from deploy.local.errors import EngineFailed, tail

_ATTEMPTS = 3


class Database:
    """One PostgreSQL cluster on 127.0.0.1; run as `owner` when we are root, which PostgreSQL refuses to run as.

    `user` is the cluster's superuser. Nothing about durability is loosened, as fault tests speak of lost rows, unless it is `throwaway`;
    then passwords are asked for by a quicker rule as well.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        user: str,
        password: str,
        programs: Programs,
        *,
        owner: pwd.struct_passwd | None,
        throwaway: bool = False,
    ) -> None:
        self.folder = folder
        self.port = port
        self.user = user
        self.password = password
        self._data = folder / "data"
        self._log = folder / "log"
        self._programs = programs
        self._owner = owner
        self._throwaway = throwaway

    def pid(self) -> int | None:
        """The process id of the running postmaster; None when it does not run."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if pids.runs_with(pid, str(self._data)) else None

    def start(self, timeout: float = 60.0) -> bool:
        """Start the cluster, made first when there is none, and wait until it takes connections; False if it ran.

        Tried three times: after SIGKILL the orphaned children hold the shared memory for a moment.
        Raises EngineFailed with the end of the log.
        """
        if self.pid() is not None:
            return False
        if not (self._data / "college.conf").exists():
            self._initialise()
        self._write_configuration()
        for attempt in range(_ATTEMPTS):
            done = self._run("pg_ctl", "-D", self._data, "-l", self._log, "-w", "-t", str(int(timeout)), "start")
            if done.returncode == 0:
                return True
            time.sleep(1 + attempt)
        raise EngineFailed(f"PostgreSQL did not start; see {self._log}.\n{tail(self._log)}")

    def stop(self) -> bool:
        """Stop the cluster, breaking open connections off; False when it did not run."""
        if self.pid() is None:
            return False
        self.resume()
        if self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-t", "30", "stop").returncode != 0:
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "-t", "10", "stop")
        return True

    def kill(self) -> None:
        """Kill the whole cluster at once with SIGKILL, as a crash would."""
        identities = [identity for pid in self._family() if (identity := pids.identify(pid)) is not None]
        for identity in identities:
            pids.send(identity.pid, signal.SIGKILL)
        pids.wait_gone(identities, 10)

    def pause(self) -> None:
        """Freeze the cluster: connections stay open and nothing answers."""
        # The postmaster first, so that it makes no new child; then look for the children.
        postmaster = self.pid()
        if postmaster is not None:
            pids.send(postmaster, signal.SIGSTOP)
        for pid in self._family():
            pids.send(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused cluster go on."""
        for pid in reversed(self._family()):
            pids.send(pid, signal.SIGCONT)

    def _family(self) -> list[int]:
        postmaster = self.pid()
        return [] if postmaster is None else [postmaster, *pids.children(postmaster)]

    def _initialise(self) -> None:
        # Without our own file a former attempt was broken off half way.
        shutil.rmtree(self._data, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._own(self.folder)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        self._own(secret)
        try:
            done = self._run(
                *("initdb", "-D", self._data, "-U", self.user, "-A", "scram-sha-256", f"--pwfile={secret}"),
                *("-E", "UTF8", "--locale=C.UTF-8"),
            )
        finally:
            secret.unlink()
        if done.returncode != 0:
            raise EngineFailed(f"PostgreSQL could not make its data folder {self._data}.\n{done.stdout}")
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'college.conf'\n")

    def _write_configuration(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 400,
            "log_min_duration_statement": 500,
            "log_line_prefix": "%m [%p] %q%d/%u ",
            # The one zone PostgreSQL knows without the machine's zone files, which a bare machine lacks.
            "timezone": "GMT",
            "log_timezone": "GMT",
        }
        # SCRAM makes a stolen password slow to guess, and each connection 4 ms slower: tests open thousands, with passwords that all know.
        proof = "md5" if self._throwaway else "scram-sha-256"
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"host all all 127.0.0.1/32 {proof}\n")
        self._own(rules)
        if self._throwaway:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "password_encryption": proof}
        configuration = self._data / "college.conf"
        configuration.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        self._own(configuration)

    def _own(self, path: Path) -> None:
        if self._owner is not None:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the cluster's owner; output goes to a file.

        A pipe would be inherited by the postmaster and never close.
        """
        environment = {
            name: value for name, value in self._programs.environment("postgresql").items() if not name.startswith("PG")
        }
        owner = self._owner
        if owner is not None:
            environment["HOME"] = str(self.folder)
        output = self.folder / "output"
        with output.open("w") as stream:
            done = subprocess.run(
                [str(self._programs.path(program)), *map(str, arguments)],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
        return subprocess.CompletedProcess(done.args, done.returncode, output.read_text(errors="replace"))
