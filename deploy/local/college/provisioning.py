"""Preparing the engines for a site: each component's user and rights on the broker; each service's role and database, migrated."""

import hashlib
import subprocess
from pathlib import Path

from deploy.local.college.components import Component
from deploy.local.college.settings import REPOSITORY, Settings
from deploy.local.engines.engines import Engines
from deploy.local.errors import ProvisioningFailed, tail
from deploy.local.processes import inherited, open_log, python
from services.contracts.topology import COMPONENTS, Plan


def prepare_broker(engines: Engines, settings: Settings, vhost: str) -> None:
    """Make the site's virtual host with all that the contracts ask for, and a user for each component with no more than its rights.

    With an external broker that has no management address, components declare what they need themselves, as the user it names.
    """
    engines.create_vhost(vhost)
    if engines.management is not None:
        plan = Plan(delays_ms=settings.retry_delays_ms)
        users = {component: settings.broker_user(component) for component in plan.components}
        passwords = {component: settings.broker_password(component) for component in plan.components}
        engines.management.load(plan.definitions(vhost, users, passwords))


def remove_broker(engines: Engines, settings: Settings, vhost: str) -> None:
    """Remove the site's virtual host and its users."""
    engines.delete_vhost(vhost)
    if engines.management is not None:
        for component in COMPONENTS:
            engines.management.delete_user(settings.broker_user(component))


def prepare_database(engines: Engines, settings: Settings, service: Component, log: Path) -> None:
    """Make the service's role and database where missing, then migrate, unless its migrations are those of the last time.

    Raises ProvisioningFailed with the end of the migration's log.
    """
    name = settings.database_name(service.name)
    engines.create_role(name, settings.password(service.name))
    if not engines.admin.has_database(name):
        engines.create_database(name)
    engines.admin.admit_only(name, name)
    form = _form(service.migration or ())
    if engines.admin.note(name) == form:
        return
    with open_log(log) as output:
        done = subprocess.run(
            [python(), "-m", *(service.migration or ())],
            env=inherited() | settings.migration_environment(name),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode != 0:
        raise ProvisioningFailed(f"The migration of {service.name} failed; see {log}.\n{tail(log)}")
    # In the database itself, so that it goes with it.
    engines.admin.set_note(name, form)


def _form(migration: tuple[str, ...]) -> str:
    """What a migration would run, as a hash: the command, the models and migrations it names, and the floor that all share."""
    digest = hashlib.sha256(repr(migration).encode())
    files = [*(REPOSITORY / "services/common").rglob("*.py")]
    for module in migration:
        place = REPOSITORY / module.replace(".", "/")
        files += [*place.rglob("models*.py"), *place.glob("migrations/**/*.py"), *place.parent.glob(f"{place.name}.py")]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def remove_database(engines: Engines, settings: Settings, service: Component) -> None:
    """Remove the service's database and role."""
    name = settings.database_name(service.name)
    engines.drop_database(name)
    engines.admin.drop_role(name)
