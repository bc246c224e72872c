"""The gateway's application in this process, without a broker: services answer what a test says."""

from pathlib import Path
from typing import Any

from werkzeug.test import Client

from gateway.app import Application
from gateway.http.rate_limits import RateLimits
from gateway.services import Services
from gateway.settings import GatewaySettings
from services.common.documents.files import FileStore
from services.common.kernel.contract import Call
from services.common.kernel.errors import Unavailable
from services.contracts.college_provider import loaded

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = GatewaySettings("127.0.0.1", 0, "https://college.test", 5, 10, behind_tls=True, cookie_keys=("a key of the tests",))
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Answers:
    """Stands in for the services: gives for each contract what it was told to; a part that it does not know is away."""

    def __init__(self, answers: dict[type[Call], Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[type[Call], dict[str, Any]]] = []

    def call(self, contract, caller, *, _deadline_s, _idempotency_key, _checked, **values):
        self.asked.append((contract, values))
        if contract not in self.answers:
            raise Unavailable()
        answer = self.answers[contract]
        if isinstance(answer, Exception):
            raise answer
        return answer(**values) if callable(answer) else answer


def application(
    folder: Path,
    answers: dict[type[Call], Any] | None = None,
    factor: float = 0,
    verifier: Any = None,
    profile: Path = ROOT / "deploy/colleges/crpo",
) -> Application:
    """Gives the application, with rate limits only where `factor` says so."""
    college = loaded(str(profile))
    services = Services(Answers(answers or {}), FileStore(folder), verifier, college, SETTINGS, RateLimits(factor))
    return Application(services, list)


def client(folder: Path, answers: dict[type[Call], Any] | None = None, factor: float = 0, verifier: Any = None) -> Client:
    """Gives a client of it, which keeps no cookies."""
    return Client(application(folder, answers, factor, verifier), use_cookies=False)
