"""One running college: its virtual host, databases, roles, keys, ports and processes."""

import json
import re
import shutil
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import pids, probes, runs
from deploy.local import ports as free_ports
from deploy.local.college.components import COLLEGE, Component
from deploy.local.college.provisioning import prepare_broker, prepare_database, remove_broker, remove_database
from deploy.local.college.settings import ADDRESSES, DATA_FOLDERS, REPOSITORY, Settings
from deploy.local.engines.engines import Engines
from deploy.local.errors import InvalidName, SiteNotReady, tail
from deploy.local.lease import exclusive
from deploy.local.processes import Processes, Replica, python
from deploy.local.tools.keys import Keys
from services.contracts.topology import COMPONENTS

MAIN = "main"
# The file of a site that says whose run made it.
RUN_MARK = "run"

_GATEWAY_PORT = 8080
_STOP_SECONDS = 12.0
_MOST_REPLICAS = 32
# PostgreSQL cuts names at 63 bytes; the longest service name takes 15 of them.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class ReplicaStatus:
    """One replica as the status page shows it; `uptime` in seconds, `memory` in bytes."""

    component: str
    number: int
    pid: int | None
    ready: bool
    uptime: float
    memory: int


class Site:
    """A college named `name` on the given engines; several may run side by side.

    `scale` says how many replicas of a component to run; those not named keep the number of the last start, at first 1.
    `ports` fixes ports by name ("gateway", "mail_sink", "billing.1"). Raises InvalidName for a name, component or number
    that cannot be used. Making the object changes nothing on the machine.
    """

    def __init__(
        self,
        engines: Engines,
        name: str,
        scale: Mapping[str, int] | None = None,
        ports: Mapping[str, int] | None = None,
        components: Mapping[str, Component] = COLLEGE,
    ) -> None:
        if not _NAME.fullmatch(name):
            raise InvalidName(f"A site's name has 1 to 40 of a-z, 0-9 and inner hyphens, not {name!r}.")
        self.engines = engines
        self.name = name
        self.components = components
        self.folder = engines.run_dir / "sites" / name
        self.keys = Keys(self.folder)
        self._processes = Processes(self.folder)
        self._say = engines.say
        self._state_file = self.folder / "site.json"
        # Outside the site's folder, which `destroy` removes.
        self._lock_file = engines.run_dir / f"site-{name}.lock"
        self._given_ports = dict(ports or {})
        self._given_scale = dict(scale or {})
        for component, count in self._given_scale.items():
            _check_scale(self.component(component), count)

    # ---- what the site is --------------------------------------------------------------------------------------------

    @property
    def vhost(self) -> str:
        """The site's virtual host on the broker."""
        return self.name

    @property
    def settings(self) -> Settings:
        """The site's addresses and every other setting."""
        return Settings(self.engines, self.name, self.folder, self.ports)

    @property
    def public_url(self) -> str:
        """Where people and programs find the college."""
        return self.settings.public_url

    @property
    def mail_inbox_url(self) -> str:
        """Where a person reads the mail the college sent."""
        return self.settings.mail_inbox_url

    @property
    def logs(self) -> Path:
        """The folder of the site's log files."""
        return self._processes.logs

    @property
    def scale(self) -> dict[str, int]:
        """How many replicas each component has, or will have after the next start."""
        kept = self._state().get("scale", {})
        return {name: self._given_scale.get(name, kept.get(name, 1)) for name in self.components}

    @property
    def ports(self) -> dict[str, int]:
        """The site's ports by name; empty before `prepare`."""
        kept: dict[str, int] = self._state().get("ports", {})
        return kept | self._given_ports

    def component(self, name: str) -> Component:
        """The component with this name. Raises InvalidName."""
        if name not in self.components:
            raise InvalidName(f"There is no component {name!r}; there are: {', '.join(self.components)}.")
        return self.components[name]

    def environment(self, component: str, replica: int = 1) -> dict[str, str]:
        """The environment variables of a component's replica, with only the secrets it needs.

        Raises InvalidName for an unknown component, SiteNotReady before `prepare`.
        """
        environment = self.settings.environment(self.component(component), replica)
        if "HTTP_PORT" in environment and self.scale[component] > 1:
            environment["HTTP_SHARE_PORT"] = "1"  # the kernel spreads connections over the replicas
        return environment

    # ---- its life ----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the site's folder, keys and secrets where missing, and pick its ports. Safe to repeat."""
        # Uploaded documents, mail and logs are as private as the keys.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in DATA_FOLDERS:
            (self.folder / name).mkdir(exist_ok=True)
        # Made by a run that ends itself: what is left of it is removed when that is over (`leftovers.py`).
        if (mark := runs.mark()) is not None and self.name != MAIN and not self._state_file.exists():
            (self.folder / RUN_MARK).write_text(mark)
        self.keys.make((service.name for service in self._services()), COMPONENTS)
        self._settle_ports()

    def provision(self) -> None:
        """Make what the site lacks of virtual host, broker users, databases, roles, keys and ports, then migrate. Safe to repeat.

        Raises ProvisioningFailed with the end of the log of the migration that failed.
        """
        self.provision_broker()
        self.provision_databases()

    def provision_broker(self) -> None:
        """Make what the site lacks of keys, ports, virtual host and broker users. Safe to repeat."""
        with self._locked():
            self.prepare()
            prepare_broker(self.engines, self.settings, self.vhost)

    def provision_databases(self) -> None:
        """Make what the site lacks of keys, ports, databases and roles, then migrate; needs no broker. Safe to repeat.

        Raises ProvisioningFailed with the end of the log of the migration that failed.
        """
        with self._locked():
            self.prepare()
            began, settings = time.monotonic(), self.settings

            def prepare_one(service: Component) -> None:
                prepare_database(self.engines, settings, service, self.logs / f"migrate-{service.name}.1.log")

            with ThreadPoolExecutor(max_workers=6) as pool:
                list(pool.map(prepare_one, self._services()))
            self._say(f"databases ready in {time.monotonic() - began:.1f} s")

    def start(self) -> list[str]:
        """Start the replicas that do not run and stop those beyond the scale; names ("billing 2") of those started.

        Does not wait: see `wait_ready`. Raises SiteNotReady before `provision`.
        """
        with self._locked():
            self._settle_ports()
            self._save(scale=self.scale)
            surplus = [replica for replica in self.running() if replica.number > self.scale[replica.component]]
            if surplus:
                self._processes.stop(surplus, _STOP_SECONDS)
                self._say("stopped " + ", ".join(f"{replica.component} {replica.number}" for replica in surplus))
            return [started for name in self.components for started in self.start_component(name)]

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until every replica answers 200 on its health port, telling of each as it does.

        Raises SiteNotReady with the end of the log when one stops, or is not ready within `timeout` seconds.
        """
        began = time.monotonic()
        waiting = self._expected()
        while waiting:
            for component, number in list(waiting):
                if self._processes.find(component, number) is None:
                    raise SiteNotReady(self._account(f"{component} {number} stopped", component, number))
                if self._is_ready(component, number):
                    waiting.remove((component, number))
                    self._say(f"  {component} {number} ready after {time.monotonic() - began:.1f} s")
            if waiting and time.monotonic() - began > timeout:
                late = ", ".join(f"{component} {number}" for component, number in waiting)
                raise SiteNotReady(self._account(f"not ready after {timeout:.0f} s: {late}", *waiting[0]))
            if waiting:
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop every process in good order: SIGTERM, up to 12 seconds, then SIGKILL."""
        with self._locked():
            for killed in self._processes.stop(self.running(), _STOP_SECONDS):
                self._say(f"{killed.component} {killed.number} did not stop in {_STOP_SECONDS:.0f} s and was killed")

    def destroy(self) -> None:
        """Stop the site and remove its databases, roles, virtual host and files."""
        self.stop()
        with self._locked():
            for service in self._services():
                remove_database(self.engines, self.settings, service)
            remove_broker(self.engines, self.settings, self.vhost)
            shutil.rmtree(self.folder, ignore_errors=True)
            self._lock_file.unlink(missing_ok=True)

    def rotate_keys(self) -> str:
        """Sign access tokens with a new key from now on, while everything runs; gives its id."""
        with self._locked():
            return self.keys.signing.rotate()

    def retire_keys(self) -> tuple[list[str], list[str]]:
        """Drop the public keys of which no valid token can be left; gives the ids of those dropped, and of old ones that stay."""
        with self._locked():
            return self.keys.signing.retire()

    # ---- one component at a time, for fault tests and operators ------------------------------------------------------

    def kill(self, component: str) -> None:
        """SIGKILL all replicas of a component, as a crash would."""
        self._processes.kill(self.running(component))

    def start_component(self, component: str) -> list[str]:
        """Start the replicas of a component that do not run, on the ports they had."""
        part, started = self.component(component), []
        for number in range(1, self.scale[component] + 1):
            if self._processes.find(component, number) is None:
                environment = self.environment(component, number)
                self._processes.start(component, number, [python(), "-m", *part.module], environment, REPOSITORY)
                started.append(f"{component} {number}")
        return started

    def signal(self, component: str, sig: int) -> None:
        """Send a signal to all replicas of a component."""
        self._processes.signal(self.running(component), signal.Signals(sig))

    def pids(self, component: str) -> list[int]:
        """The process ids of a component's live replicas."""
        return [replica.identity.pid for replica in self.running(component)]

    def running(self, component: str | None = None) -> list[Replica]:
        """The live replicas, of one component or of all."""
        if component is not None:
            self.component(component)
        return [replica for replica in self._processes.running(component) if replica.component in self.components]

    def is_up(self) -> bool:
        """Whether exactly the replicas that the scale asks for run."""
        return {(replica.component, replica.number) for replica in self.running()} == set(self._expected())

    def status(self) -> list[ReplicaStatus]:
        """Every replica that runs or should."""
        live = {(replica.component, replica.number): replica.identity for replica in self.running()}
        order = list(self.components)
        rows = []
        for component, number in sorted({*live, *self._expected()}, key=lambda pair: (order.index(pair[0]), pair[1])):
            identity = live.get((component, number))
            if identity is None:
                rows.append(ReplicaStatus(component, number, None, False, 0.0, 0))
            else:
                ready, memory = self._is_ready(component, number), pids.memory(identity.pid)
                rows.append(ReplicaStatus(component, number, identity.pid, ready, pids.uptime(identity), memory))
        return rows

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _services(self) -> list[Component]:
        return [component for component in self.components.values() if component.migration is not None]

    def _expected(self) -> list[tuple[str, int]]:
        return [(name, number) for name, count in self.scale.items() for number in range(1, count + 1)]

    def _is_ready(self, component: str, number: int) -> bool:
        port = self.ports.get(self.component(component).health_port(number))
        return port is not None and probes.is_ready(port)

    def _settle_ports(self) -> None:
        """Pick ports once and keep them; one that another program took while the site was down is picked anew.

        Ports that several components know are left alone while any part of the site runs.
        """
        running = {(replica.component, replica.number) for replica in self.running()}
        kept, wanted = self.ports, []
        for component, number in self._expected():
            own_port = self.component(component).replica_port(number)
            if own_port is not None and (component, number) not in running:
                wanted.append(own_port)
        wanted += [name for name in ADDRESSES if not running or name not in kept]
        for name in wanted:
            if name in self._given_ports and not free_ports.is_free(self._given_ports[name]):
                raise SiteNotReady(f"Port {self._given_ports[name]} ({name}) is taken by another program.")
        prefer = {"gateway": _GATEWAY_PORT} if self.name == MAIN else {}
        self._save(ports=free_ports.settle(kept, wanted, prefer))

    def _account(self, what: str, component: str, number: int) -> str:
        log = self._processes.log(component, number)
        return f"Site {self.name}: {what}; see {log}.\n{tail(log)}"

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self._state_file.read_text())
        except FileNotFoundError:
            state = {}
        return state

    def _save(self, **changes: Any) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._state_file.with_suffix(".new")
        fresh.write_text(json.dumps(self._state() | changes, indent=1))
        fresh.replace(self._state_file)

    def _locked(self) -> AbstractContextManager[None]:
        return exclusive(self._lock_file, self._say)


def _check_scale(component: Component, count: int) -> None:
    if not 1 <= count <= _MOST_REPLICAS:
        raise InvalidName(f"{component.name}={count}: from 1 to {_MOST_REPLICAS} replicas can run here.")
    if count > 1 and not component.scalable:
        raise InvalidName(f"{component.name} keeps its own folder and cannot have replicas.")
