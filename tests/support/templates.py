"""Migrated databases, made once per form of the migrations, to copy for each test."""

import fcntl
import hashlib

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from deploy.local.engines.engines import Engines
from services.common.persistence.migrate import migrate
from tests.support.places import ROOT

PASSWORD = "only-for-tests"
PACKAGES = {"tiny": "tests.support.tiny_package"}


class Templates:
    """Makes templates when first asked for; two test runs at once take turns."""

    def __init__(self, engines: Engines) -> None:
        self._engines, self._made = engines, {}

    def role(self, service: str) -> str:
        """The login role that a service has in tests."""
        return f"test_{service}"

    def of(self, service: str) -> str:
        """Gives the name of the service's template database."""
        if service not in self._made:
            self._made[service] = self._make(service)
        return self._made[service]

    def _make(self, service: str) -> str:
        name = f"tpl_{service}_{self._fingerprint(service)}"
        with (self._engines.run_dir / "templates.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._engines.create_role(self.role(service), PASSWORD)
            if not self._exists(name):
                raw = f"{name}_raw"
                self._engines.drop_database(raw)
                self._engines.create_database(raw)
                migrate(PACKAGES.get(service, f"services.{service}"), self._engines.admin_database_url(raw), self.role(service))
                self._engines.create_database(name, template=raw)
                self._engines.drop_database(raw)
        return name

    def _exists(self, name: str) -> bool:
        engine = create_engine(self._engines.admin_database_url())
        with engine.connect() as connection:
            found = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first()
        engine.dispose()
        return found is not None

    @staticmethod
    def _fingerprint(service: str) -> str:
        folder = ROOT / PACKAGES.get(service, f"services.{service}").replace(".", "/")
        files = [*folder.rglob("models*.py"), *(folder / "migrations").rglob("*.py")]
        files += [ROOT / "services/common/persistence/tables.py", ROOT / "services/common/persistence/migrate.py"]
        digest = hashlib.sha256()
        for file in sorted(files):
            digest.update(file.read_bytes())
        return digest.hexdigest()[:12]


def url_of(engines: Engines, templates: Templates, database: str, service: str) -> str:
    """Gives the address of a database with the rights that the service has (and no more)."""
    url = make_url(engines.admin_database_url(database))
    return url.set(username=templates.role(service), password=PASSWORD).render_as_string(hide_password=False)
