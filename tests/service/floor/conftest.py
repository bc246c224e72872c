"""The floor's tests look at the engines themselves: what is there, and who may."""

import pytest

from tests.support.databases import Databases
from tests.support.virtual_hosts import VirtualHosts


@pytest.fixture(scope="module")
def virtual_hosts(engines, clearing):
    """Virtual hosts that nobody has used before."""
    return VirtualHosts(engines, clearing, again=False)


@pytest.fixture(scope="module")
def databases(engines, templates, clearing):
    """Databases that nobody has used before."""
    return Databases(engines, templates, clearing, again=False)
