"""The floor's tests look at the broker itself: what is declared there, and who may."""

import pytest

from tests.support.virtual_hosts import VirtualHosts


@pytest.fixture(scope="module")
def virtual_hosts(engines, clearing):
    """Virtual hosts that nobody has used before."""
    return VirtualHosts(engines, clearing, again=False)
