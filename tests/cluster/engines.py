"""A broker of three nodes on this machine, each with a name, ports and data of its own; and one database."""

import subprocess
from pathlib import Path
from typing import Any

from deploy.kubernetes.definitions import clustered
from deploy.local import ports
from deploy.local.engines.broker import PORT_NAMES, Broker
from deploy.local.engines.engines import Engines
from deploy.local.engines.management import Management

OTHERS = ("college2", "college3")


class OtherNode(Broker):
    """A node that joins the first one: of the same cookie, known to the same port mapper."""

    def __init__(self, name: str, first: Broker) -> None:
        own = {port: ports.pick() for port in PORT_NAMES} | {"epmd": first.ports["epmd"]}
        super().__init__(first.folder.with_name(name), own, first.user, first.password, first._programs)
        self._name, self._first = name, first

    def join(self) -> None:
        """Starts the node, empty, as a member of the first one's cluster."""
        self.folder.mkdir(parents=True, exist_ok=True)
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text((self._first.folder / ".erlang.cookie").read_text())
            cookie.chmod(0o400)
        self.start()
        self._control("stop_app")
        self._control("join_cluster", "college@localhost")
        self._control("start_app")

    def stop_epmd(self) -> None:
        """Leaves the port mapper to the first node."""

    def _control(self, *command: str) -> None:
        program = self._programs.path("rabbitmq-server").with_name("rabbitmqctl")
        subprocess.run([str(program), *command], env=self._environment(), check=True, capture_output=True, timeout=90)

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {"RABBITMQ_NODENAME": f"{self._name}@localhost"}


class ReplicatedManagement(Management):
    """The first node's management, through which a site gets its queues as a cluster's."""

    def load(self, definitions: dict[str, Any]) -> None:
        """Makes what is missing, calls and events in queues of three members."""
        super().load(clustered(definitions))

    def members(self, vhost: str) -> dict[str, tuple[str, int]]:
        """The leader of each quorum queue, and how many members of it are up."""
        found = self._call("GET", f"queues/{vhost}")
        return {queue["name"]: (queue["leader"], len(queue["online"])) for queue in found if queue["type"] == "quorum"}


class ClusterEngines(Engines):
    """The engines of a test run: three nodes, of which `broker` is the first, and PostgreSQL."""

    def __init__(self, run_dir: Path, packages: Path) -> None:
        super().__init__(run_dir, packages=packages)
        self.others: list[OtherNode] = []

    def start_cluster(self) -> None:
        """Starts all of it anew; every node is a member then."""
        self.start()
        self.others = [OtherNode(name, self.broker) for name in OTHERS]
        for node in self.others:
            node.join()

    def stop_cluster(self) -> None:
        """Stops all of it, and removes its data: a node that has once been a member does not start alone."""
        for node in self.others:
            node.stop()
        self.stop(force=True)
        self.destroy()

    def _settle_ports(self) -> None:
        """Keeps the ports once there are other nodes: they know the first one's, and its port mapper serves them while it is down."""
        if not self.others:
            super()._settle_ports()

    @property
    def management(self) -> ReplicatedManagement:
        """The first node's management API."""
        broker = self.broker
        return ReplicatedManagement(f"http://127.0.0.1:{broker.ports['management']}", broker.user, broker.password)

    @property
    def amqp_ports(self) -> list[int]:
        """Where the nodes take connections, the first node's first."""
        return [node.ports["amqp"] for node in (self.broker, *self.others)]
