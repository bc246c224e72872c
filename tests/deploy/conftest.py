"""What operators run is tested on what operators run on."""

import pytest


@pytest.fixture(scope="session")
def engines(durable_engines):
    """The durable engines."""
    return durable_engines
