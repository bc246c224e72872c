"""A college in containers, as deploy/docker/compose.yaml starts it, and the people around it."""

import json
import os
import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.journey.api import Api, wait_for
from deploy.demo.journey.applicant import Applicant, Places
from deploy.demo.samples import sample_documents
from deploy.docker.secrets import ADMIN, OPERATOR, VHOST, ContainerSecrets
from deploy.local import ports
from deploy.local.college.sample_staff import SAMPLE_STAFF, SignIn
from deploy.local.college.settings import REPOSITORY
from deploy.local.engines.management import Management
from tests.docker.engine import compose, docker, inspect
from tests.support.waiting import PATIENCE_S

SERVICES = ("identity", "applications", "registry", "billing", "qa", "correspondence")
OURS = (*SERVICES, "gateway")
PROVIDER = "http://10.213.77.10:8090"
HEALTHY_WITHIN_S = 3 * PATIENCE_S


class Stack:
    """The containers of one project. `up` builds and starts them; `down` removes them with their volumes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project = folder, f"college-test-{secrets.token_hex(3)}"
        self.secrets = ContainerSecrets(folder / "secrets")
        self.secrets.make()
        self._made = self.secrets.keys.secrets()
        self._ports = {name: str(ports.pick()) for name in ("HTTP_PORT", "HTTPS_PORT", "MAIL_PORT", "PAYMENT_PORT")}
        self.url = f"https://localhost:{self._ports['HTTPS_PORT']}"
        self.places = Places(
            self.url, f"http://127.0.0.1:{self._ports['MAIL_PORT']}", REPOSITORY / "deploy/colleges/crpo", folder / "samples"
        )
        self._scale: dict[str, int] = {}
        self._staff: dict[str, SignIn] = {}

    # ---- its life ----------------------------------------------------------------------------------------------------

    def up(self) -> float:
        """Builds and starts everything, and makes staff accounts; gives the seconds from the start until all is healthy."""
        self.compose("build")
        began = time.monotonic()
        self.compose("up", "-d", "--no-build")
        self.wait_healthy()
        took = time.monotonic() - began
        self._trust()
        for login, roles in SAMPLE_STAFF.items():
            account = self._add_staff(login, roles)
            self._staff |= dict.fromkeys(roles, account)
        return took

    def _add_staff(self, login: str, roles: tuple[str, ...]) -> SignIn:
        password = secrets.token_urlsafe(15)
        named = [part for role in roles for part in ("--role", role)]
        command = ["/srv/college/deploy/docker/college", "staff-accounts", "add", login, "--password-from-stdin", *named]
        self.run_in("identity", *command, stdin=password)
        api = Api(self.url)
        api.sign_in(login, password)
        return SignIn(login, password, api.enrol(), roles)

    def down(self) -> None:
        """Removes the containers, their networks and their volumes."""
        self.compose("down", "-v", "--timeout", "5")

    def scale(self, **counts: int) -> None:
        """Runs so many replicas of the services named, and leaves all others as they are."""
        self._scale |= counts
        wanted = [part for name, count in self._scale.items() for part in ("--scale", f"{name}={count}")]
        self.compose("up", "-d", "--no-build", "--no-recreate", *wanted)
        self.wait_healthy()

    def wait_healthy(self) -> None:
        """Waits until every container that should run is healthy."""
        wait_for("health of every container", lambda: not self.unhealthy(), HEALTHY_WITHIN_S, 0.5)

    def unhealthy(self) -> list[str]:
        """Names the containers that do not run, or are not healthy yet."""
        states = [inspect(name) for name in self.containers()]
        return [
            state["Name"]
            for state in states
            if (state["State"]["Status"], state["State"]["ExitCode"]) != ("exited", 0)
            and (state["State"]["Status"] != "running" or state["State"].get("Health", {}).get("Status", "healthy") != "healthy")
        ]

    def compose(self, *arguments: str) -> str:
        """Runs compose on this project."""
        files = (REPOSITORY / "deploy/docker/compose.yaml", REPOSITORY / "tests/docker/here.yaml")
        named = [part for file in files for part in ("-f", str(file))]
        settings = {
            "COLLEGE_SECRETS": str(self.secrets.folder),
            "COLLEGE_IMAGE": "college-test",
            "STAND_INS_IMAGE": "college-test-stand-ins",
            "PROXY_IMAGE": "college-test-proxy",
            "DATABASE_PASSWORD": self._made[f"password:{ADMIN}"],
            "PUBLIC_URL": self.url,
            "PAYMENT_PROVIDER_URL": PROVIDER,
            "PLAINTEXT_HOSTS": "broker,database,mail_sink,10.213.77.10",
            "RATE_LIMIT_FACTOR": "1000",
            # On a slow machine an answer may take long; one that is lost never comes.
            "CALL_DEADLINE_S": "14",
            **self._ports,
        }
        return compose("-p", self.project, *named, "--profile", "stand-ins", *arguments, settings=settings)

    # ---- containers --------------------------------------------------------------------------------------------------

    def containers(self, service: str | None = None) -> list[str]:
        """The names of the containers of one service, or of all."""
        label = f"label=com.docker.compose.project={self.project}"
        more = ["--filter", f"label=com.docker.compose.service={service}"] if service else []
        return sorted(docker("ps", "-a", "--filter", label, *more, "--format", "{{.Names}}").stdout.split())

    def container(self, service: str) -> str:
        """The only container of a service."""
        (name,) = self.containers(service)
        return name

    def run_in(self, service: str, *command: str, stdin: str | None = None) -> str:
        """Runs a command in a container of the service; gives what it printed."""
        return docker("exec", "-i", self.containers(service)[0], *command, stdin=stdin, timeout=120).stdout

    def address(self, container: str, network: str) -> str:
        """A container's address in one of the project's networks, where this machine reaches it."""
        return str(inspect(container)["NetworkSettings"]["Networks"][f"{self.project}_{network}"]["IPAddress"])

    def crash(self, container: str) -> None:
        """Kills a container's process from outside, as the machine would; the restart policy brings it back."""
        try:
            os.kill(inspect(container)["State"]["Pid"], 9)
        except PermissionError:
            docker("kill", container)
            docker("start", container)

    def calls(self, service: str) -> dict[str, float]:
        """How many calls each replica of a service has answered since its start."""
        found: Counter[str] = Counter()
        for name in self.containers(service):
            page = requests.get(f"http://{self.address(name, 'bus')}:9000/metrics", timeout=PATIENCE_S).text
            for family in text_string_to_metric_families(page):
                found[name] += sum(each.value for each in family.samples if each.name == "college_calls_total")
        return dict(found)

    def log_lines(self, service: str, **fields: object) -> list[dict[str, Any]]:
        """The log lines of a service in which each of the fields has the value."""
        found = []
        for name in self.containers(service):
            for line in docker("logs", name).stdout.splitlines():
                if line.startswith("{") and fields.items() <= (each := json.loads(line)).items():
                    found.append(each)
        return found

    def _trust(self) -> None:
        """Lets this process's requests trust the certificate authority of this proxy, and no other."""
        file = self.folder / "root.crt"
        docker("cp", f"{self.container('proxy')}:/data/caddy/pki/authorities/local/root.crt", str(file))
        os.environ["REQUESTS_CA_BUNDLE"] = str(file)

    # ---- what people and the checker ask for -------------------------------------------------------------------------

    def account(self, role: str) -> SignIn:
        """The sign-in of a member of staff."""
        return self._staff[role]

    def transcript(self, applicant: Applicant) -> Path:
        """The transcript that the applicant's school sends."""
        return sample_documents(self.places.documents, applicant.name)["transcript"]

    def database_url(self, name: str) -> str:
        """A database's address for the administrator, from this machine."""
        address = self.address(self.container("database"), "data")
        return f"postgresql+psycopg2://{ADMIN}:{self._made[f'password:{ADMIN}']}@{address}:5432/{name}"

    def queues(self) -> list[dict[str, Any]]:
        """The broker's queues."""
        address = self.address(self.container("broker"), "bus")
        return Management(f"http://{address}:15672", OPERATOR, self._made[f"broker:{OPERATOR}"]).queues(VHOST)

    def at_once(self, path: str, times: int, threads: int) -> Counter[int | str]:
        """Asks the API for something many times at once; gives how often each status was answered."""

        def ask(_: int) -> int | str:
            try:
                return requests.get(f"{self.url}/api/v1{path}", timeout=PATIENCE_S).status_code
            except requests.RequestException as error:
                return type(error).__name__

        with ThreadPoolExecutor(threads) as pool:
            return Counter(pool.map(ask, range(times)))
