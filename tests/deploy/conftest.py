"""What operators run is tested on what operators run on."""

import re

import pytest

from tests.support.payment_provider import Provider, Receiver, free_port


@pytest.fixture(scope="session")
def engines(durable_engines):
    """The durable engines."""
    return durable_engines


@pytest.fixture
def receiver():
    """Who the payment provider tells of payments."""
    receiver = Receiver(free_port())
    yield receiver
    receiver.close()


@pytest.fixture
def provider(tmp_path, receiver):
    """The stand-in for the payment provider, as a process that tells the receiver."""
    provider = Provider(tmp_path, int(re.search(r":(\d+)/", receiver.url)[1]))
    yield provider
    provider.kill()
