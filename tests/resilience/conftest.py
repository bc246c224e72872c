"""A whole college on engines of its own. `make test` runs the cases marked `smoke` only; `make test-resilience` all of them."""

import os
import uuid

import pytest

from deploy.local.engines.engines import Engines
from tests.resilience.apart import CollegeApart, SiteApart
from tests.resilience.fault_case import FIGURES, FaultCase, table
from tests.support.places import ROOT
from tests.support.suite.by_name import leave_out
from tests.support.waiting import PATIENCE_S

# Short enough that a handler which always fails is parked while we wait, long enough that no real event is.
LADDER_MS = "200,1000,5000,5000,5000,5000"


def pytest_configure(config):
    """Names the marker."""
    config.addinivalue_line("markers", "smoke: the quick part of the resilience tests, run by `make test`")


def pytest_collection_modifyitems(config, items):
    """Leaves out what takes minutes, unless the resilience tests were asked for by name."""
    leave_out(config, items, "resilience", stays=lambda item: item.get_closest_marker("smoke") is not None)


def pytest_terminal_summary(terminalreporter):
    """Prints the figures of all cases."""
    if FIGURES:
        terminalreporter.write_line("")
        terminalreporter.write_line(table(FIGURES))


@pytest.fixture(scope="session")
def engines_apart():
    """A broker and a database that these tests may kill."""
    if os.environ.get("AMQP_URI") or os.environ.get("DATABASE_URL"):
        pytest.skip("engines that others own are not killed: unset AMQP_URI and DATABASE_URL")
    engines = Engines(ROOT / ".run/resilience", packages=Engines(ROOT / ".run").packages)
    engines.start()
    yield engines
    engines.stop()


@pytest.fixture(scope="session")
def site_apart(engines_apart):
    """A running site on them."""
    os.environ.update(RATE_LIMIT_FACTOR="1000", RETRY_DELAYS_MS=LADDER_MS)
    site = SiteApart(engines_apart, f"fire-{uuid.uuid4().hex[:8]}")
    site.provision()
    site.start()
    site.wait_ready(2 * PATIENCE_S)
    yield site
    site.destroy()


@pytest.fixture(scope="session")
def college_apart(site_apart):
    """The college, with its sample staff."""
    return CollegeApart(site_apart)


@pytest.fixture(scope="session")
def resident(college_apart):
    """Somebody who was registered before anything broke."""
    return FaultCase.one_walk(college_apart).person


@pytest.fixture
def fault_case(college_apart, resident, request) -> FaultCase:
    """One case: a crowd, a fault, a verdict, and a line of the table."""
    resident.sign_in("email")
    fault_case = FaultCase(college_apart, resident, request.node.name.removeprefix("test_"))
    yield fault_case
    fault_case.close()


@pytest.fixture(scope="module")
def lines(site_apart):
    """The lines from the services to broker and database, which can be cut."""
    site_apart.lay_lines()
    yield site_apart.lines
    site_apart.take_lines_away()
