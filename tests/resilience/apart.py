"""A college on engines of its own, so that nobody else is disturbed when they are killed; its lines to them can be led through proxies."""

import json
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from deploy.demo.journey.api import wait_for
from deploy.demo.journey.applicant import Places
from deploy.demo.samples import sample_documents
from deploy.local import ports as free_ports
from deploy.local import probes
from deploy.local.college.sample_staff import SignIn, sample_staff
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import Site
from deploy.local.engines.engines import Engines
from deploy.local.processes import python
from tests.resilience.people import SteadfastApplicant
from tests.resilience.wire import Wire
from tests.support.waiting import PATIENCE_S

SERVICES = ("identity", "applications", "registry", "billing", "qa", "correspondence")
OURS = (*SERVICES, "gateway")
BESIDE = 9  # the number of a replica that the site's scale does not know


class SiteApart(Site):
    """A site whose processes reach an engine through a proxy where `lines` names one: broker, database."""

    def __init__(self, engines: Engines, name: str) -> None:
        super().__init__(engines, name)
        self.lines: dict[str, Wire] = {}
        self.more: dict[str, dict[str, str]] = {}  # settings of one component, beside the usual ones

    def environment(self, component: str, replica: int = 1) -> dict[str, str]:
        """As `Site.environment`, with the ports of the proxies and with `more`."""
        found = super().environment(component, replica)
        for variable, line in (("AMQP_URI", "broker"), ("DATABASE_URL", "database")):
            if variable in found and line in self.lines:
                found[variable] = with_port(found[variable], self.lines[line].port)
        return found | self.more.get(component, {})

    def lay_lines(self) -> None:
        """Leads all services through proxies to broker and database; they are started anew."""
        targets = {"broker": self.engines.broker.ports["amqp"], "database": self.engines.database.port}
        self.lines = {name: Wire(free_ports.pick(), port) for name, port in targets.items()}
        self._start_anew()

    def take_lines_away(self) -> None:
        """Leads the services to the engines again."""
        lines, self.lines = self.lines, {}
        self._start_anew()
        for line in lines.values():
            line.close()

    def _start_anew(self) -> None:
        self.stop()
        self.start()
        self.wait_ready(2 * PATIENCE_S)

    def start_beside(self, component: str, module: str, **settings: str) -> None:
        """Starts one more replica of a service, another way: of another version (`module`), or with other settings."""
        port = free_ports.pick()
        environment = self.environment(component) | {"HEALTH_PORT": str(port)} | settings
        argv = [python(), "-m", module, f"services.{component}.service"]
        self._processes.start(component, BESIDE, argv, environment, REPOSITORY)
        wait_for(f"the other {component}", lambda: probes.is_ready(port), every_s=0.1)

    def stop_beside(self, component: str, kill: bool = False) -> None:
        """Stops it again, or kills it. Raises LookupError if it has ended by itself."""
        replica = self._processes.find(component, BESIDE)
        if replica is None:
            raise LookupError(f"the other {component} has ended by itself")
        if kill:
            self._processes.kill([replica])
        else:
            self._processes.stop([replica])

    def start_anew(self, component: str, **settings: str) -> None:
        """Stops a service and starts it with other settings; without any, as it was at first."""
        self.more[component] = settings
        self._processes.stop(self.running(component))
        self.start_component(component)
        self.wait_ready(2 * PATIENCE_S)

    def purge(self, queue: str) -> None:
        """Empties a queue."""
        self.engines.management._call("DELETE", f"queues/{self.vhost}/{queue}/contents")

    def exit_code(self, component: str) -> int | None:
        """How the component's process ended; its threads may be a moment behind it."""
        for _ in range(40):
            code = self._processes.exit_code(component, 1)
            if code is not None:
                return code
            time.sleep(0.05)
        return None

    def log_lines(self, **fields: str) -> list[dict]:
        """The log lines of all services in which each of the fields has the value."""
        found = []
        for file in sorted(self.logs.glob("*.log")):
            for line in file.read_text(errors="replace").splitlines():
                if line.startswith("{") and all(value in line for value in fields.values()):
                    each = json.loads(line)
                    if fields.items() <= each.items():
                        found.append(each)
        return found


class CollegeApart:
    """The running college and the people around it."""

    def __init__(self, site: SiteApart) -> None:
        self.site, self.url = site, site.public_url
        self.places = Places(site.public_url, site.mail_inbox_url, REPOSITORY / "deploy/colleges/crpo", site.folder / "samples")
        self._staff = {role: account for account in sample_staff(site) for role in account.roles}

    def account(self, role: str) -> SignIn:
        """The sign-in of a member of staff."""
        return self._staff[role]

    def transcript(self, applicant: SteadfastApplicant) -> Path:
        """The transcript that the applicant's school sends."""
        return sample_documents(self.places.documents, applicant.name)["transcript"]


def rabbitmqctl(engines: Engines, *arguments: str) -> str:
    """Runs a broker's own command; gives what it says. Raises CalledProcessError."""
    broker = engines.broker
    program = broker._programs.path("rabbitmq-server").with_name("rabbitmqctl")
    done = subprocess.run(
        [str(program), *arguments], env=broker._environment(), capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    return done.stdout


def with_port(url: str, port: int) -> str:
    """Gives the address with another port of this machine."""
    parts = urlsplit(url)
    credentials, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{credentials}{at}127.0.0.1:{port}"))
