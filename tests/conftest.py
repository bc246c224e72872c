"""Everything runs as the services do: under eventlet, on a real RabbitMQ and a real PostgreSQL."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402

import pytest  # noqa: E402

from deploy.local import runs  # noqa: E402
from deploy.local.engines.engines import Engines  # noqa: E402
from deploy.local.engines.packages import Programs  # noqa: E402
from deploy.local.leftovers import end_leftovers, remove_left_sites  # noqa: E402
from deploy.local.places import packages_folder  # noqa: E402
from tests.support.college import College  # noqa: E402
from tests.support.databases import Databases  # noqa: E402
from tests.support.keys import TestKeys  # noqa: E402
from tests.support.moved_clock import MovedClock  # noqa: E402
from tests.support.places import ROOT  # noqa: E402
from tests.support.sites import running_site  # noqa: E402
from tests.support.suite import journal  # noqa: E402
from tests.support.suite.clearing import Clearing  # noqa: E402
from tests.support.suite.hanging import Hanging  # noqa: E402
from tests.support.suite.journal import Journal  # noqa: E402
from tests.support.system import System  # noqa: E402
from tests.support.templates import Templates  # noqa: E402
from tests.support.virtual_hosts import VirtualHosts  # noqa: E402


def pytest_configure(config):
    """Makes a test that hangs fail alone, and has whatever this process starts end with its run."""
    config.pluginmanager.register(Hanging(config))
    if (file := journal.given()) is not None:
        runs.end_with_parent()
        config.pluginmanager.register(Journal(file))
    else:
        end_leftovers(print)
    runs.begin(ROOT)
    if (fonts := Programs(packages_folder()).fonts_folder()) is not None:
        os.environ.setdefault("FONTS_FOLDER", str(fonts))


@pytest.fixture(scope="session")
def durable_engines():
    """The private broker and database server as the product runs on them, started once."""
    engines = Engines(ROOT / ".run")
    engines.start()
    if journal.given() is None:
        remove_left_sites(engines)
    yield engines
    engines.stop()


@pytest.fixture(scope="session")
def engines():
    """A private broker and database server that do not wait for the disk, for the many small databases of the services' tests."""
    engines = Engines(ROOT / ".run" / "tests", packages=Engines(ROOT / ".run").packages, throwaway=True)
    engines.start()
    yield engines
    engines.stop()


@pytest.fixture(scope="session")
def templates(engines):
    """Migrated databases that each test gets copies of."""
    return Templates(engines)


@pytest.fixture
def moved_clock(tmp_path):
    """The college's clock, which the test may move; machinery keeps the true time."""
    moved = MovedClock(tmp_path / "clock")
    yield moved
    moved.back()


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Keys of this test run."""
    return TestKeys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def clearing(engines):
    """Removes what houses leave behind, while the next tests run."""
    clearing = Clearing()
    yield clearing
    clearing.finish()


@pytest.fixture(scope="session")
def virtual_hosts(engines, clearing):
    """Virtual hosts that are used again and again."""
    virtual_hosts = VirtualHosts(engines, clearing)
    yield virtual_hosts
    clearing.wait()
    virtual_hosts.close()


@pytest.fixture(scope="session")
def databases(engines, templates, clearing):
    """Databases that are used again and again."""
    databases = Databases(engines, templates, clearing)
    yield databases
    clearing.wait()
    databases.close()


@pytest.fixture
def system(engines, templates, keys, tmp_path, virtual_hosts, databases):
    """A house of services in this process, with a virtual host and databases of its own."""
    system = System(engines, templates, keys, tmp_path, virtual_hosts, databases)
    yield system
    system.close()


@pytest.fixture(scope="session")
def site(durable_engines):
    """A running site for all tests of this process that need a whole college, on engines that keep what they say they keep."""
    os.environ["RATE_LIMIT_FACTOR"] = "1000"
    with running_site(durable_engines, "journeys") as site:
        yield site


@pytest.fixture(scope="session")
def college(site):
    """The college, with its sample staff."""
    return College(site)
