"""The two engines under every site: RabbitMQ and PostgreSQL, private ones or those the operator names."""

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import ports, processes
from deploy.local.engines import broker as rabbitmq
from deploy.local.engines.broker import Broker
from deploy.local.engines.database import Database
from deploy.local.engines.database_admin import DatabaseAdmin
from deploy.local.engines.management import Management
from deploy.local.engines.packages import Programs
from deploy.local.errors import EngineFailed, EnginesBusy
from deploy.local.lease import Lease, exclusive
from deploy.local.places import RUN, far_from, is_plain, make_far, owner_of_postgresql
from deploy.local.urls import for_sqlalchemy, with_path, without_password

_USER = "college"


@dataclass(frozen=True)
class EngineStatus:
    """One engine as the status page shows it; `state` is up, down, or external."""

    name: str
    state: str
    address: str
    pid: int | None = None


class Engines:
    """RabbitMQ and PostgreSQL for this run directory.

    An engine named by AMQP_URI or DATABASE_URL in the environment is used and neither started nor stopped. The others
    are private: own ports, own data, started when needed. `packages` is the folder of unpacked programs, to share that
    of another run directory. `throwaway` engines do not wait for the disk: quick, and only for data nobody misses after a power
    cut.
    """

    def __init__(
        self,
        run_dir: str | Path = ".run",
        say: Callable[[str], None] = print,
        packages: Path | None = None,
        throwaway: bool = False,
    ) -> None:
        self.run_dir = Path(run_dir).resolve()
        self.say = say
        self._throwaway = throwaway
        self._external_amqp = os.environ.get("AMQP_URI")
        self._external_database = os.environ.get("DATABASE_URL")
        self._external_management = os.environ.get("RABBITMQ_MANAGEMENT_URL")
        self._owner = owner_of_postgresql()
        self._far = far_from(self.run_dir)
        self._broker_folder = (self.run_dir if is_plain(self.run_dir) else self._far) / "rabbitmq"
        self.packages = packages or self._far / "packages"
        self._programs = Programs(self.packages, say, for_all=self.run_dir.is_relative_to(RUN))
        self._lock_file = self.run_dir / "lock"
        self._lease = Lease(self.run_dir / "in-use")
        self._settings_file = self.run_dir / "engines.json"

    # ---- starting and stopping ---------------------------------------------------------------------------------------

    def start(self, beside: Callable[[], object] = lambda: None) -> list[str]:
        """Start the private engines that do not run and wait until they answer; the names of those started.

        What is to be done `beside` needs no broker: it is, once PostgreSQL answers, while RabbitMQ boots.
        This process then counts as a user of the engines until `stop`, and no other process's `stop` takes them away.
        Raises EngineFailed or PackagesUnavailable.
        """
        with exclusive(self._lock_file, self.say):
            self._lease.take()
            wanted = [name for name, given in self._private().items() if given]
            if wanted:
                make_far(self._far)
            self._programs.ensure(wanted)
            self._release_ports()
            self._settle_ports()
            with ThreadPoolExecutor(max_workers=2) as pool:
                starting = {name: pool.submit(self._start_one(name)) for name in wanted}
                if "postgresql" in starting:
                    starting["postgresql"].result()
                self._check_external()
                beside()
                return [name for name, future in starting.items() if future.result() is not None]

    def stop(self, force: bool = False) -> list[str]:
        """Stop the private engines and return the names of those stopped.

        They stay while another process or a running site uses them, unless `force` is given.
        """
        with exclusive(self._lock_file, self.say):
            self._lease.release()
            if not force and self.in_use():
                return []
            return self._stop_all()

    def in_use(self) -> bool:
        """Whether a process holds the engines or a site's processes run on them."""
        return self._lease.is_taken() or bool(processes.running_sites(self.run_dir / "sites"))

    def destroy(self) -> None:
        """Stop the private engines and remove everything under the run directory, data included.

        Raises EnginesBusy while another process or a running site uses them.
        """
        with exclusive(self._lock_file, self.say):
            self._lease.release()
            if self.in_use():
                raise EnginesBusy(f"{self.run_dir} is in use by running sites or another process: stop those first.")
            self._stop_all()
            if self._far != self.run_dir:
                shutil.rmtree(self._far, ignore_errors=True)
            for entry in self.run_dir.iterdir():
                # The lock file stays: another process may be waiting on it.
                if entry.is_dir():
                    shutil.rmtree(entry, ignore_errors=True)
                elif entry != self._lock_file:
                    entry.unlink(missing_ok=True)

    def status(self) -> list[EngineStatus]:
        """What runs, and where it listens."""
        found = []
        for name, private in self._private().items():
            if not private:
                address = self._external_amqp if name == "rabbitmq" else self._external_database
                found.append(EngineStatus(name, "external", without_password(address or "")))
            elif not self._settings_file.exists():
                found.append(EngineStatus(name, "down", ""))
            else:
                pid = self._engine(name).pid()
                address = self.amqp_uri("") if name == "rabbitmq" else self.admin_database_url("")
                found.append(EngineStatus(name, "up" if pid else "down", without_password(address), pid))
        return found

    # ---- the engines themselves --------------------------------------------------------------------------------------

    @property
    def broker(self) -> Broker:
        """The private RabbitMQ (also for fault tests: kill, pause, resume). Raises EngineFailed when it is external."""
        if self._external_amqp:
            raise EngineFailed("RabbitMQ is the one AMQP_URI names; it cannot be handled from here.")
        settings = self._settings()
        own_ports = {name: settings["ports"][name] for name in rabbitmq.PORT_NAMES}
        return Broker(self._broker_folder, own_ports, _USER, settings["password"], self._programs, throwaway=self._throwaway)

    @property
    def database(self) -> Database:
        """The private PostgreSQL (also for fault tests). Raises EngineFailed when it is external."""
        if self._external_database:
            raise EngineFailed("PostgreSQL is the one DATABASE_URL names; it cannot be handled from here.")
        settings = self._settings()
        port = settings["ports"]["postgresql"]
        return Database(
            self._far / "postgresql",
            port,
            _USER,
            settings["password"],
            self._programs,
            owner=self._owner,
            throwaway=self._throwaway,
        )

    @property
    def programs(self) -> Programs:
        """The engines' own programs, such as pg_dump."""
        return self._programs

    @property
    def admin(self) -> DatabaseAdmin:
        """Makes and removes databases and roles."""
        return DatabaseAdmin(self.admin_database_url())

    @property
    def management(self) -> Management | None:
        """RabbitMQ's management API; None for an external broker without RABBITMQ_MANAGEMENT_URL."""
        if not self._external_amqp:
            return self.broker.management
        return Management.from_url(self._external_management) if self._external_management else None

    @property
    def management_url(self) -> str | None:
        """Where a person sees the broker's management pages; None when unknown."""
        if not self._external_amqp:
            return f"http://127.0.0.1:{self._settings()['ports']['management']}"
        return without_password(self._external_management) if self._external_management else None

    # ---- addresses ---------------------------------------------------------------------------------------------------

    def amqp_uri(self, vhost: str) -> str:
        """The AMQP address of a virtual host; AMQP_URI as it is when that broker cannot make virtual hosts for us."""
        if self._external_amqp:
            return with_path(self._external_amqp, vhost) if self._external_management else self._external_amqp
        settings = self._settings()
        base = f"amqp://{_USER}:{settings['password']}@127.0.0.1:{settings['ports']['amqp']}"
        return with_path(base, vhost)

    def admin_database_url(self, database: str = "postgres") -> str:
        """The SQLAlchemy address of a database for the user who may make databases and roles."""
        if self._external_database:
            return for_sqlalchemy(with_path(self._external_database, database))
        settings = self._settings()
        port = settings["ports"]["postgresql"]
        return with_path(f"postgresql+psycopg2://{_USER}:{settings['password']}@127.0.0.1:{port}", database)

    # ---- virtual hosts and databases ---------------------------------------------------------------------------------

    def create_vhost(self, name: str) -> None:
        """Make a virtual host, or keep it; nothing when the external broker has no management address."""
        if self.management is not None:
            self.management.create_vhost(name)

    def delete_vhost(self, name: str) -> None:
        """Remove a virtual host; nothing when the external broker has no management address."""
        if self.management is not None:
            self.management.delete_vhost(name)

    def queues(self, vhost: str) -> list[dict[str, Any]]:
        """The queues of a virtual host as the management API gives them, message counts at most a second old (five on throwaway engines).

        Raises EngineFailed for an external broker without RABBITMQ_MANAGEMENT_URL.
        """
        if self.management is None:
            raise EngineFailed("Set RABBITMQ_MANAGEMENT_URL to look into the queues of the broker AMQP_URI names.")
        return self.management.queues(vhost)

    def create_database(self, name: str, owner: str | None = None, template: str | None = None) -> None:
        """Make a database, as a copy of `template` when given. Raises EngineFailed when it exists already."""
        self.admin.create_database(name, owner, template)

    def drop_database(self, name: str) -> None:
        """Remove a database, breaking its connections off; one that does not exist is no error."""
        self.admin.drop_database(name)

    def create_role(self, name: str, password: str) -> None:
        """Make a login role, or give an existing one the password."""
        self.admin.create_role(name, password)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _private(self) -> dict[str, bool]:
        return {"rabbitmq": not self._external_amqp, "postgresql": not self._external_database}

    def _engine(self, name: str) -> Broker | Database:
        return self.broker if name == "rabbitmq" else self.database

    def _start_one(self, name: str) -> Callable[[], str | None]:
        engine = self._engine(name)

        def start() -> str | None:
            began = time.monotonic()
            if not engine.start():
                return None
            self.say(f"{name} ready in {time.monotonic() - began:.1f} s (pid {engine.pid()})")
            return name

        return start

    def _stop_all(self) -> list[str]:
        if not self._settings_file.exists():
            return []
        names = [name for name, private in self._private().items() if private]
        with ThreadPoolExecutor(max_workers=2) as pool:
            stopped = list(pool.map(lambda name: self._engine(name).stop(), names))
        return [name for name, was_running in zip(names, stopped, strict=True) if was_running]

    def _check_external(self) -> None:
        if self._external_database and not self.admin.is_ready():
            raise EngineFailed(f"DATABASE_URL does not answer: {without_password(self._external_database)}")
        management = self.management
        if self._external_amqp and management is not None and not management.is_ready():
            raise EngineFailed("RABBITMQ_MANAGEMENT_URL does not answer, or refuses its user.")

    def _settings(self) -> dict[str, Any]:
        try:
            settings: dict[str, Any] = json.loads(self._settings_file.read_text())
        except FileNotFoundError:
            raise EngineFailed(f"No engines under {self.run_dir} yet: call start first, or `make up`.") from None
        return settings

    def _release_ports(self) -> None:
        """Let go of ports that a broker killed with SIGKILL left behind, so that it comes back on the same ones."""
        if self._settings_file.exists() and not self._external_amqp and self.broker.pid() is None:
            self.broker.stop_epmd()

    def _forget_leftovers(self) -> None:
        """Remove what a run directory that was deleted left elsewhere: its server, and data that would not take a new password."""
        if self._far != self.run_dir:
            leftover = Database(self._far / "postgresql", 0, _USER, "", self._programs, owner=self._owner)
            leftover.kill()
            shutil.rmtree(leftover.folder, ignore_errors=True)

    def _settle_ports(self) -> None:
        """Pick ports once and keep them; one that another program took while the engine was down is picked anew."""
        names = {"rabbitmq": [*rabbitmq.PORT_NAMES], "postgresql": ["postgresql"]}
        if self._settings_file.exists():
            settings = self._settings()
            down = [name for engine in self.status() if engine.state == "down" for name in names[engine.name]]
        else:
            self._forget_leftovers()
            settings = {"password": secrets.token_hex(16), "ports": {}}
            down = [name for group in names.values() for name in group]
        settled = ports.settle(settings["ports"], down)
        if settled != settings["ports"]:
            self._settings_file.touch(mode=0o600)
            self._settings_file.write_text(json.dumps(settings | {"ports": settled}, indent=1))
