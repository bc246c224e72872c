"""A whole college on a broker of three nodes: only `make test-cluster` asks for it."""

import os
import uuid

import pytest

from deploy.local import ports
from deploy.local.engines.engines import Engines
from tests.cluster.engines import ClusterEngines
from tests.resilience.apart import CollegeApart, SiteApart
from tests.resilience.fault_case import FIGURES, FaultCase, table
from tests.resilience.wire import Wire
from tests.support.places import ROOT
from tests.support.suite.by_name import leave_out, named
from tests.support.waiting import PATIENCE_S


def pytest_collection_modifyitems(config, items):
    """Leaves out what takes minutes, unless it was asked for by name."""
    leave_out(config, items, "cluster")


def pytest_terminal_summary(terminalreporter, config):
    """Prints the figures of all cases."""
    if FIGURES and named(config, "cluster"):
        terminalreporter.write_line("")
        terminalreporter.write_line(table(FIGURES))


@pytest.fixture(scope="session")
def cluster():
    """Three nodes and a database that these tests may kill."""
    if os.environ.get("AMQP_URI") or os.environ.get("DATABASE_URL"):
        pytest.skip("engines that others own are not killed: unset AMQP_URI and DATABASE_URL")
    engines = ClusterEngines(ROOT / f".run/cluster-{uuid.uuid4().hex[:6]}", packages=Engines(ROOT / ".run").packages)
    try:
        engines.start_cluster()
        yield engines
    finally:
        engines.stop_cluster()


@pytest.fixture(scope="session")
def site(cluster):
    """A running site that is led to whichever node is there, as by a cluster's own address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RATE_LIMIT_FACTOR", "1000")
        patch.setenv("QUEUES", "quorum")
        site = SiteApart(cluster, f"cluster-{uuid.uuid4().hex[:8]}")
        site.lines["broker"] = Wire(ports.pick(), *cluster.amqp_ports)
        try:
            site.provision()
            site.start()
            site.wait_ready(2 * PATIENCE_S)
            yield site
        finally:
            cluster.start()  # a test that failed may have left the first node down
            site.destroy()
            site.lines["broker"].close()


@pytest.fixture
def fault_case(site, request):
    """One case: a crowd, a fault, a verdict, and a line of the table."""
    college = CollegeApart(site)
    resident = FaultCase.one_walk(college).person
    resident.sign_in("email")
    fault_case = FaultCase(college, resident, request.node.name.removeprefix("test_"))
    yield fault_case
    fault_case.close()
