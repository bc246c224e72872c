"""A private RabbitMQ: own ports, own epmd, own cookie, own folder; never the machine's."""

import hashlib
import secrets
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from deploy.local import pids
from deploy.local.engines.management import Management
from deploy.local.engines.packages import Programs
from deploy.local.errors import EngineFailed, tail
from services.common.bus.connection import LARGEST_MESSAGE

PORT_NAMES = ("amqp", "distribution", "epmd", "management", "prometheus")
_NODE = "college@localhost"
_ATTEMPTS = 3
_CALL_SECONDS = 5.0
# gen_event:delete_handler(rabbit_event, rabbit_mgmt_db_handler, []), as erl_call takes it.
_END_STATISTICS = "gen_event delete_handler [rabbit_event,rabbit_mgmt_db_handler,[]]"
# What the broker refuses, the same wherever it runs: `deploy/README.md` says why each.
LIMITS = {
    "max_message_size": str(LARGEST_MESSAGE),
    "channel_max": "16",
    "frame_max": "131072",
    "heartbeat": "60",
    "handshake_timeout": "10000",
    "consumer_timeout": "900000",
    "auth_mechanisms.1": "PLAIN",
}


class Broker:
    """One RabbitMQ node with the management and Prometheus plugins, listening on 127.0.0.1 only."""

    def __init__(
        self, folder: Path, ports: dict[str, int], user: str, password: str, programs: Programs, *, throwaway: bool = False
    ) -> None:
        self.folder = folder
        self.ports = ports
        self.user = user
        self.password = password
        self._programs = programs
        # How old queue counts in the management API may be (ms): the status page reads them. To count is a sixth of a tests' broker's work.
        self._statistics_ms = 5000 if throwaway else 1000
        self._logged = "warning" if throwaway else "info"
        # On the node's command line, so that a reused process id is not taken for it.
        self._marker = "college-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self._boot_log = folder / "log" / "boot.log"

    @property
    def management(self) -> Management:
        """The node's management API."""
        return Management(f"http://127.0.0.1:{self.ports['management']}", self.user, self.password)

    def pid(self) -> int | None:
        """The process id of the running node; None when it does not run."""
        try:
            pid = int((self.folder / "pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if pids.runs_with(pid, self._marker) else None

    def start(self, timeout: float = 90.0) -> bool:
        """Start the node and wait until it answers; False when it ran already.

        Tried three times, since a node killed with SIGKILL may leave its ports or its epmd busy for a moment.
        Raises EngineFailed with the end of the log.
        """
        if self.pid() is not None and self.management.is_ready():
            return False
        self._write_configuration()
        deadline = time.monotonic() + timeout
        for _ in range(_ATTEMPTS):
            launcher = None if self.pid() is not None else self._launch()
            while time.monotonic() < deadline:
                if self.management.is_ready():
                    return True
                if launcher is not None and launcher.poll() is not None and self.pid() is None:
                    break
                time.sleep(0.1)
        raise EngineFailed(f"RabbitMQ did not start; see {self.folder / 'log'}.\n{tail(self._boot_log)}")

    def stop(self, timeout: float = 30.0) -> bool:
        """Stop the node in good order, or with SIGKILL after `timeout` seconds; False when it did not run."""
        pid = self.pid()
        identity = pids.identify(pid) if pid is not None else None
        if identity is not None:
            pids.send(identity.pid, signal.SIGCONT)
            self._end_statistics()
            pids.send(identity.pid, signal.SIGTERM)
            # The pid file goes before the process does, so wait for the process.
            for stubborn in pids.wait_gone([identity], timeout):
                pids.send(stubborn.pid, signal.SIGKILL)
                pids.wait_gone([stubborn], 5)
        self.stop_epmd()
        return identity is not None

    def stop_epmd(self) -> None:
        """Stop our port mapper, which outlives a node and holds its port; it stays while any node runs that it serves."""
        port, ours = str(self.ports.get("epmd")), str(self.folder / "pid")
        if any(
            value == port and pids.name(identity.pid).startswith("beam")
            for identity, value in pids.with_variable("ERL_EPMD_PORT")
        ):
            return
        found = [
            identity
            for identity, value in pids.with_variable("RABBITMQ_PID_FILE")
            if value == ours and pids.name(identity.pid) == "epmd"
        ]
        for identity in found:
            pids.send(identity.pid, signal.SIGKILL)
        pids.wait_gone(found, 5)

    def kill(self) -> None:
        """Kill the node at once with SIGKILL, as a crash would."""
        pid = self.pid()
        identity = pids.identify(pid) if pid is not None else None
        if identity is not None:
            pids.send(identity.pid, signal.SIGKILL)
            pids.wait_gone([identity], 10)

    def pause(self) -> None:
        """Freeze the node: connections stay open and nothing answers."""
        pid = self.pid()
        if pid is not None:
            pids.send(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused node go on."""
        pid = self.pid()
        if pid is not None:
            pids.send(pid, signal.SIGCONT)

    def _launch(self) -> subprocess.Popen[bytes]:
        with self._boot_log.open("ab") as log:
            return subprocess.Popen(
                [str(self._programs.path("rabbitmq-server"))],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end_statistics(self) -> None:
        """Take the management plugin's statistics off the node, which is about to stop.

        Their own end asks the application controller to change a setting, and that is itself stopping by then: it answers nobody,
        and a node told by SIGTERM stands still for the five seconds that the question lasts. Where the question here fails, it does.
        """
        program = self._programs.find("erl_call")
        if program is None:
            return
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [str(program), "-sname", _NODE, "-a", _END_STATISTICS],  # the cookie is in HOME, not on the command line
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_CALL_SECONDS,
                check=False,
            )

    def _write_configuration(self) -> None:
        for name in ("mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "environment.conf").write_text("")
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n")
        settings = {
            "listeners.tcp.1": f"127.0.0.1:{self.ports['amqp']}",
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": self.ports["management"],
            "prometheus.tcp.ip": "127.0.0.1",
            "prometheus.tcp.port": self.ports["prometheus"],
            "default_user": self.user,
            "default_pass": self.password,
            "default_user_tags.administrator": "true",
            "disk_free_limit.absolute": "200MB",
            "vm_memory_high_watermark.relative": "0.4",
            **LIMITS,
            "collect_statistics_interval": self._statistics_ms,
            "log.console": "false",
            "log.file.level": self._logged,
        }
        configuration = self.folder / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(16))
            cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        # The operator's own RABBITMQ_ and ERL_ settings belong to some other node.
        inherited = self._programs.environment("rabbitmq").items()
        kept = {name: value for name, value in inherited if not name.startswith(("RABBITMQ_", "ERL_"))}
        return kept | {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(self.ports["distribution"]),
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # No busy waiting: the machine is shared.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-kernel inet_dist_use_interface {{127,0,0,1}} +sbwt none -college {self._marker}"
            ),
        }
